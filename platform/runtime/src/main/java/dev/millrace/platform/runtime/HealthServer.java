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
 * every service has started, not stopping), {@code /health/safe} (another node may be lost now: every partition has its
 * backups), {@code /metrics}.
 */
final class HealthServer {
    private final Vertx vertx;
    private final PrometheusMeterRegistry metrics;
    private final Supplier<Future<Void>> ready;
    private final Supplier<Future<Void>> safe;

    /**
     * @param ready fails with a sentence while the node is not ready
     * @param safe fails with a sentence while the loss of a node would lose something
     */
    HealthServer(
            Vertx vertx, PrometheusMeterRegistry metrics, Supplier<Future<Void>> ready, Supplier<Future<Void>> safe) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.ready = ready;
        this.safe = safe;
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
            case "/health/ready" -> answer(request, "ready", ready.get());
            case "/health/safe" -> answer(request, "safe", safe.get());
            case "/metrics" ->
                vertx.executeBlocking(() -> metrics.scrape(), false)
                        .onSuccess(text ->
                                InnerHttp.answer(request, 200, "text/plain; version=0.0.4; charset=utf-8", text))
                        .onFailure(failure -> InnerHttp.sentence(request, 500, failure.toString()));
            case null, default ->
                InnerHttp.sentence(request, 404, "There are /health/live, /health/ready, /health/safe and /metrics.");
        }
    }

    private static void answer(HttpServerRequest request, String word, Future<Void> asked) {
        asked.onSuccess(yes -> InnerHttp.sentence(request, 200, word))
                .onFailure(no -> InnerHttp.sentence(request, 503, String.valueOf(no.getMessage())));
    }
}
