package dev.millrace.platform.doors.sip.transport;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one source may take: connections at once and requests per second. A source is an IPv4 address or an IPv6 /64, which is
 * what one subscriber gets. Used from any thread.
 *
 * <p>The rates stand in two tables of fixed size, each cell a bucket of one second that any sources of the same hash share; a source
 * is above its rate when both of its cells are. So the table cannot grow, whatever addresses are forged, and a peer suffers for
 * another only if both secret hashes meet.
 */
final class Sources {
    /** Cells of each of the two tables. */
    static final int CELLS = 1 << 16;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int mostConnections;
    private final long interval;
    private final long seed;
    private final long start;
    private final AtomicLongArray first = new AtomicLongArray(CELLS);
    private final AtomicLongArray second = new AtomicLongArray(CELLS);
    private final Map<Long, Integer> connections = new ConcurrentHashMap<>();

    /**
     * @param seed random, so that nobody can choose whom he collides with
     * @param now of the clock that {@link #admits} is asked with
     */
    Sources(int mostConnections, int ratePerSecond, long seed, long now) {
        this.mostConnections = mostConnections;
        this.interval = SECOND_NANOS / ratePerSecond;
        this.seed = seed;
        this.start = now;
    }

    /** Counts one more connection, a refused one too; false when the source has too many already. Bounded by the connections there are. */
    boolean connect(InetAddress address) {
        return connections.merge(key(address), 1, Integer::sum) <= mostConnections;
    }

    /** A connection for which {@link #connect} was asked has ended, also when it was refused. */
    void disconnect(InetAddress address) {
        connections.computeIfPresent(key(address), (source, open) -> open <= 1 ? null : open - 1);
    }

    /** Counts one request; false when the source is above its rate, and then it counts for nothing. */
    boolean admits(InetAddress address, long nowNanos) {
        long mixed = mix(key(address) ^ seed);
        long now = nowNanos - start;
        int one = (int) mixed & CELLS - 1;
        int two = (int) (mixed >>> 32) & CELLS - 1;
        if (first.get(one) - now > SECOND_NANOS && second.get(two) - now > SECOND_NANOS) {
            return false;
        }
        // Two threads may write one over the other: a request too many passes, which no limit of this size notices.
        first.lazySet(one, Math.max(first.get(one), now) + interval);
        second.lazySet(two, Math.max(second.get(two), now) + interval);
        return true;
    }

    private static long key(InetAddress address) {
        byte[] bytes = address.getAddress();
        long key = 0;
        int count = Math.min(8, bytes.length);
        for (int i = 0; i < count; i++) {
            key = key << 8 | bytes[i] & 0xFF;
        }
        return key;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
