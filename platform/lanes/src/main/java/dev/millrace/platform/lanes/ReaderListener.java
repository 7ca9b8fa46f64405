package dev.millrace.platform.lanes;

import java.util.List;

/** What a door wants to know about one of its readers; called on the reader's loop. */
public interface ReaderListener {
    /** The first packet is about to be sent; what is written now leaves before it. */
    void started(List<TrackStart> starts);

    /** The publisher's clock in the reader's numbering, for sender reports. */
    void report(int track, long ntp, long timestamp);

    /** Nothing more will come. */
    void closed(Closed why);
}
