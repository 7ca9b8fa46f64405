package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.HttpDoor;
import dev.millrace.platform.doors.sip.transport.Connections.Target;
import dev.millrace.platform.doors.tls.Certificates;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SIP ports of one node, its flows, and the ways to open new ones (RFC 3261 section 18). What arrives is told to the {@link Inbound} on
 * the loop that received it. Used from any thread.
 */
public final class Transports {
    private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

    /** A source may send so many responses and ACKs for each request that {@code sip.source.rate} allows it. */
    static final int ANSWERS_PER_REQUEST = 4;

    private final NodeContext node;
    private final TransportConfig config;
    private final String frontHost;
    private final Routes routes;
    private final Receiving receiving;
    private final Connections connections;
    private final StreamPorts streams;
    private final WebSockets webSockets;
    private final List<Listener> listeners;
    private final Map<Listener, UdpEndpoint> endpoints = new ConcurrentHashMap<>();

    /** Connections being opened, so that two messages to one peer do not open two. */
    private final Map<Target, Future<Flow>> dialing = new ConcurrentHashMap<>();

    private Transports(
            NodeContext node, TransportConfig config, Inbound inbound, Routes routes, List<Listener> listeners) {
        this.node = node;
        this.config = config;
        this.frontHost = config.frontHost();
        this.routes = routes;
        TransportMeters meters = new TransportMeters(node.metrics());
        int rate = config.limits().sourceRate();
        this.receiving =
                new Receiving(inbound, sources(rate), sources(rate * ANSWERS_PER_REQUEST), meters, node.clock());
        this.connections = new Connections(node, config.limits(), receiving);
        this.streams = new StreamPorts(node, config, connections, node.shared(Certificates.class, Certificates::of));
        this.webSockets = new WebSockets(node, config, connections);
        this.listeners = new java.util.concurrent.CopyOnWriteArrayList<>(listeners);
    }

    private Sources sources(int rate) {
        long seed = ByteBuffer.wrap(node.ids().bytes(Long.BYTES)).getLong();
        return new Sources(
                config.limits().sourceConnections(), rate, seed, node.clock().nanos());
    }

    /** Opens everything that the configuration names; fails when one port cannot be opened, and then nothing stays open. */
    public static Future<Transports> open(NodeContext node, TransportConfig config, Inbound inbound) {
        Routes routes = new Routes();
        return node.vertx()
                .executeBlocking(() -> Plan.of(config, routes))
                .map(listeners -> new Transports(node, config, inbound, routes, listeners))
                .compose(Transports::open);
    }

    private Future<Transports> open() {
        boolean tls = config.transports().contains(Transport.TLS);
        Future<?> opened =
                tls ? node.shared(Certificates.class, Certificates::of).ready() : Future.succeededFuture();
        for (Listener listener : List.copyOf(listeners)) {
            opened = opened.compose(before -> open(listener));
        }
        return opened.compose(before -> openWebSockets())
                .map(this)
                .onSuccess(open -> LOG.info("sip door open listeners={}", listeners))
                .onFailure(failure -> close());
    }

    private Future<?> open(Listener listener) {
        return switch (listener.transport()) {
            case UDP ->
                UdpEndpoint.open(node, config, receiving, listener)
                        .onSuccess(opened -> endpoints.put(listener, opened));
            case TCP, TLS -> streams.open(listener);
            case WS, WSS -> Future.succeededFuture();
        };
    }

    /** SIP over WebSocket comes in by the HTTP ports. */
    private Future<?> openWebSockets() {
        boolean plain = config.transports().contains(Transport.WS);
        boolean secure = config.transports().contains(Transport.WSS);
        if (!plain && !secure) {
            return Future.succeededFuture();
        }
        HttpDoor door = node.shared(HttpDoor.class, HttpDoor::of);
        return webSockets.mount(door).compose(port -> {
            if (plain) {
                webSockets.plain(add(Transport.WS, door.bound(port)));
            }
            return secure
                    ? door.securePort().onSuccess(number -> {
                        if (number > 0) {
                            webSockets.secure(add(Transport.WSS, door.bound(number)));
                        }
                    })
                    : Future.succeededFuture();
        });
    }

    private Listener add(Transport transport, InetSocketAddress bound) {
        Listener listener = new Listener(listeners.size(), transport, bound, config, routes);
        listeners.add(listener);
        return listener;
    }

    /** Everything on which SIP is awaited; a flow's {@code socket} is a position in this list. */
    public List<Listener> listeners() {
        return List.copyOf(listeners);
    }

    /** The first listener of that transport. */
    Optional<Listener> listener(Transport transport) {
        return listeners.stream().filter(each -> each.transport() == transport).findFirst();
    }

