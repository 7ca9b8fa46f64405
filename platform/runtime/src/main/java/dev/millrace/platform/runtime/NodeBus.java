package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Envelope.Kind;
import dev.millrace.platform.runtime.Unanswered.Why;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Bus} over the clustered event bus of Vert.x, with one address per node. Questions and answers are one-way messages
 * with numbers of our own: Vert.x's request and reply know neither a bound nor who answers.
 */
final class NodeBus implements Bus {
    private static final Logger LOG = LoggerFactory.getLogger(NodeBus.class);

    private static final String ADDRESS = "node.";

    /** How often questions that waited too long are looked for. */
    private static final Duration SWEEP = Duration.ofMillis(100);

    /** Tries to make this node's address known. */
    private static final int LISTEN_TRIES = 5;

    /** No timer of Vert.x has this number. */
    private static final long NO_TIMER = -1;

    /** Characters of a failure that travel to the asker. */
    private static final int SENTENCE_LIMIT = 300;

    private final Vertx vertx;
    private final Loop loop;
    private final ClusterMembership membership;
    private final String nodeId;
    private final RuntimeConfig config;
    private final Clock clock;
    private final Mac mac;
    private final BusMeters meters;
    private final OpenQuestions open;
    private final Map<String, Served<?, ?>> served = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> untold = new ConcurrentHashMap<>();

    /** @param context where the handler is called; empty for the thread that has the question */
    private record Served<Q, A>(Question<Q, A> question, Optional<Context> context, Function<Q, Future<A>> handler) {
        /** The answer to a query, on the handler's context. */
        Future<A> call(Q query) {
            if (context.isEmpty()) {
                return callHere(query);
            }
            Promise<A> answer = Promise.promise();
            context.get().runOnContext(now -> {
                try {
                    handler.apply(query).onComplete(answer);
                } catch (RuntimeException thrown) {
                    answer.tryFail(thrown);
                }
            });
            return answer.future();
        }

        private Future<A> callHere(Q query) {
            try {
                return handler.apply(query);
            } catch (RuntimeException thrown) {
                return Future.failedFuture(thrown);
            }
        }

        Future<byte[]> call(byte[] query) {
            return call(question.query().fromBytes(query)).map(question.answer()::toBytes);
        }
    }

    NodeBus(
            Vertx vertx,
            Loop loop,
            ClusterMembership membership,
            RuntimeConfig config,
            Clock clock,
            ClusterSecret secret,
            BusMeters meters) {
        this.vertx = vertx;
        this.loop = loop;
        this.membership = membership;
        this.nodeId = config.nodeId();
        this.config = config;
        this.clock = clock;
        this.mac = ClusterSecret.mac(secret.derive("bus.v1"));
        this.meters = meters;
        this.open = new OpenQuestions(config.busInFlight(), new Ids(clock).epochSeed() << 10);
    }

    /** Listens under the node's address. */
    Future<Void> start() {
        meters.openQuestions(open::size);
        membership.onLoss(lost -> {
            open.lost(lost);
            untold.remove(lost);
        });
        loop.inStep(SWEEP, () -> open.sweep(clock.nanos()));
        return listen(LISTEN_TRIES);
    }

    /** The address is known to all once a table of Vert.x has it, and that table may be on the move while nodes join. */
    private Future<Void> listen(int tries) {
        MessageConsumer<Buffer> consumer = vertx.eventBus().consumer(ADDRESS + nodeId, this::onMessage);
        return consumer.completion()
                .recover(failure -> tries <= 1
                        ? Future.failedFuture(failure)
                        : consumer.unregister().transform(gone -> listen(tries - 1)));
    }

    void close() {
        open.close();
    }

    @Override
    public <Q, A> Registration serve(Question<Q, A> question, Function<Q, Future<A>> handler) {
        return serve(new Served<>(question, Optional.of(vertx.getOrCreateContext()), handler));
    }

    @Override
    public <Q, A> Registration serveAnywhere(Question<Q, A> question, Function<Q, Future<A>> handler) {
        return serve(new Served<>(question, Optional.empty(), handler));
    }

    private Registration serve(Served<?, ?> now) {
        Question<?, ?> question = now.question();
        if (served.putIfAbsent(question.name(), now) != null) {
            throw new IllegalStateException(question.name() + " is already served");
        }
        return () -> served.remove(question.name(), now);
    }

