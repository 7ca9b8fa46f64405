package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Loops;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.MovedClock;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Timers on a real loop, with a clock that the test moves. */
class DeadlinesTest {
    @Test
    void theyRunInTheirOrderOnceAndNotWhenTheyAreCancelled() {
        Vertx vertx = Vertx.vertx();
        try {
            MovedClock clock = new MovedClock();
            Loop loop = Loops.of(vertx).all().getFirst();
            List<String> ran = new CopyOnWriteArrayList<>();
            List<RuntimeException> bugs = new CopyOnWriteArrayList<>();
            loop.execute(() -> {
                Deadlines deadlines = new Deadlines(loop, clock, bugs::add);
                deadlines.after(Duration.ofSeconds(32), () -> ran.add("late"));
                deadlines.after(Duration.ofSeconds(5), () -> {
                    deadlines.after(Duration.ofSeconds(7), () -> ran.add("another"));
                    throw new IllegalStateException("a timer with a bug");
                });
                Timer cancelled = deadlines.after(Duration.ofSeconds(5), () -> ran.add("cancelled"));
                deadlines.after(Duration.ofSeconds(5), () -> ran.add("early"));
                deadlines.after(Duration.ofMillis(1), () -> ran.add("exact"));
                cancelled.cancel();
            });
            Await.until("the loop's own", () -> ran.equals(List.of("exact")));
            clock.advance(Duration.ofSeconds(5));
            Await.until("those of 5 s", () -> ran.equals(List.of("exact", "early")));
            assertThat(bugs).hasSize(1);
            clock.advance(Duration.ofSeconds(7));
            Await.until("what one of them set", () -> ran.equals(List.of("exact", "early", "another")));
            clock.advance(Duration.ofSeconds(20));
            Await.until("the last", () -> ran.equals(List.of("exact", "early", "another", "late")));
        } finally {
            Await.get(vertx.close());
        }
    }
}
