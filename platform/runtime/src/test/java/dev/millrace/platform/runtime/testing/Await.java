package dev.millrace.platform.runtime.testing;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits on the test's thread, always with a deadline. */
public final class Await {
    /** Long enough for a loaded machine, short enough to fail a build. */
    public static final Duration LONG = Duration.ofSeconds(60);

    private static final long LOOK_NANOS = 5_000_000;

    private Await() {}

    /** The future's result; its failure fails the test. */
    public static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LONG.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError("the future failed: " + failure.getCause(), failure.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("nothing within " + LONG, late);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** The failure of a future that must fail. */
    public static Throwable failure(Future<?> future) {
        return get(future.transform(done -> done.failed()
                ? Future.succeededFuture(done.cause())
                : Future.failedFuture(new AssertionError("it did not fail but gave " + done.result()))));
    }

    /** Looks until the condition holds; gives back how long that took. */
    public static Duration until(String what, Duration most, BooleanSupplier holds) {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - start > most.toNanos()) {
                throw new AssertionError("not within " + most + ": " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Looks until the condition holds, no longer than {@link #LONG}. */
    public static Duration until(String what, BooleanSupplier holds) {
        return until(what, LONG, holds);
    }
}
