package dev.millrace.platform.lanes;

import java.util.List;

/**
 * One who reads a lane. Its loop calls, in this order: {@link #started} once, then {@link #deliver} and {@link #report} as
 * the media comes, then {@link #closed} once, unless it was detached before.
 */
public interface Reader {
    /** The tracks it wants, one bit per track index. */
    int tracks();

    /** Reading begins; the frames kept since the last key frame follow at once through {@link #replay}. */
    void started(List<TrackStart> starts);

    /** A frame from the past, older ones first; lent for the call. */
    void replay(Frame frame, Layouts layouts);

    /** Frames that leave now; lent for the call. {@code layouts} lends other forms of them, shared with the loop's other readers. */
    void deliver(Burst burst, Layouts layouts);

    /** Everything of this turn is delivered: flush what is queued. */
    void flush();

    /** The publisher's clock: at {@code ntp} (RFC 3550 section 4) the track's timestamp, as readers see it, was {@code timestamp}. */
    void report(int track, long ntp, long timestamp);

    /** Whether it is another node, which has to follow the lane to its new home. */
    default boolean leavesWithTheHome() {
        return false;
    }

    /** The flow is over. */
    void closed(Closed why);
}
