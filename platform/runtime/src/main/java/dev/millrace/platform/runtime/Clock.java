package dev.millrace.platform.runtime;

import java.time.Instant;

/** Time, for those who may know it; protocol machines get it as a value. May be called from any thread. */
public interface Clock {
    /** Nanoseconds since some moment, never going back: for spans. */
    long nanos();

    /** The time of day. */
    Instant now();

    /** Milliseconds of the Unix epoch. */
    default long millis() {
        return now().toEpochMilli();
    }

    /** The machine's clock. */
    static Clock system() {
        return new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long millis() {
                return System.currentTimeMillis();
            }
        };
    }
}
