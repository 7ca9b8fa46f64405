package dev.millrace.platform.lanes;

/** Why a flow ended for one of its ends. */
public enum Closed {
    /** The stream is over: its publisher left and did not come back in time. */
    ENDED,
    /** The publisher came back with other tracks: readers describe the stream again. */
    CHANGED,
    /** Another publisher took the path. */
    TAKEN_OVER,
    /** The lane has another home now: ask again where. */
    MOVED,
    /** The home could not be reached for longer than the grace. */
    UNREACHABLE,
    /** The reader took nothing for too long. */
    STALLED,
    /** This node stops. */
    STOPPED
}
