package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.doors.resolve.Hop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Where a request goes next. */
public sealed interface Target {
    /**
     * Over a client's own connection or UDP pair, whatever node holds it; it fails when the flow is gone (RFC 5626 section
     * 5.3.1). The transport stays as it is, however long the request.
     *
     * @param instead where over UDP the very same message goes from the moment when the node that holds the flow is lost: nobody can
     *     say whether that node has sent it, and a phone passes over what it has got already
     */
    record ToFlow(FlowRef flow, Optional<InetSocketAddress> instead) implements Target {
        public ToFlow(FlowRef flow) {
            this(flow, Optional.empty());
        }
    }

    /**
     * To the first of these that answers, RFC 3263 section 4.3: the next one after a 503, a time-out or a failed transport.
     *
     * @param pinned whether the transport was asked for ({@code transport=udp}, a Path): then a long request does not change from
     *     UDP to TCP (RFC 3261 section 18.1.1)
     */
    record ToHops(List<Hop> hops, boolean pinned) implements Target {
        public ToHops {
            hops = List.copyOf(hops);
        }

        public ToHops(List<Hop> hops) {
            this(hops, false);
        }
    }
}
