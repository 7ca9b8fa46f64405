package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Dialog;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Refresh;
import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.Membership;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.services.proxy.core.CallPage;
import dev.millrace.services.proxy.core.CallRecord;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The call records of a node, a {@link CallBook} per loop, and what nodes tell each other about them. The service's own loop owns
 * this; {@link #ended} and {@link #refreshed} may be called from any loop of the node.
 */
final class CallBooks {
    private static final Logger LOG = LoggerFactory.getLogger(CallBooks.class);
    private static final Duration TICK = Duration.ofSeconds(1);

    private final NodeContext node;
    private final Table<String, Call> table;
    private final CallCounters counters;
    private final CallLines lines;
    private final List<Loop> loops;
    private final List<CallBook> books = new ArrayList<>();
    private final List<Registration> registrations = new ArrayList<>();
    private final List<Timer> ticks = new ArrayList<>();
    private Set<String> members = Set.of();

    CallBooks(NodeContext node, Loop own, ProxyConfig config) {
        this.node = node;
        this.table = node.tables().open(new Tables.Spec<>(Calls.TABLE, Codec.TEXT, Call.CODEC, Call::version));
        this.counters = new CallCounters(node.metrics());
        this.lines = new CallLines(node, own, config.file());
        this.loops = node.loops().all();
        loops.forEach(loop -> books.add(new CallBook(node, table, counters, lines, config)));
        Gauge.builder(
                        "millrace.calls.open",
                        books,
                        all -> all.stream().mapToInt(CallBook::size).sum())
                .description("Calls in set-up or talking whose record this node keeps")
                .register(node.metrics());
    }

    Future<Void> open() {
        registrations.add(node.bus().serve(Calls.LIST, this::list));
        registrations.add(node.bus().serve(Calls.ENDED, dialog -> any(book -> book.ended(dialog))));
        registrations.add(node.bus()
                .serve(Calls.REFRESHED, refresh -> any(book -> book.refreshed(refresh.dialog(), refresh.expiresAt()))));
        members = ids(node.membership());
        registrations.add(node.membership().onChange(this::changed));
        node.shared(CallsAdmin.class, CallsAdmin::new);
        for (int i = 0; i < loops.size(); i++) {
            ticks.add(loops.get(i).inStep(TICK, books.get(i)::tick));
        }
        return lines.open();
    }

    CallBook of(Loop loop) {
        return books.get(loop.index());
    }

    int size() {
        return books.stream().mapToInt(CallBook::size).sum();
    }

    /** A BYE went through at this node for a call that is not in the book of its loop. */
    void ended(Dialog dialog) {
        owner(
                        dialog.key(),
                        call -> node.bus().ask(call.node(), Calls.ENDED, dialog),
                        () -> node.bus().tellAll(Calls.ENDED, dialog))
                .onSuccess(left -> left.ifPresent(call -> endInPlaceOfOwner(call, dialog)));
    }

    /** A refresh went through at this node for a call that is not in the book of its loop. */
    void refreshed(Dialog dialog, long expiresAt) {
        Refresh refresh = new Refresh(dialog, expiresAt);
        owner(
                dialog.key(),
                call -> node.bus().ask(call.node(), Calls.REFRESHED, refresh),
                () -> node.bus().tellAll(Calls.REFRESHED, refresh));
    }

    /**
     * Asks the owner that the table names.
     *
     * @param unknown runs when the table does not know the call, which may be too young to be there
     * @return the record, if its owner did not answer
     */
    private Future<Optional<Call>> owner(String key, Function<Call, Future<Boolean>> ask, Runnable unknown) {
        return table.get(key)
                .compose(found -> {
                    if (found.isEmpty()) {
                        unknown.run();
                        return Future.succeededFuture(found);
                    }
                    return ask.apply(found.get())
                            .map(answered -> Optional.<Call>empty())
                            .otherwise(found);
                })
                .onFailure(failure -> LOG.debug("event=call-owner-unknown why={}", failure.getMessage()));
    }

    private void endInPlaceOfOwner(Call call, Dialog dialog) {
        EndedBy by = CallRecord.sender(call, dialog.senderTag(), dialog.recipientTag());
        if (by == EndedBy.NOBODY) {
            return;
        }
        table.swap(call.key(), Optional.of(call), Optional.empty()).onSuccess(swapped -> {
            if (swapped.done()) {
                Call over = CallRecord.ended(
                        call, by, call.outcome().code(), node.clock().millis());
                counters.ended(over);
                lines.write(List.of(over));
            }
        });
    }

    /** Whether one of the books says yes. */
    private Future<Boolean> any(Function<CallBook, Boolean> question) {
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            CallBook book = books.get(i);
            answers.add(at(loops.get(i), () -> question.apply(book)));
        }
        return Future.join(answers).map(done -> answers.stream().anyMatch(Future::result));
    }

    private static <T> Future<T> at(Loop loop, java.util.function.Supplier<T> work) {
        Promise<T> promise = Promise.promise();
        loop.run(() -> promise.complete(work.get()));
        return promise.future();
    }

    /** The calls this node owns and somebody asks for, the newest first. */
    private Future<Page> list(Listing asked) {
        Listing bounded = new Listing(
                asked.party(),
                asked.stage(),
                asked.before(),
                asked.beforeId(),
                Math.clamp(asked.limit(), 1, Calls.PAGE_LIMIT));
        List<Future<Page>> answers = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            CallBook book = books.get(i);
            answers.add(at(loops.get(i), () -> book.list(bounded)));
        }
        return Future.join(answers)
                .map(done ->
                        CallPage.merged(answers.stream().map(Future::result).toList(), bounded.limit()));
    }

    private static Set<String> ids(Membership membership) {
        Set<String> ids = new HashSet<>();
        membership.members().forEach(member -> ids.add(member.id()));
        return ids;
    }

    private void changed(Membership now) {
        Set<String> before = members;
        members = ids(now);
        for (String lost : before) {
            if (!members.contains(lost) && adopts(now, lost)) {
                adopt(lost);
            }
        }
    }

    /** One node takes over the calls of a lost one; should two think so, the table lets one of them have each call. */
    private boolean adopts(Membership now, String lost) {
        return now.serving(Role.PROXY).stream()
                .map(Member::id)
                .max(Comparator.comparingInt((String id) -> (id + lost).hashCode())
                        .thenComparing(Comparator.naturalOrder()))
                .filter(node.nodeId()::equals)
                .isPresent();
    }

    private void adopt(String lost) {
        adopt(lost, 0, 0);
    }

    /** One partition after the other: the table may be large. */
    private void adopt(String lost, int partition, int before) {
        table.part(partition)
                .onSuccess(part -> {
                    int taken = before;
                    for (Call call : part.entries().values()) {
                        if (call.node().equals(lost)) {
                            take(call, loops.get(taken++ % loops.size()));
                        }
                    }
                    if (part.more()) {
                        adopt(lost, partition + 1, taken);
                    } else {
                        LOG.info("event=calls-adopted node={} calls={}", lost, taken);
                    }
                })
                .onFailure(failure -> LOG.warn("event=calls-not-adopted node={} why={}", lost, failure.getMessage()));
    }

    private void take(Call call, Loop loop) {
        Call mine = CallRecord.adopted(call, node.nodeId());
        Duration lifetime = Duration.ofMillis(
                        Math.max(0, mine.expiresAt() - node.clock().millis()))
                .plusMinutes(2);
        table.swap(call.key(), Optional.of(call), Optional.of(mine), lifetime).onSuccess(swapped -> {
            if (swapped.done()) {
                loop.run(() -> of(loop).adopt(mine));
            }
        });
    }

    Future<Void> close() {
        registrations.forEach(Registration::cancel);
        registrations.clear();
        ticks.forEach(Timer::cancel);
        ticks.clear();
        List<Future<Boolean>> flushed = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            CallBook book = books.get(i);
            flushed.add(at(loops.get(i), () -> {
                book.flush();
                return true;
            }));
        }
        return Future.join(flushed).compose(all -> lines.close());
    }
}
