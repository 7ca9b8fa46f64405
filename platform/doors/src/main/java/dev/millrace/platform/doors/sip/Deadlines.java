package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of transactions. Nearly all run for one of a dozen long times (timers B, F, H, J, L, M: 32 s), so those of one time stand
 * in a queue that is in order by itself: setting and ending one costs a few nanoseconds, where the loop's own heap of some ten
 * thousand timers costs a microsecond. Owned by one event loop.
 */
final class Deadlines {
    /** A shorter time is left to the loop, which is exact. */
    static final Duration LONG = Duration.ofSeconds(1);

    /** How late a long one may be. */
    static final Duration GRAIN = Duration.ofMillis(100);

    private final Loop loop;
    private final Clock clock;
    private final Consumer<RuntimeException> bugs;
    private final Timer ticking;
    private final Map<Duration, Queue<Due>> queues = new HashMap<>();
    private final List<Queue<Due>> all = new ArrayList<>();

    /** @param bugs what a task threw */
    Deadlines(Loop loop, Clock clock, Consumer<RuntimeException> bugs) {
        this.loop = loop;
        this.clock = clock;
        this.bugs = bugs;
        this.ticking = loop.inStep(GRAIN, this::tick);
    }

    private static final class Due implements Timer {
        private final long nanos;
        private @Nullable Runnable task;

        Due(long nanos, Runnable task) {
            this.nanos = nanos;
            this.task = task;
        }

        /** It stays in its queue, but holds nothing any more. */
        @Override
        public void cancel() {
            task = null;
        }
    }

    /** Runs the task once, that much later. */
    Timer after(Duration time, Runnable task) {
        if (time.compareTo(LONG) < 0) {
            return loop.after(time, task);
        }
        Due due = new Due(clock.nanos() + time.toNanos(), task);
        queues.computeIfAbsent(time, any -> queue()).add(due);
        return due;
    }

    private Queue<Due> queue() {
        Queue<Due> queue = new ArrayDeque<>();
        all.add(queue);
        return queue;
    }

    private void tick() {
        long now = clock.nanos();
        // A task may set a timer of a time that was not there yet.
        for (int i = 0; i < all.size(); i++) {
            tick(all.get(i), now);
        }
    }

    private void tick(Queue<Due> queue, long now) {
        for (Due first = queue.peek(); first != null; first = queue.peek()) {
            Runnable task = first.task;
            if (task != null && first.nanos - now > 0) {
                return;
            }
            queue.remove();
            if (task != null) {
                run(task);
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            bugs.accept(bug);
        }
    }

    /** No long one runs any more. */
    void close() {
        ticking.cancel();
        queues.clear();
        all.clear();
    }
}
