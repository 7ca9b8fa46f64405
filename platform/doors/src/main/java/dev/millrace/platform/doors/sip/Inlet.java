package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.SipDoors.Arrival;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.transport.Flow;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.wire.Malformed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a message came into the cluster; the same on whatever node it is worked on. Immutable. */
public final class Inlet {
    private final FlowRef ref;
    private final InetSocketAddress source;
    private final String sourceAddress;
    private final @Nullable Flow flow;
    private final @Nullable HostPort front;
    private final boolean trusted;
    private final List<String> peerNames;

    private Inlet(
            FlowRef ref,
            InetSocketAddress source,
            String sourceAddress,
            @Nullable Flow flow,
            @Nullable HostPort front,
            boolean trusted,
            List<String> peerNames) {
        this.ref = ref;
        this.source = source;
        this.sourceAddress = sourceAddress;
        this.flow = flow;
        this.front = front;
        this.trusted = trusted;
        this.peerNames = List.copyOf(peerNames);
    }

    /** As another node tells it. */
    public Inlet(FlowRef ref, InetSocketAddress source, HostPort front, boolean trusted, List<String> peerNames) {
        this(ref, source, address(source), null, front, trusted, peerNames);
    }

    /** How it came in on this node. */
    static Inlet of(Flow flow, Peers peers) {
        List<String> names = flow.peerNames();
        FlowRef ref = flow.ref();
        return new Inlet(
                ref, flow.remote(), withoutZone(ref.host()), flow, null, peers.trusted(flow.remote(), names), names);
    }

    /** How it came in on another node; {@link Malformed} where the address is no literal. */
    static Inlet of(Arrival arrival) {
        InetSocketAddress source;
        try {
            source = new InetSocketAddress(InetAddress.ofLiteral(arrival.sourceHost()), arrival.sourcePort());
        } catch (IllegalArgumentException name) {
            throw new Malformed("arrival", "an address, not " + Malformed.quote(arrival.sourceHost()));
        }
        HostPort front = new HostPort(arrival.frontHost(), arrival.frontPort());
        return new Inlet(arrival.flow(), source, front, arrival.trusted(), arrival.peerNames());
    }

    /** For another node, with the message. */
    Arrival arrival(byte[] message) {
        HostPort shown = front();
        return new Arrival(
                message, ref, sourceAddress, source.getPort(), shown.host(), shown.port(), trusted, peerNames);
    }

    /** The flow itself, where this node holds it. */
    Optional<Flow> local() {
        return Optional.ofNullable(flow);
    }

    /** The way back, held by the node that {@link FlowRef#node} names. */
    public FlowRef flow() {
        return ref;
    }

    public Transport transport() {
        return ref.transport();
    }

    /** Whether nobody on the way to us could read it: TLS or secure WebSocket. */
    public boolean secure() {
        return ref.transport().secure();
    }

    /** Where it came from; behind a balancer that speaks PROXY, the client itself. */
    public InetSocketAddress source() {
        return source;
    }

    /** The source address without its port, as the limits per source name it; without a zone, which means nothing to others. */
    public String sourceAddress() {
        return sourceAddress;
    }

    private static String address(InetSocketAddress source) {
        return source.getAddress() == null
                ? source.getHostString()
                : withoutZone(source.getAddress().getHostAddress());
    }

    private static String withoutZone(String text) {
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** Under which this sender reaches the cluster over this transport: for Record-Route, Path and Service-Route. */
    public HostPort front() {
        if (front != null) {
            return front;
        }
        return flow == null ? new HostPort(ref.host(), ref.port()) : flow.front();
    }

    /** Whether the source is one of {@code sip.peers}, by address or by certificate. */
    public boolean trusted() {
        return trusted;
    }

    /** Names in the verified client certificate. */
    public List<String> peerNames() {
        return peerNames;
    }
}
