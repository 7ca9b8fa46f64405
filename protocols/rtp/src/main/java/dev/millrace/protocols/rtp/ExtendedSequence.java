package dev.millrace.protocols.rtp;

/**
 * Sequence numbers without wrap-around: RFC 3550 appendix A.1's cycles, as one long. Each number is taken as the nearest
 * one to the highest seen. Starts at the first number shown. Owned by one event loop.
 */
public final class ExtendedSequence {
    private boolean started;
    private long highest;

    /** The extended number; may be below the highest for a late packet, and below 0 for one before the first. */
    public long extend(int sequence) {
        if (!started) {
            started = true;
            highest = sequence & 0xFFFF;
            return highest;
        }
        long extended = highest + (short) (sequence - (int) highest);
        highest = Math.max(highest, extended);
        return extended;
    }

    /** The highest extended number so far. */
    public long highest() {
        return highest;
    }
}
