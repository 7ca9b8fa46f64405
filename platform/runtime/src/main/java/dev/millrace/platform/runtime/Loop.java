package dev.millrace.platform.runtime;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One event loop, seen by Netty and by Vert.x alike: whatever is owned by a loop is touched by its thread only. Its methods
 * may be called from any thread.
 */
public final class Loop {
    /** The grain of {@link #inStep}. */
    static final Duration STEP = Duration.ofMillis(100);

    private final int index;
    private final ContextInternal context;
    private final List<Stepping> stepping = new CopyOnWriteArrayList<>();
    private final AtomicBoolean walking = new AtomicBoolean();
    private long steps;

    private record Stepping(long every, Runnable task) {}

    Loop(int index, ContextInternal context) {
        this.index = index;
        this.context = context;
    }

    /** Position among the node's loops, from 0. */
    public int index() {
        return index;
    }

    /** For channels, and for tasks of the media path that ask nothing of the bus. */
    public EventLoop netty() {
        return context.nettyEventLoop();
    }

    /** The Vert.x context on which answers of the bus arrive. */
    public Context context() {
        return context;
    }

    ContextInternal internal() {
        return context;
    }

    public boolean inLoop() {
        return context.nettyEventLoop().inEventLoop();
    }

    /** Runs the task on this loop, later, with the Vert.x context in place. */
    public void execute(Runnable task) {
        context.nettyEventLoop().execute(() -> context.dispatch(task));
    }

    /** Runs the task at once when this is the calling thread's loop, else as {@link #execute}. */
    public void run(Runnable task) {
        if (inLoop()) {
            context.dispatch(task);
        } else {
            execute(task);
        }
    }

    /** Runs the task once after {@code delay}. */
    public Timer after(Duration delay, Runnable task) {
        ScheduledFuture<?> scheduled =
                context.nettyEventLoop().schedule(() -> context.dispatch(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** Runs the task every {@code period}, first after one period. */
    public Timer every(Duration period, Runnable task) {
        ScheduledFuture<?> scheduled = context.nettyEventLoop()
                .scheduleAtFixedRate(
                        () -> context.dispatch(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /**
     * Runs the task every {@code period}, rounded to whole steps of 100 ms, together with all others that run so; first within one
     * period. For what looks after something: on an idle loop a wake-up costs more than most of them do, so they share it.
     */
    public Timer inStep(Duration period, Runnable task) {
        Stepping each = new Stepping(Math.max(1, period.dividedBy(STEP)), task);
        stepping.add(each);
        if (walking.compareAndSet(false, true)) {
            context.nettyEventLoop()
                    .scheduleAtFixedRate(this::step, STEP.toNanos(), STEP.toNanos(), TimeUnit.NANOSECONDS);
        }
        return () -> stepping.removeIf(other -> other == each);
    }

    private void step() {
        steps++;
        for (Stepping each : stepping) {
            if (steps % each.every() == 0) {
                context.dispatch(each.task());
            }
        }
    }

    @Override
    public String toString() {
        return "loop-" + index;
    }
}
