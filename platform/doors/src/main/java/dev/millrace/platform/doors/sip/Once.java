package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a task once, whether what it waits for or the clock comes first. Owned by the loop. */
final class Once {
    private @Nullable Runnable task;
    private final Timer timer;

    /** @param late run before the task when the clock came first */
    Once(Loop loop, Duration patience, Runnable late, Runnable task) {
        this.task = task;
        this.timer = loop.after(patience, () -> {
            late.run();
            run();
        });
    }

    void run() {
        Runnable now = task;
        cancel();
        if (now != null) {
            now.run();
        }
    }

    /** Runs that one in its place, if it has not been run. */
    void instead(Runnable other) {
        if (task != null) {
            task = other;
            run();
        }
    }

    void cancel() {
        task = null;
        timer.cancel();
    }
}
