package dev.millrace.platform.doors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What holds for every request of the HTTP door before and after its route: limits, CORS, and a clear answer where no route is. */
final class HouseRules {
    private static final Logger LOG = LoggerFactory.getLogger(HouseRules.class);

    private static final String ALLOWED = "millrace.allowed-methods";

    /** Before every mount. */
    private static final int FIRST = -1;

    private final HttpConfig config;
    private final Counter[] answers = new Counter[6];
    private final Counter tooLarge;

    HouseRules(HttpConfig config, MeterRegistry metrics) {
        this.config = config;
        for (int status = 1; status < answers.length; status++) {
            answers[status] = Counter.builder("millrace.http.answers")
                    .description("Answers by class of status")
                    .tag("status", status + "xx")
                    .register(metrics);
        }
        this.tooLarge = Counter.builder("millrace.http.body.refused")
                .description("Requests whose announced body is beyond http.body-bytes")
                .register(metrics);
    }

    void mount(Router root) {
        root.route().order(FIRST).handler(this::before);
        root.errorHandler(404, HouseRules::notFound);
        root.errorHandler(400, context -> answer(context, 400, "The request cannot be read."));
        root.errorHandler(500, HouseRules::failed);
    }

    /**
     * Behind each route of a mount: which method would have done. Routers inside routers forget that when a later one does not
     * know the path at all.
     */
    static void noteMethods(Router mounted) {
        for (Route route : List.copyOf(mounted.getRoutes())) {
            Set<HttpMethod> methods = route.methods();
            String path = route.getPath();
            if (methods == null || methods.isEmpty() || path == null) {
                continue;
            }
            Route behind = route.isRegexPath() ? mounted.routeWithRegex(path) : mounted.route(path);
            behind.last().handler(context -> {
                Set<String> allowed = context.get(ALLOWED, new TreeSet<>());
                methods.forEach(method -> allowed.add(method.name()));
                context.put(ALLOWED, allowed).next();
            });
        }
    }

    private static void notFound(RoutingContext context) {
        Set<String> allowed = context.get(ALLOWED, Set.of());
        String method = context.request().method().name();
        if (allowed.isEmpty() || allowed.contains(method)) {
            answer(context, 404, "Nothing is called " + shown(context) + " here.");
        } else {
            context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
            answer(context, 405, "Only " + String.join(" and ", allowed) + " work here.");
        }
    }

    private void before(RoutingContext context) {
        HttpServerRequest request = context.request();
        var headers = context.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        if (!config.origin().isEmpty()) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, config.origin());
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Content-Length, Content-Range, Date");
        }
        context.addEndHandler(ended -> answers[Math.clamp(context.response().getStatusCode() / 100, 1, 5)].increment());
        if (bodyTooLarge(request)) {
            tooLarge.increment();
            headers.set(HttpHeaders.CONNECTION, "close");
            context.addEndHandler(ended -> request.connection().close());
            answer(context, 413, "A body may have " + config.bodyBytes() + " bytes.");
        } else if (request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null) {
            preflight(context);
        } else {
            context.next();
        }
    }

    private boolean bodyTooLarge(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return false;
        }
        try {
            return Long.parseLong(length) > config.bodyBytes();
        } catch (NumberFormatException beyondAnyNumber) {
            return true;
        }
    }

    /** The question a browser asks before a request from another origin (Fetch, section CORS-preflight fetch). */
    private static void preflight(RoutingContext context) {
        context.response()
                .setStatusCode(204)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS")
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "Range, Content-Type, Cache-Control")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400")
                .end();
    }

    private static void failed(RoutingContext context) {
        Throwable failure = context.failure();
        LOG.warn(
                "http request failed method={} path={} cause={}",
                context.request().method(),
                shown(context),
                failure == null ? "unknown" : failure.toString());
        answer(context, 500, "This request could not be served.");
    }

    private static void answer(RoutingContext context, int status, String sentence) {
        if (context.response().ended() || context.response().headWritten()) {
            context.request().connection().close();
            return;
        }
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(sentence + "\n");
    }

    /** The path as it may be shown: short, printable ASCII. */
    private static String shown(RoutingContext context) {
        String path = String.valueOf(context.request().path());
        String cut = path.length() > 120 ? path.substring(0, 120) + "..." : path;
        return cut.replaceAll("[^!-~]", "?");
    }
}