    /** The flow of that name, if it is this node's and still there. */
    public Optional<Flow> flow(FlowRef ref) {
        if (!ref.node().equals(node.nodeId())) {
            return Optional.empty();
        }
        if (ref.transport() != Transport.UDP) {
            return connections.find(ref).filter(Connection::open).map(found -> found);
        }
        if (ref.socket() >= listeners.size()) {
            return Optional.empty();
        }
        UdpEndpoint endpoint = endpoints.get(listeners.get(ref.socket()));
        if (endpoint == null || ref.number() != 0 && ref.number() != endpoint.process()) {
            return Optional.empty();
        }
        return HostPort.literal(ref.host())
                .map(address -> new UdpFlow(endpoint, new InetSocketAddress(address, ref.port())));
    }

    /** The UDP flow to that peer, from the socket whose address suits; UDP must be among {@code sip.transports}. */
    public Flow udp(InetSocketAddress remote) {
        return suitable(Transport.UDP, remote)
                .or(() -> listener(Transport.UDP))
                .map(endpoints::get)
                .map(endpoint -> new UdpFlow(endpoint, remote))
                .orElseThrow(() -> new IllegalStateException("UDP is not among sip.transports"));
    }

    /**
     * A flow to that peer: an open connection that leads there, else a new one.
     *
     * @param serverName for which the peer's certificate must be valid: the name that was looked up, not what it was found to be
     * @return on the caller's Vert.x context; fails when the peer refuses, is silent, or shows another certificate
     */
    public Future<Flow> connect(Transport transport, InetSocketAddress remote, String serverName) {
        if (transport == Transport.UDP) {
            return suitable(transport, remote).isPresent() ? Future.succeededFuture(udp(remote)) : closed(transport);
        }
        Target target = Target.of(transport, remote, serverName);
        Optional<Connection> open = connections.find(target);
        if (open.isPresent()) {
            return Future.succeededFuture(open.get());
        }
        if (transport.webSocket()) {
            return Future.failedFuture("a WebSocket is opened by its client only");
        }
        Optional<Listener> listener = suitable(transport, remote);
        if (listener.isEmpty()) {
            return closed(transport);
        }
        Promise<Flow> here = ((VertxInternal) node.vertx()).getOrCreateContext().promise();
        dial(target, listener.get(), serverName).onComplete(here);
        return here.future();
    }

    private Future<Flow> dial(Target target, Listener listener, String serverName) {
        Promise<Flow> mine = Promise.promise();
        Future<Flow> running = dialing.putIfAbsent(target, mine.future());
        if (running != null) {
            return running;
        }
        streams.connect(listener, target.remote(), serverName)
                .<Flow>map(connection -> connection)
                .onComplete(done -> {
                    dialing.remove(target);
                    mine.handle(done);
                });
        return mine.future();
    }

    private static Future<Flow> closed(Transport transport) {
        return Future.failedFuture(transport + " is not among sip.transports, or not for that kind of address");
    }

    /** The listener of the peer's address family, best the one from whose address the kernel would send. */
    private Optional<Listener> suitable(Transport transport, InetSocketAddress remote) {
        Listener found = null;
        InetAddress local = listeners.size() > 1 ? routes.toward(remote.getAddress()) : null;
        for (Listener listener : listeners) {
            InetAddress bound = listener.bound().getAddress();
            if (listener.transport() != transport || !reaches(bound, remote.getAddress())) {
                continue;
            }
            if (bound.equals(local)) {
                return Optional.of(listener);
            }
            if (found == null) {
                found = listener;
            }
        }
        return Optional.ofNullable(found);
    }

    /** A socket on the IPv6 wildcard speaks IPv4 as well. */
    private static boolean reaches(InetAddress bound, InetAddress remote) {
        return bound.getAddress().length == remote.getAddress().length
                || bound.isAnyLocalAddress() && bound.getAddress().length > remote.getAddress().length;
    }

    /** Whether a host with a port is this node or the front: an address that it listens on, {@code advertise} or {@code front}. */
    public boolean ours(String host, int port) {
        Optional<InetAddress> address = HostPort.literal(host);
        for (Listener listener : listeners) {
            if (listener.told(host, port) || listener.bound().getPort() == port && ours(listener, address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a host without a port is this node or the front. */
    public boolean ours(String host) {
        if (host.equalsIgnoreCase(config.advertise()) || host.equalsIgnoreCase(frontHost)) {
            return true;
        }
        Optional<InetAddress> address = HostPort.literal(host);
        for (Listener listener : listeners) {
            if (ours(listener, address)) {
                return true;
            }
        }
        return false;
    }

    private boolean ours(Listener listener, Optional<InetAddress> address) {
        InetAddress bound = listener.bound().getAddress();
        return address.isPresent()
                && (bound.equals(address.get()) || bound.isAnyLocalAddress() && routes.own(address.get()));
    }

    /** Closes everything. */
    public void close() {
        streams.close();
        webSockets.close();
        connections.close();
        endpoints.values().forEach(UdpEndpoint::close);
    }
}
