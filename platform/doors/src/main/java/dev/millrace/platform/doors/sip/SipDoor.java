package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.doors.sip.transport.Listener;
import dev.millrace.platform.doors.sip.transport.TransportConfig;
import dev.millrace.platform.doors.sip.transport.Transports;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Via;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one SIP door of a node: its ports, its transactions (RFC 3261 sections 17 and 18), and the way of each message to the role and
 * to the node that it is for. It opens when the first role serves. A Call-ID belongs to one event loop, and everything about its
 * requests is called there. May be used from any thread, but for what is said to be of a loop.
 */
public final class SipDoor implements AutoCloseable {
    /** How often a drain looks whether calls still ring. */
    private static final Duration DRAIN_LOOK = Duration.ofMillis(100);

    private final NodeContext node;
    private final DoorConfig config;
    private final Domains domains;
    private final Roles roles;
    private final DoorMeters meters;
    private final Object opening = new Object();
    private @Nullable Future<Exchange> opened;
    private volatile @Nullable Exchange exchange;

    private SipDoor(NodeContext node) {
        this.node = node;
        this.config = DoorConfig.of(node.settings());
        this.domains = new Domains(node, config);
        this.meters = new DoorMeters(node.metrics());
        this.roles = new Roles(node, domains, meters);
    }

    /** The door of that node; it does not listen yet. */
    public static SipDoor of(NodeContext node) {
        return node.shared(SipDoor.class, SipDoor::new);
    }

    /** Requests for that role go to the handler from now on; completes when the door listens. Each role has one handler. */
    public Future<Void> serve(Role role, SipHandler handler) {
        roles.put(role, handler);
        return open().map(open -> {
            open.take(role);
            return null;
        });
    }

    private Future<Exchange> open() {
        synchronized (opening) {
            if (opened == null) {
                Exchange.Entrance entrance = new Exchange.Entrance();
                opened = Transports.open(node, TransportConfig.of(node.settings(), node.config()), entrance)
                        .compose(transports -> domains.open(transports).map(known -> transports))
                        .map(transports -> {
                            Exchange open = new Exchange(node, config, roles, meters, transports);
                            open.open(entrance);
                            exchange = open;
                            gauges(open);
                            return open;
                        });
            }
            return opened;
        }
    }

    private void gauges(Exchange open) {
        for (Desk desk : open.desks()) {
            Gauge.builder("millrace.sip.transactions", desk, Desk::size)
                    .description("SIP transactions of both sides that are at work")
                    .tag("loop", String.valueOf(desk.loop().index()))
                    .register(node.metrics());
            Gauge.builder("millrace.sip.transactions.answered", desk, Desk::answeredSize)
                    .description(
                            "Answered SIP transactions that only take repetitions, those of answered calls among them")
                    .tag("loop", String.valueOf(desk.loop().index()))
                    .register(node.metrics());
            Gauge.builder(
                            "millrace.sip.loop.delay",
                            desk,
                            each -> each.admission().delayNanos() / 1e9)
                    .description("How late the event loop was lately, seconds; what overload control goes by")
                    .tag("loop", String.valueOf(desk.loop().index()))
                    .register(node.metrics());
        }
    }

    /** The role is not served here any more; its requests go to other nodes. */
    public void leave(Role role) {
        roles.remove(role);
    }

    /** The parts of the open door. */
    Exchange exchange() {
        Exchange open = exchange;
        if (open == null) {
            throw new IllegalStateException("the SIP door is not open yet");
        }
        return open;
    }

    /** The loop on which everything about that Call-ID happens. */
    public Loop loopOf(String callId) {
        return exchange().desk(callId).loop();
    }

    /**
     * Sends a request that belongs to no other: OPTIONS to a peer, for example. Called on the loop of its Call-ID. A request that
     * is forwarded goes by {@link ServerTransaction#fork}.
     *
     * @param request all done but our Via
     */
    public ClientTransaction send(Request request, Target target, ClientListener listener) {
        ClientShell client = new ClientShell(exchange().desk(request.callId()), request, target, "", listener);
        client.plan();
        client.start();
        return client;
    }

    /**
     * Sends a request without a transaction: the ACK to a 2xx (RFC 3261 section 16.11). Called on the loop of its Call-ID. What
     * cannot be sent is lost, as on any network.
     *
     * @param request all done but our Via
     */
    public void forward(Request request, Target target) {
        exchange().passage().forward(exchange().desk(request.callId()), request, target);
    }

