package dev.millrace.services.location.core;

/**
 * The version of a map value, a hybrid clock in 64 bits: milliseconds of the Unix epoch (43 bits), a counter (10), a number of
 * the writing node (10). Every write of an entry is newer than the one it saw, also where the node's clock is behind; two
 * writes in the halves of a split cluster differ by their time or, failing that, by their node.
 */
public final class Version {
    private static final int COUNTER_BITS = 10;
    private static final int NODE_BITS = 10;

    private Version() {}

    /**
     * The version of a write.
     *
     * @param seen the version of the value that is replaced, 0 for none
     */
    public static long next(long seen, long millis, String nodeId) {
        long stamp = Math.max(millis << COUNTER_BITS, (seen >>> NODE_BITS) + 1);
        return stamp << NODE_BITS | nodeId.hashCode() & (1 << NODE_BITS) - 1;
    }

    /** When the value was written, milliseconds of the Unix epoch, by the writer's clock. */
    public static long millis(long version) {
        return version >>> COUNTER_BITS + NODE_BITS;
    }
}
