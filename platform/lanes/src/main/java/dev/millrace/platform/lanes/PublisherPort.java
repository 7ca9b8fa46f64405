package dev.millrace.platform.lanes;

/**
 * What a lane's home offers to one publisher. Called on the lane's loop only: {@link #opened}, then frames and reports, then
 * {@link #closed}.
 */
public interface PublisherPort extends LaneSource {
    /** The home's way back to the publisher. */
    interface Publisher {
        /** The home wants no more from it. Any thread. */
        void dismiss(Closed why);
    }

    /** The lane this publisher feeds; it owns the loop. */
    Lane lane();

    /** The tracks the publisher announced. */
    Tracks tracks();

    void opened(Publisher publisher);

    /** Takes the frame over. */
    void frame(Frame frame);

    void report(int track, long ntp, long timestamp);

    /**
     * The publisher is gone.
     *
     * @param why {@link Closed#ENDED} when it said goodbye, {@link Closed#MOVED} when it feeds another home now,
     *     {@link Closed#UNREACHABLE} when it vanished
     */
    void closed(Closed why);
}
