package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.doors.HttpDoor;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIP over WebSocket (RFC 7118) on the HTTP ports: only a request that asks for the sub-protocol {@code sip} is taken, all others go on to
 * whoever serves the path. Used from any thread.
 */
final class WebSockets {
    private static final Logger LOG = LoggerFactory.getLogger(WebSockets.class);

    /** Before the page, which serves {@code /} too. */
    private static final int ORDER = 0;

    private static final List<String> PATHS = List.of("/", "/ws", "/sip");

    private final NodeContext node;
    private final TransportConfig config;
    private final Connections home;
    private volatile Optional<Listener> plain = Optional.empty();
    private volatile Optional<Listener> secure = Optional.empty();

    WebSockets(NodeContext node, TransportConfig config, Connections home) {
        this.node = node;
        this.config = config;
        this.home = home;
    }

    /** Puts the paths on the door; the port, once it listens. */
    Future<Integer> mount(HttpDoor door) {
        return door.mount(
                ORDER, routes -> PATHS.forEach(path -> routes.get(path).handler(context -> onRequest(door, context))));
    }

    /** From now on connections without TLS belong to this listener. */
    void plain(Listener listener) {
        plain = Optional.of(listener);
    }

    /** From now on connections with TLS belong to this listener. */
    void secure(Listener listener) {
        secure = Optional.of(listener);
    }

    /** Takes no new ones; those that are open are closed with all connections. */
    void close() {
        plain = Optional.empty();
        secure = Optional.empty();
    }

    private void onRequest(HttpDoor door, RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Listener> listener = request.isSSL() ? secure : plain;
        if (listener.isEmpty() || !asksForSip(request)) {
            context.next();
            return;
        }
        InetSocketAddress remote = address(request.remoteAddress());
        boolean balancer = Cidr.any(config.balancers(), remote.getAddress());
        if (!home.enter()) {
            refuse(context);
            return;
        }
        if (!balancer && !home.enter(remote.getAddress())) {
            home.leave(remote.getAddress());
            home.leave();
            refuse(context);
            return;
        }
        Runnable leave = () -> {
            home.leave();
            if (!balancer) {
                home.leave(remote.getAddress());
            }
        };
        Loop loop = node.loops().current();
        door.upgrade(context)
                .onSuccess(socket -> {
                    Connection.Ends ends =
                            new Connection.Ends(address(socket.localAddress()), remote, balancer, List.of());
                    new WebSocketWire(home, socket, request.connection(), leave).start(listener.get(), loop, ends);
                })
                .onFailure(failure -> {
                    leave.run();
                    LOG.debug("websocket refused remote={} cause={}", remote, failure.toString());
                });
    }

    private static void refuse(RoutingContext context) {
        context.response().setStatusCode(503).end("Too many connections.\n");
    }

    /** RFC 7118 section 4.1: the client names the sub-protocol, perhaps among others. */
    private static boolean asksForSip(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        if (upgrade == null || !upgrade.equalsIgnoreCase("websocket")) {
            return false;
        }
        for (String line : request.headers().getAll("Sec-WebSocket-Protocol")) {
            for (String name : line.split(",")) {
                if (name.strip().toLowerCase(Locale.ROOT).equals("sip")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static InetSocketAddress address(SocketAddress known) {
        return new InetSocketAddress(InetAddress.ofLiteral(known.hostAddress()), known.port());
    }
}
