package dev.millrace.services.location.core;

/**
 * When and where a decision is made.
 *
 * @param millis of the Unix epoch
 * @param nodeId the deciding node
 * @param firstEpoch the epoch of something that was never there before
 */
public record Moment(long millis, String nodeId, long firstEpoch) {
    <T> Held<T> hold(long seenVersion, T value) {
        return new Held<>(Version.next(seenVersion, millis, nodeId), false, value);
    }

    <T> Held<T> bury(long seenVersion, T value) {
        return new Held<>(Version.next(seenVersion, millis, nodeId), true, value);
    }
}
