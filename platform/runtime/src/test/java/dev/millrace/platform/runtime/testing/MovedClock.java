package dev.millrace.platform.runtime.testing;

import dev.millrace.platform.runtime.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. May be used from any thread. */
public final class MovedClock implements Clock {
    private final Instant start;
    private final AtomicLong nanos = new AtomicLong();

    public MovedClock(Instant start) {
        this.start = start;
    }

    /** Starts at noon of 1 January 2026, UTC. */
    public MovedClock() {
        this(Instant.parse("2026-01-01T12:00:00Z"));
    }

    /** Moves both the span and the time of day. */
    public void advance(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return start.plusNanos(nanos.get());
    }
}
