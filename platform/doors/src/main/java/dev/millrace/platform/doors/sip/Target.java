package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.doors.resolve.Hop;
import java.util.List;

/** Where a request goes next. */
public sealed interface Target {
    /**
     * Over a client's own connection or UDP pair, whatever node holds it; it fails when the flow is gone (RFC 5626 section
     * 5.3.1). The transport stays as it is, however long the request.
     */
    record ToFlow(FlowRef flow) implements Target {}

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
