package dev.millrace.protocols.codecs;

import java.util.Arrays;

/**
 * Rebuilds decoding times of a video whose transport carries presentation times only, as RTP does: with a reorder depth
 * of d, the n-th picture in decoding order gets the (n - d)-th presentation time in order of showing. So no picture is
 * held back, times grow strictly, and none lies behind its own presentation time as long as d is right; where it is too
 * small, or times jump, the bounds below win. Owned by one event loop; times in any unit, without wrap-around.
 */
public final class DecodeTimes {
    /** Deepest reordering, ITU-T H.264 section A.3.1. */
    public static final int MAX_DEPTH = 16;

    private final int depth;
    private final long frame;
    private final long[] ahead;
    private int count;
    private boolean started;
    private long last;
    private long violations;

    /**
     * @param depth pictures that may precede another in decoding order and follow it in output order
     * @param frame a picture's duration, for the first {@code depth} pictures, which have nothing before them
     */
    public DecodeTimes(int depth, long frame) {
        if (depth < 0 || depth > MAX_DEPTH || frame < 1) {
            throw new IllegalArgumentException("depth " + depth + " of " + MAX_DEPTH + ", frame " + frame);
        }
        this.depth = depth;
        this.frame = frame;
        this.ahead = new long[depth + 1];
    }

    /** The decoding time of the next picture in decoding order. */
    public long next(long presentation) {
        if (!started) {
            // As if depth pictures had come before, one frame apart.
            for (int i = 0; i < depth; i++) {
                ahead[i] = presentation - (depth - i) * frame;
            }
            count = depth;
        }
        int at = Arrays.binarySearch(ahead, 0, count, presentation);
        int slot = at < 0 ? -at - 1 : at;
        System.arraycopy(ahead, slot, ahead, slot + 1, count - slot);
        ahead[slot] = presentation;
        long time = ahead[0];
        System.arraycopy(ahead, 1, ahead, 0, count);
        if (started && time <= last) {
            time = last + 1;
        }
        if (time > presentation) {
            violations++;
        }
        started = true;
        last = time;
        return time;
    }

    /** Pictures whose decoding time came out behind their presentation time: the depth is too small, or times jumped. */
    public long violations() {
        return violations;
    }
}
