package dev.millrace.platform.runtime;

import java.util.concurrent.atomic.LongAdder;

/** Counts what this node carries. The counting methods may be called from any thread and allocate nothing. */
public final class LoadMeter {
    private final LongAdder sessions = new LongAdder();
    private final LongAdder bits = new LongAdder();
    private volatile long bitsPerSecond;
    private long bitsBefore;
    private long nanosBefore;

    LoadMeter(long nanosNow) {
        this.nanosBefore = nanosNow;
    }

    /** A session began (1) or ended (-1). */
    public void sessions(int change) {
        sessions.add(change);
    }

    /** So many bits left this node. */
    public void bits(long count) {
        bits.add(count);
    }

    public int sessions() {
        return (int) Math.max(0, sessions.sum());
    }

    /** Over the last full second. */
    public long bitsPerSecond() {
        return bitsPerSecond;
    }

    /** Ends the running second; called by the node's one reporter. */
    void tick(long nanosNow) {
        long bitsNow = bits.sum();
        long span = Math.max(1, nanosNow - nanosBefore);
        bitsPerSecond = Math.max(0, Math.round((bitsNow - bitsBefore) * 1e9 / span));
        bitsBefore = bitsNow;
        nanosBefore = nanosNow;
    }
}
