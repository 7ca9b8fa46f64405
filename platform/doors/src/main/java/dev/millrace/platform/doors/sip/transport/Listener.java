package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One address and port on which SIP is awaited, and what others are told about it. Immutable; used from any thread. */
public final class Listener {
    private final int index;
    private final Transport transport;
    private final InetSocketAddress bound;
    private final TransportConfig config;
    private final Routes routes;

    Listener(int index, Transport transport, InetSocketAddress bound, TransportConfig config, Routes routes) {
        this.index = index;
        this.transport = transport;
        this.bound = bound;
        this.config = config;
        this.routes = routes;
    }

    /** Position among the node's listeners; the {@code socket} of its flows. */
    public int index() {
        return index;
    }

    public Transport transport() {
        return transport;
    }

    /** As bound; may be a wildcard. */
    public InetSocketAddress bound() {
        return bound;
    }

    /** What a Via says to that peer: this node. */
    public HostPort advertised(InetSocketAddress peer) {
        return new HostPort(
                config.advertise().isEmpty() ? Source.host(local(peer)) : config.advertise(), bound.getPort());
    }

    /** What a Record-Route, Path or Service-Route says to that peer: the cluster. */
    public HostPort front(InetSocketAddress peer) {
        String host = config.frontHost();
        int port = config.frontPort(transport);
        return new HostPort(host.isEmpty() ? advertised(peer).host() : host, port == 0 ? bound.getPort() : port);
    }

    /** The address from which a packet to that peer leaves. */
    public InetAddress local(InetSocketAddress peer) {
        InetAddress address = bound.getAddress();
        return address.isAnyLocalAddress() ? routes.toward(peer.getAddress()) : address;
    }

    /** Whether the configuration gives a name or address of its own to this node or to the front, with this port. */
    boolean told(String host, int port) {
        return port == bound.getPort() && host.equalsIgnoreCase(config.advertise())
                || host.equalsIgnoreCase(config.frontHost())
                        && port == (config.frontPort(transport) == 0 ? bound.getPort() : config.frontPort(transport));
    }

    @Override
    public String toString() {
        return transport + " " + bound.getAddress().getHostAddress() + " port " + bound.getPort();
    }
}
