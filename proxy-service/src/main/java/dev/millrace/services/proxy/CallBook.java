package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Dialog;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Table;
import dev.millrace.services.proxy.core.CallPage;
import dev.millrace.services.proxy.core.CallRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of the calls that one loop owns. Answered ones are written to the cluster's table once they are
 * {@code calls.settle} old, behind the call's back; so a short call costs the cluster nothing. Owned by that loop.
 */
final class CallBook {
    private static final Logger LOG = LoggerFactory.getLogger(CallBook.class);

    /** Calls of one loop with a record; more are carried without. */
    static final int LIMIT = 200_000;

    /** Calls of one loop whose lines wait for the next tick; what ends beyond that in a second has no line. */
    static final int ENDED_LIMIT = 20_000;

    /** How much longer than the call an entry of the table lives, so that its owner finds it when it expires. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final NodeContext node;
    private final Table<String, Call> table;
    private final CallCounters counters;
    private final CallLines lines;
    private final ProxyConfig config;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Integer> callers;
    private final Queue<Entry> settling = new ArrayDeque<>();
    private final List<Call> ended = new ArrayList<>();
    private final NavigableSet<Due> dues =
            new TreeSet<>(Comparator.comparingLong(Due::at).thenComparing(Due::key));

    CallBook(NodeContext node, Table<String, Call> table, CallCounters counters, CallLines lines, ProxyConfig config) {
        this.node = node;
        this.table = table;
        this.counters = counters;
        this.lines = lines;
        this.config = config;
        this.callers = node.vertx().sharedData().getLocalMap("millrace.proxy.callers." + node.nodeId());
    }

    /** A call as it is now, and as the table has it. */
    private static final class Entry {
        private Call call;
        private @Nullable Call written;
        private @Nullable Due due;
        private final boolean counted;
        private boolean writing;
        private boolean over;

        Entry(Call call, boolean counted) {
            this.call = call;
            this.counted = counted;
        }
    }

    private record Due(long at, String key) {}

    private long now() {
        return node.clock().millis();
    }

    /** Calls on this loop right now. May be read from any thread: a metric needs no exactness. */
    int size() {
        return entries.size();
    }

    /** Whether this caller has as many calls on this node, in set-up or talking, as one may have. */
    boolean crowded(String caller) {
        return callers.getOrDefault(CallRecord.shown(caller), 0) >= config.userCalls();
    }

    /** Whether that call is going on already. */
    boolean has(String key) {
        return entries.containsKey(key);
    }

    /**
     * A new call; false if it goes without a record.
     *
     * @param counted whether it is one of those that its caller may have so many of: what strangers and peers write into From is not
     */
    boolean begin(String key, Parties parties, boolean counted) {
        if (entries.size() >= LIMIT || entries.containsKey(key)) {
            counters.unrecorded();
            return false;
        }
        long now = now();
        Call call = CallRecord.begun(
                node.ids().publicId(),
                key,
                node.nodeId(),
                parties,
                now,
                now + config.longest().toMillis());
        entries.put(key, new Entry(call, counted));
        if (counted) {
            callers.merge(call.parties().caller(), 1, Integer::sum);
        }
        return true;
    }

    void branched(String key) {
        change(key, CallRecord::branched);
    }

    void ringing(String key) {
        change(key, call -> CallRecord.ringing(call, now()));
    }

    private void change(String key, UnaryOperator<Call> change) {
        Entry entry = entries.get(key);
        if (entry != null) {
            entry.call = change.apply(entry.call);
        }
    }

    /**
     * A callee answered.
     *
     * @param session how long the call lives without a refresh; zero: as long as any
     */
    void answered(String key, int code, String calleeTag, Duration session) {
        Entry entry = entries.get(key);
        if (entry == null || entry.call.times().answer() > 0) {
            return;
        }
        long now = now();
        long expires = now + lifetime(session).toMillis();
        entry.call = CallRecord.answered(entry.call, code, calleeTag, now, expires);
        counters.answered(entry.call);
        settling.add(entry);
        due(entry);
    }

    /** How long a call lives from an answer with that session timer; zero is none, or that it was ended (RFC 4028 section 7.2). */
    Duration lifetime(Duration session) {
        return session.isPositive() ? session : config.longest();
    }

    private void due(Entry entry) {
        if (entry.due != null) {
            dues.remove(entry.due);
        }
        Due due = new Due(entry.call.expiresAt(), entry.call.key());
        entry.due = due;
        dues.add(due);
    }

    /** An attempt ended without an answer. */
    void failed(String key, EndedBy by, int code) {
        Entry entry = entries.get(key);
        if (entry != null && entry.call.times().answer() == 0) {
            Call over = CallRecord.ended(entry.call, by, code, now());
            counters.failed(over);
            close(entry, over);
        }
    }

