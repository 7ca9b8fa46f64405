package dev.millrace.platform.runtime;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Hands out even/odd port pairs of one range, in random order, each resting for {@link UdpPair#QUARANTINE} after use. Shared
 * by all loops of a node; may be called from any thread.
 */
public final class UdpPairs {
    private static final int TRIES = 64;
    private static final long IN_USE = Long.MAX_VALUE;

    private final Loops loops;
    private final InetAddress host;
    private final int firstEven;
    private final int pairs;
    private final RandomGenerator chance;
    private final Map<Integer, Long> taken = new HashMap<>();

    /**
     * @param from first port of the range
     * @param to last port of the range
     */
    public UdpPairs(Loops loops, InetAddress host, int from, int to, RandomGenerator chance) {
        this.loops = loops;
        this.host = host;
        this.firstEven = from + (from & 1);
        this.pairs = Math.max(0, (to + 1 - firstEven) / 2);
        this.chance = chance;
    }

    /** A pair on that loop; fails when the range has none left. */
    public Future<UdpPair> open(Loop loop, UdpPort.Receiver rtp, UdpPort.Receiver rtcp) {
        return open(loop, rtp, rtcp, TRIES);
    }

    private Future<UdpPair> open(Loop loop, UdpPort.Receiver rtp, UdpPort.Receiver rtcp, int tries) {
        int even = take();
        if (even < 0 || tries == 0) {
            free(even, 0);
            return Future.failedFuture(
                    "no free RTP/RTCP port pair in " + firstEven + "-" + (firstEven + 2 * pairs - 1));
        }
        return UdpPort.bind(loops, loop, new InetSocketAddress(host, even), rtp)
                .compose(low -> UdpPort.bind(loops, loop, new InetSocketAddress(host, even + 1), rtcp)
                        .onFailure(inUse -> low.close())
                        .map(high -> new UdpPair(low, high, () -> free(even, UdpPair.QUARANTINE.toNanos()))))
                .recover(inUse -> {
                    // Another program has it: leave it alone for a while.
                    free(even, UdpPair.QUARANTINE.toNanos());
                    return open(loop, rtp, rtcp, tries - 1);
                });
    }

    private synchronized int take() {
        long now = System.nanoTime();
        for (int i = 0; i < TRIES && pairs > 0; i++) {
            int even = firstEven + 2 * chance.nextInt(pairs);
            Long until = taken.get(even);
            if (until == null || until != IN_USE && until - now < 0) {
                taken.put(even, IN_USE);
                return even;
            }
        }
        return -1;
    }

    private synchronized void free(int even, long restNanos) {
        if (even >= 0) {
            taken.put(even, System.nanoTime() + restNanos);
        }
    }

    /** Pairs in use now. */
    public synchronized int inUse() {
        return (int) taken.values().stream().filter(until -> until == IN_USE).count();
    }
}
