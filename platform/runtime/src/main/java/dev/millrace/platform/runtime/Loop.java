package dev.millrace.platform.runtime;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One event loop, seen by Netty and by Vert.x alike: whatever is owned by a loop is touched by its thread only. Its methods
 * may be called from any thread.
 */
public final class Loop {
    private final int index;
    private final ContextInternal context;

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

    @Override
    public String toString() {
        return "loop-" + index;
    }
}
