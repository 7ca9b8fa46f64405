package dev.millrace.protocols.rtp;

/**
 * RTP timestamps without wrap-around, as one long in ticks of the payload's clock: each is taken as the nearest one to
 * the last. Starts at the first one shown. Owned by one event loop.
 */
public final class ExtendedTimestamp {
    private boolean started;
    private long last;

    /** The extended timestamp. */
    public long extend(long timestamp) {
        if (!started) {
            started = true;
            last = timestamp & 0xFFFF_FFFFL;
        } else {
            last += (int) (timestamp - last);
        }
        return last;
    }
}
