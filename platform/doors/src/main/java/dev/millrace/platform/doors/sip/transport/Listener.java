package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One address and port on which SIP is awaited, and what others are told about it. Immutable; used from any thread. */
public final class Listener {
    private final int index;
    private final Transport transport;
    private final InetSocketAddress bound;
    private final TransportConfig config;
    private final Routes routes;
    private final String frontHost;
    private final int frontPort;

    /** What a Via says to everybody; null where it depends on the peer. */
    private final @Nullable HostPort advertised;

    Listener(int index, Transport transport, InetSocketAddress bound, TransportConfig config, Routes routes) {
        this.index = index;
        this.transport = transport;
        this.bound = bound;
        this.config = config;
        this.routes = routes;
        this.frontHost = config.frontHost();
        this.frontPort = config.frontPort(transport) == 0 ? bound.getPort() : config.frontPort(transport);
        boolean wild = bound.getAddress().isAnyLocalAddress();
        if (config.advertise().isEmpty()) {
            this.advertised = wild ? null : new HostPort(Source.host(bound.getAddress()), bound.getPort());
        } else {
            this.advertised = new HostPort(config.advertise(), bound.getPort());
        }
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
        return advertised == null ? new HostPort(Source.host(local(peer)), bound.getPort()) : advertised;
    }

    /** What a Record-Route, Path or Service-Route says to that peer: the cluster. */
    public HostPort front(InetSocketAddress peer) {
        return new HostPort(frontHost.isEmpty() ? advertised(peer).host() : frontHost, frontPort);
    }

    /** The address from which a packet to that peer leaves. */
    public InetAddress local(InetSocketAddress peer) {
        InetAddress address = bound.getAddress();
        return address.isAnyLocalAddress() ? routes.toward(peer.getAddress()) : address;
    }

    /** Whether the configuration gives a name or address of its own to this node or to the front, with this port. */
    boolean told(String host, int port) {
        return port == bound.getPort() && host.equalsIgnoreCase(config.advertise())
                || port == frontPort && host.equalsIgnoreCase(frontHost);
    }

    @Override
    public String toString() {
        return transport + " " + bound.getAddress().getHostAddress() + " port " + bound.getPort();
    }
}
