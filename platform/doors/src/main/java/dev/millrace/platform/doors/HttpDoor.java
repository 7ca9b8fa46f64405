package dev.millrace.platform.doors;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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

    /** The port, once the door listens; asking opens it. */
    public Future<Integer> port() {
        synchronized (opening) {
            if (port.isEmpty()) {
                port = Optional.of(listen());
            }
            return port.get();
        }
    }

    private Future<Integer> listen() {
        // Vert.x shares one acceptor among the servers of a port; a negative port means a free one that is shared.
        int asked = config.port() == 0 ? -1 : config.port();
        Future<Integer> first = Future.succeededFuture(asked);
        for (Loop loop : node.loops().all()) {
            first = first.compose(port -> listen(loop, asked).map(HttpServer::actualPort));
        }
        return first.onSuccess(port -> LOG.info(
                        "http door open host={} port={} loops={}",
                        config.host(),
                        port,
                        node.loops().all().size()))
                .onFailure(failure -> LOG.error(
                        "http door cannot listen host={} port={} cause={}",
                        config.host(),
                        config.port(),
                        failure.toString()));
    }

    private Future<HttpServer> listen(Loop loop, int asked) {
        Promise<HttpServer> listening = Promise.promise();
        loop.execute(() -> {
            HttpServer server = node.vertx().createHttpServer(options());
            server.connectionHandler(connection -> onConnection(loop, connection));
            server.requestHandler(root);
            synchronized (opening) {
                servers.add(server);
            }
            server.listen(asked, config.host()).onComplete(listening);
        });
        return listening.future();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setIdleTimeout((int) config.idle().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                // With it Vert.x does not tell of a connection before its first bytes, and silent ones would not count.
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(REQUEST_LINE)
                .setMaxHeaderSize(config.headerBytes())
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
