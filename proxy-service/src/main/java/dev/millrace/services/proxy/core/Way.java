package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One way to bring a request to a target: what becomes its Request-URI and Route, and what it travels by. */
public sealed interface Way {
    /** What a request gets as Request-URI. */
    Uri uri();

    /** Over the client's own flow. */
    record OverFlow(Uri uri, FlowRef flow) implements Way {}

    /** To the address of a flow that is lost, and nowhere else: over UDP only, because nobody awaits connections there. */
    record AtAddress(Uri uri, FlowRef flow) implements Way {}

    /** By RFC 3263 on the next hop, if that is at the address of a connection that is lost, and nowhere else. */
    record Near(Uri uri, FlowRef flow) implements Way {}

    /**
     * By RFC 3263 on the next hop.
     *
     * @param path Route values to put on top (RFC 3327); the first is the next hop
     * @param pinned whether a long request must not change from UDP to TCP
     */
    record ByAddress(Uri uri, List<NameAddr> path, boolean pinned) implements Way {
        public ByAddress {
            path = List.copyOf(path);
        }
    }

    /**
     * To a configured peer.
     *
     * @param peer which counts as up or down by what becomes of this request
     */
    record ToPeer(Uri uri, Peer peer) implements Way {}

    /** Where the same message goes that was for the flow of one of these ways, which is lost: to the way behind it. */
    static Optional<InetSocketAddress> instead(List<Way> ways, int lost) {
        return lost + 1 < ways.size() ? instead(ways.get(lost), ways.get(lost + 1)) : Optional.empty();
    }

    /** The address of the next way, where that needs no other message and the first one is a flow over UDP. */
    static Optional<InetSocketAddress> instead(Way lost, Way next) {
        return lost instanceof OverFlow(Uri uri, FlowRef flow)
                        && flow.transport() == Transport.UDP
                        && next.uri().equals(uri)
                ? next.literal()
                : Optional.empty();
    }

    /** The address over UDP that this way leads to without anything being looked up; empty for all others. */
    default Optional<InetSocketAddress> literal() {
        return switch (this) {
            case AtAddress(Uri _, FlowRef flow) -> address(flow.host(), flow.port());
            case ByAddress(SipUri uri, List<NameAddr> path, boolean _)
            when path.isEmpty()
                    && !uri.secure()
                    && uri.transport().map("udp"::equals).orElse(true) ->
                address(uri.plainHost(), uri.port() > 0 ? uri.port() : Transport.UDP.defaultPort());
            case ByAddress _, OverFlow _, Near _, ToPeer _ -> Optional.empty();
        };
    }

    private static Optional<InetSocketAddress> address(String host, int port) {
        return HostPort.literal(host).map(literal -> new InetSocketAddress(literal, port));
    }

    /**
     * The ways to a binding: its flow first; then, for a client that may be reached without it, its Contact. The other way round for
     * a client behind no NAT. None for a binding
     * that cannot be read, or one that is not secure where that is asked for.
     */
    static List<Way> of(Binding binding, boolean secure) {
        try {
            Uri contact = Uri.parse(binding.contact());
            List<NameAddr> path = binding.path().stream().map(NameAddr::parse).toList();
            boolean sips = contact instanceof SipUri sip && sip.secure();
            boolean secureFlow =
                    binding.flow().map(flow -> flow.transport().secure()).orElse(false);
            if (secure && !sips && !secureFlow) {
                return List.of();
            }
            Way byAddress = new ByAddress(contact, path, !path.isEmpty() || pinned(contact));
            if (binding.flow().isEmpty() || !path.isEmpty()) {
                return List.of(byAddress);
            }
            Way overFlow = new OverFlow(contact, binding.flow().get());
            if (!reachable(binding)) {
                return List.of(overFlow);
            }
            return direct(binding.flow().get(), contact) ? List.of(byAddress, overFlow) : List.of(overFlow, byAddress);
        } catch (Malformed unreadable) {
            return List.of();
        }
    }

    /**
     * The ways to one side of a dialog.
     *
     * @param uri the Request-URI, which stays what it is
     */
    static List<Way> of(Side side, Uri uri) {
        Way byAddress = new ByAddress(uri, List.of(), pinned(uri));
        if (side.flow().isEmpty()) {
            return List.of(byAddress);
        }
        FlowRef flow = side.flow().get();
        Way overFlow = new OverFlow(uri, flow);
        return switch (side.reach()) {
            case UNSAID, ADDRESS -> List.of(byAddress);
            case FLOW -> flow.transport().webSocket() ? List.of(overFlow) : List.of(overFlow, byAddress);
            case CONFINED -> {
                List<Way> ways = new ArrayList<>(2);
                if (side.flowing()) {
                    ways.add(overFlow);
                }
                switch (flow.transport()) {
                    case UDP -> ways.add(new AtAddress(uri, flow));
                    case TCP, TLS -> ways.add(new Near(uri, flow));
                    case WS, WSS -> {}
                }
                yield ways;
            }
        };
    }

    /** The ways to the peers of a static route, in this order. */
    static List<Way> of(Destination.ToPeers destination, List<Peer> order) {
        return order.stream()
                .<Way>map(peer -> new ToPeer(Destination.toward(peer, destination), peer))
                .toList();
    }

    /** Whether requests may go to the Contact: with reg-id the client keeps its flows up itself, and over WebSocket only the client can open one (RFC 5626, RFC 7118). */
    public static boolean reachable(Binding binding) {
        return binding.regId() == 0
                && binding.flow().map(flow -> !flow.transport().webSocket()).orElse(true);
    }

    /**
     * A client that sees itself at the address where we see it is behind no NAT. Then the port of its Contact counts, and not the one
     * it happened to send from: sipp and others register for a socket that is not the one they speak from.
     */
    private static boolean direct(FlowRef flow, Uri contact) {
        return flow.transport() == Transport.UDP
                && contact instanceof SipUri sip
                && sip.plainHost().equals(flow.host());
    }

    /** RFC 3261 section 18.1.1 changes the transport of a long request, but not one that was asked for by name. */
    static boolean pinned(Uri uri) {
        return uri instanceof SipUri sip && sip.transport().map("udp"::equals).orElse(false);
    }
}
