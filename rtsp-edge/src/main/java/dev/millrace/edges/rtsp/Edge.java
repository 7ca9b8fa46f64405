package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Publications;
import dev.millrace.platform.lanes.Subscriptions;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.UdpPairs;
import dev.millrace.protocols.rtsp.ServerSession;
import io.vertx.core.shareddata.LocalMap;

/**
 * What all loops of the RTSP door share. Any thread.
 *
 * @param pairs UDP ports of publishers and readers
 * @param known sessions that may be asked for by another connection, by their id
 * @param sessions tells the service that a session began (1) or ended (-1)
 */
record Edge(
        NodeContext node,
        RtspConfig config,
        ServerSession.Terms terms,
        Publications publications,
        Subscriptions subscriptions,
        UdpPairs pairs,
        RedirectPolicy redirects,
        EdgeCounters counters,
        LocalMap<String, EdgeSession> known,
        SessionTally sessions) {
    /** Hears of sessions; called on any loop. */
    @FunctionalInterface
    interface SessionTally {
        void changed(int by);
    }
}