    /**
     * Forwards a response without a transaction: our Via, which is on top, is taken off, and the next one says where to
     * (RFC 3261 section 16.7). Called on the loop of its Call-ID.
     */
    public void forward(Response response) {
        exchange().passage().pass(exchange().desk(response.callId()), response);
    }

    /** Whether a Via was put on by a node of this cluster. */
    public boolean ours(Via via) {
        return via.branch()
                .map(exchange().branches()::owner)
                .filter(owner -> !(owner instanceof Branches.Owner.Stranger))
                .isPresent();
    }

    /** A tag for To or From, 65 random bits and what names this node. Called on an event loop. */
    public String tag() {
        return exchange().desks().get(node.loops().current().index()).tag();
    }

    public Domains domains() {
        return domains;
    }

    /** Keeps a client's connection open for at least that long from now, on whatever node it is: somebody is registered on it. */
    public void keep(FlowRef flow, Duration span) {
        exchange().outlets().keep(flow, span);
    }

    /** Under which that peer reaches the cluster over that transport: for Record-Route, Path and Service-Route toward it. */
    public HostPort front(Transport transport, InetSocketAddress peer) {
        return exchange().outlets().front(transport, peer);
    }

    /** Whether that is one of {@code sip.peers}: by its address, over TLS also by the name in its certificate. */
    public boolean trusts(Hop hop) {
        List<String> names = hop.transport() == Transport.TLS ? List.of(hop.serverName()) : List.of();
        return exchange().peers().trusted(hop.address(), names);
    }

    /** A loose route to the cluster for the sender of a request: the Service-Route of RFC 3608. */
    public NameAddr frontRoute(Inlet inlet) {
        return NameAddr.of(route("", inlet.transport(), inlet.front()));
    }

    /** A loose route to that front by that transport. */
    public static SipUri route(String user, Transport transport, HostPort front) {
        SipUri uri = SipUri.of(user, front.host(), front.port());
        SipUri routed = switch (transport) {
            case UDP -> uri;
            case TCP, TLS -> uri.with("transport", transport.text());
            case WS, WSS -> uri.with("transport", "ws");
        };
        return routed.with("lr", "");
    }

    /**
     * The 503 of a service that cannot serve now, with a Retry-After of its own up to {@code sip.retry-after}, so that those who
     * were refused together do not come back together. Called on an event loop.
     */
    public Response busy(Request request) {
        return Stateless.busy(
                request, tag(), config.overload().retryAfter(), node.ids().fraction());
    }

    /** What the door listens on. */
    public List<Listener> listeners() {
        return exchange().transports().listeners();
    }

    /** New requests of the role outside dialogs go to other nodes that have it, as long as there are any. */
    public void drain(Role role) {
        roles.drain(role, true);
    }

    /** The role takes new requests again. */
    public void resume(Role role) {
        roles.drain(role, false);
    }

    /** Completes when no call rings on this node any more. */
    public Future<Void> drained() {
        Promise<Void> done = Promise.promise();
        Exchange open = exchange;
        if (open == null) {
            return Future.succeededFuture();
        }
        look(open, done);
        return done.future();
    }

    private void look(Exchange open, Promise<Void> done) {
        ringing(open).onComplete(count -> {
            if (count.failed() || count.result() == 0) {
                done.tryComplete();
            } else {
                open.first().loop().after(DRAIN_LOOK, () -> look(open, done));
            }
        });
    }

    private static Future<Integer> ringing(Exchange open) {
        Future<Integer> sum = Future.succeededFuture(0);
        for (Desk desk : open.desks()) {
            Promise<Integer> here = Promise.promise();
            desk.loop().run(() -> here.complete(desk.ringing()));
            sum = sum.compose(before -> here.future().map(more -> before + more));
        }
        return sum;
    }

    /** For the status of the node: texts and numbers. */
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        Optional.ofNullable(exchange).ifPresent(open -> {
            status.put(
                    "listeners",
                    open.transports().listeners().stream()
                            .map(Listener::toString)
                            .toList());
            status.put(
                    "transactions", open.desks().stream().mapToInt(Desk::size).sum());
            status.put(
                    "loopDelayMillis",
                    open.desks().stream()
                                    .mapToLong(desk -> desk.admission().delayNanos())
                                    .max()
                                    .orElse(0)
                            / 1_000_000);
            status.put("domains", domains.all());
        });
        return status;
    }

    @Override
    public void close() {
        Exchange open = exchange;
        if (open != null) {
            open.close();
        }
    }
}
