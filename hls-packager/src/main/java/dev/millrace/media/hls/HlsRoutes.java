package dev.millrace.media.hls;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.hls.MediaPlaylist;
import dev.millrace.protocols.hls.SegmentName;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for HLS: {@code /{path}/index.m3u8}, {@code /{path}/media.m3u8}, {@code /{path}/{number}.ts}. Each request goes to the desk
 * that its stream's name falls to; the answer is written on the connection's own loop.
 */
final class HlsRoutes {
    /** Stream names are every path there is: all other routes come first. */
    static final int ORDER = 900;

    /** Bytes of a segment that lie in a connection's queue at a time. */
    private static final int CHUNK = 65_536;

    /** A playlist may be kept by nobody: the next one has another segment. */
    private static final String PLAYLIST_CACHE = "no-cache";

    /** A segment's bytes never change; it is not asked for any more when it has left the playlist. */
    private static final String SEGMENT_CACHE = "public, max-age=60";

    private final NodeContext node;
    private final PackagerConfig config;
    private final PackagerCounters counters;
    private final List<StreamDesk> desks;

    HlsRoutes(NodeContext node, PackagerConfig config, PackagerCounters counters, List<StreamDesk> desks) {
        this.node = node;
        this.config = config;
        this.counters = counters;
        this.desks = desks;
    }

    void mount(Router router) {
        router.route().handler(this::on);
    }

    private StreamDesk desk(StreamPath path) {
        return desks.get(Math.floorMod(path.text().hashCode(), desks.size()));
    }

    private void on(RoutingContext routing) {
        HttpMethod method = routing.request().method();
        Optional<Resource.Located> located;
        try {
            located = Resource.parse(String.valueOf(routing.request().path()));
        } catch (Malformed malformed) {
            sentence(routing.response(), 404, "No stream is called so (" + malformed.getMessage() + ").");
            return;
        }
        if (located.isEmpty()) {
            routing.next();
        } else if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            routing.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            sentence(routing.response(), 405, "Only GET and HEAD work here.");
        } else {
            serve(routing, located.get());
        }
    }

    private void serve(RoutingContext routing, Resource.Located located) {
        Context connection = node.vertx().getOrCreateContext();
        boolean forwarded = routing.request().getHeader(OwnerClient.HOP) != null;
        StreamDesk desk = desk(located.path());
        desk.loop()
                .run(() -> desk.ask(located.path(), located.resource(), forwarded)
                        .otherwise(failure -> new Answer.NotNow("This stream cannot be served now."))
                        .onSuccess(answer -> connection.runOnContext(turn -> write(routing, answer, forwarded))));
    }

    private void write(RoutingContext routing, Answer answer, boolean forwarded) {
        HttpServerResponse response = routing.response();
        if (response.closed() || response.ended()) {
            return;
        }
        switch (answer) {
            case Answer.Playlist(String text) ->
                bytes(routing, text.getBytes(StandardCharsets.UTF_8), MediaPlaylist.CONTENT_TYPE, PLAYLIST_CACHE);
            case Answer.Segment(byte[] bytes) -> bytes(routing, bytes, SegmentName.CONTENT_TYPE, SEGMENT_CACHE);
            case Answer.NotFound(String why) -> sentence(response, 404, why);
            case Answer.NotCarried(String why) -> sentence(response, 415, why);
            case Answer.NotNow(String why) -> later(response, why);
            case Answer.NotMine _ -> {
                if (forwarded) {
                    sentence(response, OwnerClient.MISDIRECTED, "Another node packages this stream.");
                } else {
                    later(response, "Another node is taking this stream over.");
                }
            }
        }
    }

    private static void later(HttpServerResponse response, String why) {
        response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        sentence(response, 503, why);
    }

    private static void sentence(HttpServerResponse response, int status, String why) {
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(why + "\n");
    }

    private void bytes(RoutingContext routing, byte[] bytes, String type, String cache) {
        HttpServerResponse response = routing.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, cache)
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
        if (routing.request().method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            new Body(routing.request().connection(), response, bytes).begin();
        }
    }

    /** An answer on its way: the bytes are shared with other readers, no more than a chunk waits in this one's queue. */
    private final class Body {
        private final HttpConnection connection;
        private final HttpServerResponse response;
        private final byte[] bytes;
        private @Nullable Long deadline;
        private int at;

        private Body(HttpConnection connection, HttpServerResponse response, byte[] bytes) {
            this.connection = connection;
            this.response = response;
            this.bytes = bytes;
        }

        private void begin() {
            deadline = node.vertx().setTimer(config.readDeadline().toMillis(), fired -> {
                counters.slow().increment();
                cutOff();
            });
            response.exceptionHandler(broken -> done());
            response.closeHandler(closed -> done());
            response.setWriteQueueMaxSize(CHUNK);
            response.drainHandler(room -> more());
            more();
        }

        /** An orderly close, and a reset too, would wait for the reader to take what is queued. */
        private void cutOff() {
            if (connection instanceof HttpServerConnection known) {
                known.channelHandlerContext().close();
            } else {
                connection.close();
            }
        }

        private void more() {
            while (at < bytes.length && !response.closed() && !response.writeQueueFull()) {
                int size = Math.min(CHUNK, bytes.length - at);
                Buffer chunk = Buffer.buffer(Arrays.copyOfRange(bytes, at, at + size));
                at += size;
                node.load().bits(size * 8L);
                if (at < bytes.length) {
                    response.write(chunk);
                } else {
                    // Done when the socket has taken it all, not when it is queued.
                    response.end(chunk).onComplete(taken -> done());
                }
            }
        }

        private void done() {
            Long timer = deadline;
            deadline = null;
            if (timer != null) {
                node.vertx().cancelTimer(timer);
            }
        }
    }
}
