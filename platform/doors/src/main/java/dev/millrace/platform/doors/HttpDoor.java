package dev.millrace.platform.doors;

import dev.millrace.platform.doors.tls.Certificates;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.sip.Limits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP port of a node; roles mount their routes on it. It listens as soon as the first one has mounted, on every event
 * loop of the node: a connection stays on the loop that accepted it. May be used from any thread; get it by
 * {@code node.shared(HttpDoor.class, HttpDoor::of)}.
 */
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

    /** Characters of a request line. */
    private static final int REQUEST_LINE = 8_192;

    /** Bytes of one WebSocket message, and so of each of its frames. */
    private static final int WEB_SOCKET_BYTES = Limits.MESSAGE;

    /** How long a WebSocket that this side closes waits for the other side to say so too. */
    private static final int WEB_SOCKET_FAREWELL_SECONDS = 2;

    /** What Vert.x calls the handler of {@code http.idle}. */
    private static final String IDLE_HANDLER = "idle";

    /** Before the house rules, which may answer. */
    private static final int BEFORE_ALL = -2;

    private final NodeContext node;
    private final HttpConfig config;
    private final Router root;
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter refused;
    private final Counter silent;
    private final Map<HttpConnection, Patience> patient = new ConcurrentHashMap<>();
    private final Object opening = new Object();
    private final List<HttpServer> servers = new ArrayList<>();
    private Optional<Future<Integer>> port = Optional.empty();
    private Optional<Future<Integer>> securePort = Optional.empty();

    private HttpDoor(NodeContext node, HttpConfig config) {
        this.node = node;
        this.config = config;
        this.root = Router.router(node.vertx());
        MeterRegistry metrics = node.metrics();
        this.refused = Counter.builder("millrace.http.refused")
                .description("Connections closed because http.connections were open")
                .register(metrics);
        this.silent = Counter.builder("millrace.http.silent")
                .description(
                        "Connections closed because no whole request came within http.first-request, later http.idle")
                .register(metrics);
        Gauge.builder("millrace.http.connections", connections, AtomicInteger::get)
                .description("Open HTTP connections")
                .register(metrics);
        root.route().order(BEFORE_ALL).handler(this::onRequest);
        new HouseRules(config, metrics).mount(root);
    }

    /** The door of that node; it does not listen yet. */
    public static HttpDoor of(NodeContext node) {
        return new HttpDoor(node, HttpConfig.of(node.settings(), node.config().bind()));
    }

    /**
     * Mounts routes on a router of their own. A request that none of them takes goes on to the mount with the next higher
     * order.
     *
     * @param order 0 to 999; a mount that catches every path, such as stream names, takes a high one
     * @return the port, once the door listens
     */
    public Future<Integer> mount(int order, Consumer<Router> routes) {
        if (order < 0 || order > 999) {
            throw new IllegalArgumentException("order " + order);
        }
        Router mounted = Router.router(node.vertx());
        routes.accept(mounted);
        HouseRules.noteMethods(mounted);
        root.route("/*").order(order).subRouter(mounted);
        return port();
    }

    /** The port, once the door listens; asking opens it, and that of HTTPS. */
    public Future<Integer> port() {
        synchronized (opening) {
            if (port.isEmpty()) {
                Future<Integer> plain = listen("http", config.port(), options());
                Future<Integer> secure = plain.compose(listening -> listenSecurely());
                securePort = Optional.of(secure);
                // Making a certificate takes a while, for which nobody waits who has not asked for HTTPS.
                port = Optional.of(
                        node.settings().given(HttpConfig.TLS_PORT) ? secure.compose(listening -> plain) : plain);
            }
            return port.get();
        }
    }

    /** The port of HTTPS, once it listens; 0 where it does not, because its default port is taken. */
    public Future<Integer> securePort() {
        synchronized (opening) {
            return port().compose(listening -> securePort.orElseThrow());
        }
    }

    /** The address of one of the two ports; looks up a host that is a name, which the door has done already. */
    public InetSocketAddress bound(int listening) {
        return new InetSocketAddress(config.host(), listening);
    }

    private Future<Integer> listenSecurely() {
        Certificates certificates = node.shared(Certificates.class, Certificates::of);
        Future<Integer> listening = certificates
                .ready()
                .compose(read -> listen(
                        "https",
                        config.tlsPort(),
                        options()
                                .setSsl(true)
                                .setKeyCertOptions(KeyCertOptions.wrap(certificates.keys()))
                                .setSslHandshakeTimeout(config.firstRequest().toMillis())
                                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)));
        return node.settings().given(HttpConfig.TLS_PORT) ? listening : listening.otherwise(0);
    }

    private Future<Integer> listen(String what, int wanted, HttpServerOptions options) {
        // Vert.x shares one acceptor among the servers of a port; a negative port means a free one that is shared.
        int asked = wanted == 0 ? -1 : wanted;
        Future<Integer> first = Future.succeededFuture(asked);
        for (Loop loop : node.loops().all()) {
            first = first.compose(before -> listen(loop, asked, options).map(HttpServer::actualPort));
        }
        return first.onSuccess(listening -> LOG.info(
                        "{} door open host={} port={} loops={}",
                        what,
                        config.host(),
                        listening,
                        node.loops().all().size()))
                .onFailure(failure -> LOG.error(
                        "{} door cannot listen host={} port={} cause={}",
                        what,
                        config.host(),
                        wanted,
                        failure.toString()));
    }

    private Future<HttpServer> listen(Loop loop, int asked, HttpServerOptions options) {
        Promise<HttpServer> listening = Promise.promise();
        loop.execute(() -> {
            HttpServer server = node.vertx().createHttpServer(options);
            server.connectionHandler(connection -> onConnection(loop, connection));
            server.requestHandler(root);
            synchronized (opening) {
                servers.add(server);
            }
            server.listen(asked, config.host()).onComplete(listening);
        });
        return listening.future();
    }

    /**
     * Turns the request's connection into a WebSocket (RFC 6455) with no idle time of the door any more: whoever takes it
     * watches it. Called on the request's loop.
     */
    public Future<ServerWebSocket> upgrade(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        Patience patience = patient.remove(connection);
        if (patience != null) {
            patience.end();
        }
        return context.request().toWebSocket().onSuccess(opened -> {
            if (connection instanceof HttpServerConnection known) {
                ChannelPipeline pipeline =
                        known.channelHandlerContext().channel().pipeline();
                pipeline.names().stream().filter(IDLE_HANDLER::equals).toList().forEach(pipeline::remove);
            }
        });
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setIdleTimeout((int) config.idle().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                // With it Vert.x does not tell of a connection before its first bytes, and silent ones would not count.
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(REQUEST_LINE)
                .setMaxHeaderSize(config.headerBytes())
                .addWebSocketSubProtocol("sip")
                .setMaxWebSocketFrameSize(WEB_SOCKET_BYTES)
                .setMaxWebSocketMessageSize(WEB_SOCKET_BYTES)
                // A few compressed bytes become as many as their sender likes, before any limit is asked.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(WEB_SOCKET_FAREWELL_SECONDS)
                .setTcpNoDelay(true)
                .setAcceptBacklog(1_024)
                .setReuseAddress(true);
    }

    private void onConnection(Loop loop, HttpConnection connection) {
        if (connections.incrementAndGet() > config.connections()) {
            connections.decrementAndGet();
            refused.increment();
            connection.close();
            return;
        }
        Patience patience = new Patience(loop, connection);
        patient.put(connection, patience);
        connection.closeHandler(closed -> {
            connections.decrementAndGet();
            patient.remove(connection);
            patience.end();
        });
        patience.await(config.firstRequest());
    }

    private void onRequest(RoutingContext context) {
        Patience patience = patient.get(context.request().connection());
        if (patience != null) {
            patience.onRequest();
            context.addEndHandler(ended -> patience.onAnswered());
        }
        context.next();
    }

    /**
     * Waits for a connection's next request while none is being answered. Idle time alone would let a peer hold a connection by
     * one byte now and then. Owned by the connection's loop.
     */
    private final class Patience {
        private final Loop loop;
        private final HttpConnection connection;
        private @Nullable Timer limit;
        private int running;
        private boolean ended;

        private Patience(Loop loop, HttpConnection connection) {
            this.loop = loop;
            this.connection = connection;
        }

        private void await(Duration wait) {
            cancel();
            limit = loop.after(wait, this::onLimit);
        }

        private void onRequest() {
            running++;
            cancel();
        }

        private void onAnswered() {
            running--;
            if (running == 0 && !ended) {
                await(config.idle());
            }
        }

        private void onLimit() {
            limit = null;
            if (answerFlows()) {
                await(config.idle());
            } else if (!ended) {
                silent.increment();
                connection.close();
            }
        }

        /** An answer is over when it is queued; a slow reader may still be taking it. */
        private boolean answerFlows() {
            return connection instanceof HttpServerConnection known
                    && !known.channelHandlerContext().channel().isWritable();
        }

        private void cancel() {
            if (limit != null) {
                limit.cancel();
                limit = null;
            }
        }

        private void end() {
            ended = true;
            cancel();
        }
    }

    @Override
    public void close() {
        synchronized (opening) {
            servers.forEach(HttpServer::close);
            servers.clear();
        }
    }
}
