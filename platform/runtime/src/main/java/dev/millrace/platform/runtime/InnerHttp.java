package dev.millrace.platform.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A small HTTP port for operators and probes, with limits that fit them. */
final class InnerHttp {
    /** Open connections; one more is closed at once. */
    private static final int CONNECTIONS = 64;

    private static final int IDLE_SECONDS = 30;
    private static final int HEADER_BYTES = 8_192;

    private InnerHttp() {}

    static Future<HttpServer> open(Vertx vertx, String host, int port, Consumer<HttpServerRequest> handler) {
        AtomicInteger connections = new AtomicInteger();
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(HEADER_BYTES);
        HttpServer server = vertx.createHttpServer(options);
        server.connectionHandler(connection -> {
            if (connections.incrementAndGet() > CONNECTIONS) {
                connections.decrementAndGet();
                connection.close();
            } else {
                connection.closeHandler(closed -> connections.decrementAndGet());
            }
        });
        return server.requestHandler(handler::accept).listen(port, host);
    }

    /** Takes the request's body, or answers 413 when it is larger than {@code limit} bytes. */
    static void body(HttpServerRequest request, int limit, Consumer<byte[]> taker) {
        Buffer body = Buffer.buffer();
        boolean[] large = {false};
        request.handler(piece -> {
            if (large[0]) {
                return;
            }
            if (body.length() + piece.length() > limit) {
                large[0] = true;
                sentence(request, 413, "A request has at most " + limit + " bytes.");
            } else {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(end -> {
            if (!large[0]) {
                taker.accept(body.getBytes());
            }
        });
    }

    static void answer(HttpServerRequest request, int status, String type, String body) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }

    static void sentence(HttpServerRequest request, int status, String sentence) {
        answer(request, status, "text/plain; charset=utf-8", sentence + "\n");
    }
}
