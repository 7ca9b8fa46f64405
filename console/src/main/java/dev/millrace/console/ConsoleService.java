package dev.millrace.console;

import dev.millrace.console.core.Board;
import dev.millrace.platform.doors.HttpDoor;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Timer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page, its list and its events. The list and the number of listeners are owned by one event loop; each open event stream
 * stays on the loop that accepted its connection. While nobody looks, nothing is asked of the cluster.
 */
final class ConsoleService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleService.class);

    /** Page and API come before whatever catches every path. */
    private static final int ORDER = 0;

    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Ticks without an event after which a listener gets a sign of life; the HTTP door closes idle connections. */
    private static final int HEARTBEAT_TICKS = 10;

    private final NodeContext node;
    private final ConsoleConfig config;
    private final Desk desk;
    private final Loop home;
    private final List<Listeners> listeners;
    private final Counter refused;
    private final Counter missed;
    private Optional<Timer> timer = Optional.empty();
    private Board told = Board.EMPTY;
    private int listening;
    private int quietTicks;
    private boolean stopping;

    ConsoleService(NodeContext node, ConsoleConfig config) {
        this.node = node;
        this.config = config;
        this.desk = new Desk(node);
        this.home = node.loops().current();
        this.listeners = node.loops().all().stream().map(Listeners::new).toList();
        this.refused = Counter.builder("millrace.console.refused")
                .description("Event streams refused because console.listeners were open")
                .register(node.metrics());
        this.missed = Counter.builder("millrace.console.missed")
                .description("Events that listeners were too slow for")
                .register(node.metrics());
        Gauge.builder("millrace.console.listeners", this, service -> service.listening)
                .description("Open pages that are told of changes")
                .register(node.metrics());
    }

    @Override
    public Future<Void> start() {
        timer = Optional.of(home.inStep(PERIOD, this::tick));
        return node.vertx()
                .executeBlocking(() -> Page.read(ConsoleService.class.getClassLoader(), "page/"))
                .compose(page -> node.shared(HttpDoor.class, HttpDoor::of).mount(ORDER, router -> routes(router, page)))
                .mapEmpty();
    }

    private void routes(Router router, Page page) {
        router.get("/").handler(page::index);
        router.get("/assets/*").handler(page::asset);
        router.get("/api/streams").handler(this::streams);
        router.get("/api/events").handler(this::events);
    }

    private void streams(RoutingContext request) {
        Loop loop = node.loops().current();
        home.run(() -> desk.look(PERIOD.toNanos())
                .onComplete(look -> loop.run(() -> {
                    if (request.response().closed()) {
                        return;
                    }
                    JsonObject body = look.succeeded()
                            ? look.result().all()
                            : JsonObject.of(
                                    "error", "The streams cannot be listed: no node with the role location answers.");
                    request.response()
                            .setStatusCode(look.succeeded() ? 200 : 503)
                            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                            .end(body.toBuffer());
                })));
    }

    private void events(RoutingContext request) {
        Listeners here = listeners.get(node.loops().current().index());
        HttpServerResponse response = request.response();
        home.run(() -> {
            if (listening >= config.listeners() || stopping) {
                refused.increment();
                here.loop().run(() -> refuse(response));
                return;
            }
            listening++;
            // A board that cannot be had now comes with the changes of a later tick.
            desk.look(PERIOD.toNanos()).otherwise(told).onSuccess(board -> {
                tellChanges(board);
                Buffer first = Listeners.event("all", board.all());
                here.loop().run(() -> open(here, response, first));
            });
        });
    }

    private void open(Listeners here, HttpServerResponse response, Buffer first) {
        if (response.closed()) {
            left();
        } else {
            here.add(response, first, this::left);
        }
    }

    private void left() {
        home.run(() -> listening--);
    }

    private static void refuse(HttpServerResponse response) {
        if (!response.closed()) {
            response.setStatusCode(503)
                    .putHeader(HttpHeaders.RETRY_AFTER, "15")
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .end("This node tells enough pages of changes; ask /api/streams again and again.\n");
        }
    }

    private void tick() {
        if (listening == 0) {
            return;
        }
        // Half a period: a look that another request caused in between is as good.
        desk.look(PERIOD.toNanos() / 2).onSuccess(this::tell).onFailure(failure -> {
            LOG.debug("console look failed cause={}", failure.toString());
            heartbeat();
        });
    }

    private void tell(Board board) {
        boolean changed = tellChanges(board);
        if (!board.streams().isEmpty()) {
            quietTicks = 0;
            send(Listeners.event("flow", board.flow()));
        } else if (!changed) {
            heartbeat();
        }
    }

    /** Before a new listener gets the board, all others must have it: changes are told against the same board to everyone. */
    private boolean tellChanges(Board board) {
        Optional<JsonObject> changes = board.changesSince(told);
        told = board;
        changes.ifPresent(some -> {
            quietTicks = 0;
            send(Listeners.event("changes", some));
        });
        return changes.isPresent();
    }

    private void heartbeat() {
        if (++quietTicks >= HEARTBEAT_TICKS) {
            quietTicks = 0;
            send(Listeners.heartbeat());
        }
    }

    private void send(Buffer event) {
        Board board = told;
        for (Listeners some : listeners) {
            some.loop().run(() -> missed.increment(some.tell(event, () -> Listeners.event("all", board.all()))));
        }
    }

    @Override
    public Future<Void> stop() {
        stopping = true;
        timer.ifPresent(Timer::cancel);
        listeners.forEach(some -> some.loop().run(some::close));
        return Future.succeededFuture();
    }
}