    @Override
    public <Q, A> Future<A> ask(Question<Q, A> question, String affinityKey, Q query) {
        Role role = question.role().orElseThrow(() -> new IllegalArgumentException(question.name() + " asks a node"));
        if (mine(question, role) && !membership.local().draining(role)) {
            Future<A> here = ask(nodeId, question, query);
            return here.succeeded() || membership.members().size() == 1
                    ? here
                    : again(here, question, query, () -> owners(question, role, affinityKey));
        }
        List<String> owners = owners(question, role, affinityKey);
        if (owners.isEmpty()) {
            meters.failed(Why.NOBODY);
            return context().failedFuture(new Unanswered(Why.NOBODY, "no node serves " + question.name()));
        }
        Future<A> first = ask(owners.getFirst(), question, query);
        return owners.size() == 1 ? first : again(first, question, query, () -> owners);
    }

    /** Asks the second of the owners when the first did not answer. */
    private <Q, A> Future<A> again(Future<A> first, Question<Q, A> question, Q query, Supplier<List<String>> owners) {
        return first.recover(failure -> {
            List<String> all =
                    failure instanceof Unanswered unanswered && unanswered.why().retry() ? owners.get() : List.of();
            if (all.size() < 2) {
                return Future.failedFuture(failure);
            }
            meters.retried();
            return ask(all.get(1), question, query);
        });
    }

    private boolean mine(Question<?, ?> question, Role role) {
        return membership.local().has(role) && served.containsKey(question.name());
    }

    /** Whom to ask, best first: this node, then by rendezvous; those whose role drains behind all others. */
    private List<String> owners(Question<?, ?> question, Role role, String key) {
        boolean here = mine(question, role);
        Stream<Member> others =
                membership.serving(role).stream().filter(member -> !member.id().equals(nodeId));
        Stream<Member> all = here ? Stream.concat(Stream.of(membership.local()), others) : others;
        return all.sorted(Comparator.comparing((Member member) -> member.draining(role))
                        .thenComparing(member -> !member.id().equals(nodeId))
                        .thenComparing(member -> Rendezvous.weight(member.id(), key), Comparator.reverseOrder()))
                .map(Member::id)
                .toList();
    }

    @Override
    public <Q, A> Future<A> ask(String node, Question<Q, A> question, Q query) {
        Promise<A> answer = context().promise();
        meters.asked();
        answer.future().onFailure(failure -> {
            if (failure instanceof Unanswered unanswered) {
                meters.failed(unanswered.why());
            }
        });
        if (node.equals(nodeId)) {
            askHere(question, query, answer);
        } else if (membership.find(node).isEmpty()) {
            answer.fail(new Unanswered(Why.NOBODY, "no member is called " + node));
        } else {
            askThere(node, question, query, answer);
        }
        return answer.future();
    }