    /** A BYE went through; whether it was one of this loop's calls, and from one of its two parties. */
    boolean ended(Dialog dialog) {
        Entry entry = entries.get(dialog.key());
        if (entry == null) {
            return false;
        }
        EndedBy by = CallRecord.sender(entry.call, dialog.senderTag(), dialog.recipientTag());
        if (by == EndedBy.NOBODY || !entry.call.talking()) {
            return false;
        }
        over(entry, by);
        return true;
    }

    private void over(Entry entry, EndedBy by) {
        Call over = CallRecord.ended(entry.call, by, entry.call.outcome().code(), now());
        counters.ended(over);
        close(entry, over);
    }

    /** An attempt turned out to be another node's. */
    void lost(String key) {
        Entry entry = entries.get(key);
        if (entry != null && entry.call.times().answer() == 0) {
            forget(entry);
        }
    }

    private void forget(Entry entry) {
        entries.remove(entry.call.key());
        if (entry.counted) {
            callers.computeIfPresent(entry.call.parties().caller(), (caller, count) -> count > 1 ? count - 1 : null);
        }
        if (entry.due != null) {
            dues.remove(entry.due);
        }
        entry.over = true;
    }

    private void close(Entry entry, Call over) {
        forget(entry);
        if (ended.size() < ENDED_LIMIT) {
            ended.add(over);
        } else {
            lines.lost(1);
        }
        remove(entry);
    }

    /** Takes the call out of the table, if it is there as this node wrote it; one being written goes when it is. */
    private void remove(Entry entry) {
        Call written = entry.written;
        if (written != null && !entry.writing) {
            table.swap(written.key(), Optional.of(written), Optional.empty())
                    .onFailure(failure -> LOG.debug("event=call-not-removed id={}", written.id()));
        }
    }

    /** Its two parties said that the call lives for so much longer; whether it is one of this loop's. */
    boolean refreshed(Dialog dialog, long expiresAt) {
        Entry entry = entries.get(dialog.key());
        if (entry == null) {
            return false;
        }
        if (entry.call.talking()
                && CallRecord.sender(entry.call, dialog.senderTag(), dialog.recipientTag()) != EndedBy.NOBODY) {
            entry.call = CallRecord.refreshed(entry.call, expiresAt);
            due(entry);
            if (entry.written != null) {
                write(entry);
            }
        }
        return true;
    }

    /** A call of a lost node, already this one's in the table. */
    void adopt(Call call) {
        if (entries.size() < LIMIT && !entries.containsKey(call.key())) {
            Entry entry = new Entry(call, false);
            entry.written = call;
            entries.put(call.key(), entry);
            due(entry);
        }
    }

    /** Hands over the lines of the calls that ended since the last time. */
    void flush() {
        if (!ended.isEmpty()) {
            lines.write(List.copyOf(ended));
            ended.clear();
        }
    }

    /** Every second. */
    void tick() {
        settle();
        expire();
        flush();
    }

    private void settle() {
        long now = now();
        for (Entry entry = settling.peek();
                entry != null
                        && (entry.over
                                || entry.call.times().answer() + config.settle().toMillis() <= now);
                entry = settling.peek()) {
            settling.remove();
            if (!entry.over) {
                write(entry);
            }
        }
    }

    private void expire() {
        long now = now();
        while (!dues.isEmpty() && dues.first().at() <= now) {
            Entry entry = entries.get(dues.removeFirst().key());
            if (entry != null && entry.call.talking()) {
                counters.expired();
                over(entry, EndedBy.EXPIRY);
            }
        }
    }

    /** One write of a call at a time: what changes meanwhile is written after it. */
    private void write(Entry entry) {
        if (entry.writing) {
            return;
        }
        Call call = entry.call;
        Optional<Call> seen = Optional.ofNullable(entry.written);
        Duration lifetime =
                Duration.ofMillis(Math.max(0, call.expiresAt() - now())).plus(GRACE);
        entry.writing = true;
        table.swap(call.key(), seen, Optional.of(call), lifetime).onComplete(done -> {
            entry.writing = false;
            if (done.failed()) {
                LOG.debug(
                        "event=call-not-written id={} why={}",
                        call.id(),
                        done.cause().getMessage());
            } else if (done.result().done()) {
                written(entry, call);
            } else {
                done.result()
                        .current()
                        .filter(current -> current.node().equals(node.nodeId()))
                        .ifPresentOrElse(current -> written(entry, current), () -> taken(entry));
            }
        });
    }

    /** This node was held for lost: the call is another's now, or another has ended it. */
    private void taken(Entry entry) {
        if (!entry.over) {
            forget(entry);
        }
    }

    private void written(Entry entry, Call call) {
        entry.written = call;
        if (entry.over) {
            remove(entry);
        } else if (!entry.call.equals(call)) {
            write(entry);
        }
    }

    /** The calls of this loop that somebody asks for. */
    Page list(Listing asked) {
        CallPage page = new CallPage(asked);
        entries.values().forEach(entry -> page.add(entry.call));
        return page.page();
    }
}
