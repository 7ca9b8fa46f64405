package dev.millrace.verification.scenarios;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something outside to become true: the one place of the stories where time passes. */
public final class Await {
    private static final long POLL_MS = 50;

    private Await() {}

    /** Returns as soon as the condition holds; fails, naming what was waited for, when it does not within the time. */
    public static void until(String what, Duration patience, BooleanSupplier condition) {
        until(what, patience, condition, () -> "");
    }

    /** The same, with more to say when it fails. */
    public static void until(String what, Duration patience, BooleanSupplier condition, Supplier<String> more) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + patience.toMillis() + " ms still not: " + what + "; " + more.get());
            }
            poll();
        }
    }

    /** Lets a running story go on for a while. */
    public static void elapse(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private static void poll() {
        elapse(Duration.ofMillis(POLL_MS));
    }
}
