package dev.millrace.platform.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/**
 * For probes and Prometheus: {@code /health/live} (the loops turn), {@code /health/ready} (in the cluster, the bus carries,
 * every service has started, not stopping), {@code /metrics}.
 */
final class HealthServer {
    private final Vertx vertx;
    private final PrometheusMeterRegistry metrics;
    private final Supplier<Future<Void>> ready;

    /** @param ready fails with a sentence while the node is not ready */
    HealthServer(Vertx vertx, PrometheusMeterRegistry metrics, Supplier<Future<Void>> ready) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.ready = ready;
    }

    Future<HttpServer> open(String host, int port) {
        return InnerHttp.open(vertx, host, port, this::on);
    }

    private void on(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            InnerHttp.sentence(request, 405, "GET only.");
            return;
        }
        switch (request.path()) {
            case "/health/live" -> InnerHttp.sentence(request, 200, "live");
            case "/health/ready" ->
                ready.get()
                        .onSuccess(yes -> InnerHttp.sentence(request, 200, "ready"))
                        .onFailure(no -> InnerHttp.sentence(request, 503, String.valueOf(no.getMessage())));
            case "/metrics" ->
                vertx.executeBlocking(() -> metrics.scrape(), false)
                        .onSuccess(text ->
                                InnerHttp.answer(request, 200, "text/plain; version=0.0.4; charset=utf-8", text))
                        .onFailure(failure -> InnerHttp.sentence(request, 500, failure.toString()));
            case null, default ->
                InnerHttp.sentence(request, 404, "There are /health/live, /health/ready and /metrics.");
        }
    }
}