    @SuppressWarnings("unchecked") // one question has one name, one name one question
    private <Q, A> void askHere(Question<Q, A> question, Q query, Promise<A> answer) {
        Served<Q, A> here = (Served<Q, A>) served.get(question.name());
        if (here == null) {
            answer.fail(new Unanswered(Why.NOT_SERVED, question.name() + " is not served here"));
            return;
        }
        Future<A> called = here.call(query);
        long timer = called.isComplete()
                ? NO_TIMER
                : vertx.setTimer(
                        config.busTimeout().toMillis(),
                        late -> answer.tryFail(new Unanswered(Why.TIMEOUT, question.name() + " here")));
        called.onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                answer.tryComplete(done.result());
            } else {
                answer.tryFail(unanswered(question.name(), done.cause()));
            }
        });
    }

    private <Q, A> void askThere(String node, Question<Q, A> question, Q query, Promise<A> answer) {
        byte[] body = question.query().toBytes(query);
        long deadline = clock.nanos() + config.busTimeout().toNanos();
        long id = open.put(node, question.name(), deadline, question.answer()::fromBytes, answer);
        if (open.contains(id)) {
            send(new Envelope(Kind.QUESTION, id, nodeId, node, question.name(), body))
                    .onFailure(failure ->
                            open.fail(id, node, new Unanswered(Why.UNREACHABLE, node + ": " + sentence(failure))));
        }
    }

    @Override
    public <Q, A> void tell(String node, Question<Q, A> question, Q query) {
        if (node.equals(nodeId)) {
            tellHere(question, query);
            return;
        }
        // Vert.x queues without a bound while it connects.
        AtomicInteger waiting = untold.computeIfAbsent(node, any -> new AtomicInteger());
        if (waiting.incrementAndGet() > config.busInFlight()) {
            waiting.decrementAndGet();
            meters.failed(Why.FULL);
            return;
        }
        meters.told();
        send(new Envelope(
                        Kind.TOLD,
                        0,
                        nodeId,
                        node,
                        question.name(),
                        question.query().toBytes(query)))
                .onComplete(sent -> waiting.decrementAndGet());
    }

    @SuppressWarnings("unchecked") // as in askHere
    private <Q, A> void tellHere(Question<Q, A> question, Q query) {
        Served<Q, A> here = (Served<Q, A>) served.get(question.name());
        if (here != null) {
            here.call(query)
                    .onFailure(failure -> LOG.debug("told question={} cause={}", question.name(), failure.toString()));
        }
    }

    @Override
    public <Q, A> void tellAll(Question<Q, A> question, Q query) {
        membership.members().stream()
                .map(Member::id)
                .filter(id -> !id.equals(nodeId))
                .forEach(id -> tell(id, question, query));
    }

    /** Whether a question that goes out by the network comes back answered. */
    Future<Void> ping() {
        Promise<Codecs> answer = context().promise();
        long deadline = clock.nanos() + config.busTimeout().toNanos();
        long id = open.put(nodeId, ClusterCodecs.PING.name(), deadline, bytes -> Codecs.NONE, answer);
        if (open.contains(id)) {
            send(new Envelope(Kind.QUESTION, id, nodeId, nodeId, ClusterCodecs.PING.name(), new byte[0]))
                    .onFailure(failure -> open.fail(id, nodeId, new Unanswered(Why.UNREACHABLE, sentence(failure))));
        }
        return answer.future().mapEmpty();
    }

    private enum Codecs {
        NONE
    }

    private Future<Void> send(Envelope envelope) {
        return vertx.eventBus().<Buffer>sender(ADDRESS + envelope.to()).write(Buffer.buffer(envelope.encode(mac)));
    }

    private void onMessage(Message<Buffer> message) {
        Envelope envelope;
        try {
            envelope = Envelope.parse(message.body().getBytes(), mac);
            if (!envelope.to().equals(nodeId)) {
                throw new Malformed("bus-receiver", "it is for " + Malformed.quote(envelope.to()));
            }
        } catch (Malformed bad) {
            meters.malformed(bad.rule());
            return;
        } catch (ClassCastException notOurs) {
            meters.malformed("bus-body");
            return;
        }
        switch (envelope.kind()) {
            case QUESTION -> answer(envelope);
            case TOLD -> serve(envelope);
            case ANSWER -> open.answer(envelope.id(), envelope.from(), envelope.body());
            case FAILURE -> open.fail(envelope.id(), envelope.from(), failure(envelope.body()));
        }
    }

    private void answer(Envelope asked) {
        serve(asked).onComplete(done -> {
            Envelope back = done.succeeded()
                    ? reply(asked, Kind.ANSWER, done.result())
                    : reply(asked, Kind.FAILURE, failure(unanswered(asked.question(), done.cause())));
            send(back).onFailure(lost -> LOG.debug("answer lost node={} question={}", asked.from(), asked.question()));
        });
    }

    private static Envelope reply(Envelope asked, Kind kind, byte[] body) {
        return new Envelope(kind, asked.id(), asked.to(), asked.from(), asked.question(), body);
    }

    private Future<byte[]> serve(Envelope asked) {
        Served<?, ?> here = served.get(asked.question());
        if (here == null) {
            return Future.failedFuture(new Unanswered(Why.NOT_SERVED, "nobody serves it"));
        }
        try {
            return here.call(asked.body());
        } catch (Malformed unreadable) {
            meters.malformed("bus-query");
            return Future.failedFuture(new Unanswered(Why.MALFORMED, String.valueOf(unreadable.getMessage())));
        }
    }

    private static Unanswered unanswered(String question, Throwable cause) {
        return cause instanceof Unanswered already
                ? already
                : new Unanswered(Why.FAILED, question + ": " + sentence(cause));
    }

    private static String sentence(Throwable failure) {
        String text = Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
        return text.length() > SENTENCE_LIMIT ? text.substring(0, SENTENCE_LIMIT) : text;
    }

    private static byte[] failure(Unanswered why) {
        return new Writer().u8(why.why().ordinal()).text(sentence(why)).toBytes();
    }

    private static Unanswered failure(byte[] body) {
        Reader reader = Reader.of(body);
        int number = reader.remaining() == 0 ? Why.FAILED.ordinal() : reader.u8();
        Why why = number < Why.values().length ? Why.values()[number] : Why.FAILED;
        return new Unanswered(why, new String(reader.bytes(reader.remaining()), StandardCharsets.UTF_8));
    }

    private ContextInternal context() {
        return (ContextInternal) vertx.getOrCreateContext();
    }
}
