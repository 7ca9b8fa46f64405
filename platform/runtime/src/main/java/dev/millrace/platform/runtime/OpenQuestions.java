package dev.millrace.platform.runtime;

import dev.millrace.platform.runtime.Unanswered.Why;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The questions that wait for their answers: so many to one node at most. Any thread asks, the bus's threads answer, one timer
 * looks for those that waited too long.
 */
final class OpenQuestions {
    private final int limit;
    private final AtomicLong ids;
    private final Map<Long, Open<?>> open = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> perNode = new ConcurrentHashMap<>();

    private record Open<A>(
            String node, String question, long deadlineNanos, Function<byte[], A> decode, Promise<A> promise) {
        /** False when the bytes are no answer. */
        void answer(byte[] body) {
            try {
                promise.tryComplete(decode.apply(body));
            } catch (RuntimeException unreadable) {
                promise.tryFail(
                        new Unanswered(Why.MALFORMED, question + " from " + node + ": " + unreadable.getMessage()));
            }
        }
    }

    /** @param firstId of its own for every start, so that a late answer to a former process of this node's name meets no question */
    OpenQuestions(int limit, long firstId) {
        this.limit = limit;
        this.ids = new AtomicLong(firstId);
    }

    /** The question's id; the promise fails at once when too many are open to that node. */
    <A> long put(String node, String question, long deadlineNanos, Function<byte[], A> decode, Promise<A> promise) {
        long id = ids.incrementAndGet();
        AtomicInteger count = perNode.computeIfAbsent(node, any -> new AtomicInteger());
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            promise.tryFail(new Unanswered(Why.FULL, limit + " questions to " + node + " are open"));
            return id;
        }
        open.put(id, new Open<>(node, question, deadlineNanos, decode, promise));
        return id;
    }

    boolean contains(long id) {
        return open.containsKey(id);
    }

    /** An answer came; one to a question that nobody waits for any more is dropped. */
    void answer(long id, String from, byte[] body) {
        Open<?> waiting = take(id, from);
        if (waiting != null) {
            waiting.answer(body);
        }
    }

    void fail(long id, String from, Unanswered why) {
        Open<?> waiting = take(id, from);
        if (waiting != null) {
            waiting.promise().tryFail(why);
        }
    }

    private @Nullable Open<?> take(long id, String from) {
        Open<?> waiting = open.get(id);
        if (waiting == null || !waiting.node().equals(from) || !open.remove(id, waiting)) {
            return null;
        }
        AtomicInteger count = perNode.get(from);
        if (count != null) {
            count.decrementAndGet();
        }
        return waiting;
    }

    /** Fails what has waited too long. */
    void sweep(long nanosNow) {
        open.forEach((id, waiting) -> {
            if (waiting.deadlineNanos() - nanosNow <= 0) {
                fail(id, waiting.node(), new Unanswered(Why.TIMEOUT, waiting.question() + " to " + waiting.node()));
            }
        });
    }

    /** Fails everything that waits for a lost node. */
    void lost(String node) {
        failAll(node, new Unanswered(Why.UNREACHABLE, node + " was lost"));
        perNode.remove(node);
    }

    void close() {
        perNode.keySet().forEach(node -> failAll(node, new Unanswered(Why.STOPPING, "this node stops")));
    }

    private void failAll(String node, Unanswered why) {
        open.forEach((id, waiting) -> {
            if (waiting.node().equals(node)) {
                fail(id, node, why);
            }
        });
    }

    int size() {
        return open.size();
    }
}
