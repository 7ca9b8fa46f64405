package dev.millrace.services.location.core;

import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of an entry, and what the asker hears once that is written.
 *
 * @param write the new value; empty leaves the entry as it is
 */
public record Decision<T, A>(Optional<Held<T>> write, A answer) {
    /** How long a tombstone is kept: longer than the longest delay of a merge or of a repeated question. */
    public static final Duration TOMBSTONE_LIFETIME = Duration.ofSeconds(60);

    static <T, A> Decision<T, A> stay(A answer) {
        return new Decision<>(Optional.empty(), answer);
    }

    static <T, A> Decision<T, A> write(Held<T> held, A answer) {
        return new Decision<>(Optional.of(held), answer);
    }

    /** How long the written value stays by itself; zero means for good. */
    public Duration lifetime() {
        return write.isPresent() && write.get().gone() ? TOMBSTONE_LIFETIME : Duration.ZERO;
    }
}
