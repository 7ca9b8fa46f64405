package dev.millrace.media.hls;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fetches playlists and segments from the node that packages a stream, over HTTP. Requests for the same thing at the same time
 * share one fetch, and segments fetched lately are kept: they outlive their packager. Owned by one event loop.
 */
final class OwnerClient {
    /** Tells the owner that the request has been forwarded once already. */
    static final String HOP = "Millrace-Hop";

    /** Status by which a node says that it is not the owner: RFC 9110 section 15.5.20. */
    static final int MISDIRECTED = 421;

    /** Segments kept, in bytes, per event loop. */
    static final long MAX_KEPT = 64L << 20;

    /** Connections to one node, per event loop. */
    private static final int CONNECTIONS = 8;

    /** Fetches that wait for a connection. */
    private static final int QUEUE = 1_000;

    private final NodeContext node;
    private final PackagerConfig config;
    private final PackagerCounters counters;
    private final HttpClientAgent http;
    private final Map<Fetch, Promise<Answer>> running = new HashMap<>();
    private final Map<String, byte[]> kept = new LinkedHashMap<>();
    private long keptBytes;

    private record Fetch(String owner, String uri) {}

    OwnerClient(NodeContext node, PackagerConfig config, PackagerCounters counters) {
        this.node = node;
        this.config = config;
        this.counters = counters;
        this.http = node.vertx()
                .createHttpClient(
                        new HttpClientOptions().setConnectTimeout(2_000).setMaxHeaderSize(16_384),
                        new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(QUEUE));
    }

    /** The owner's answer; fails if the owner cannot be reached, or says that it is not the owner. */
    Future<Answer> fetch(Member owner, StreamPath path, Resource resource) {
        String uri = "/" + path.text() + "/" + resource.name();
        byte[] known = resource instanceof Resource.Segment ? kept.get(uri) : null;
        if (known != null) {
            return Future.succeededFuture(new Answer.Segment(known));
        }
        Fetch fetch = new Fetch(owner.id(), uri);
        Promise<Answer> shared = running.get(fetch);
        if (shared != null) {
            return shared.future();
        }
        Promise<Answer> begun = Promise.promise();
        running.put(fetch, begun);
        request(owner, uri, resource).onComplete(answered -> {
            running.remove(fetch, begun);
            if (answered.succeeded()) {
                begun.tryComplete(answered.result());
            } else {
                begun.tryFail(answered.cause());
            }
        });
        return begun.future();
    }

    /** Fails what still waits for nodes that are no members any more: a frozen host closes no connection. */
    void forgetLost() {
        for (Map.Entry<Fetch, Promise<Answer>> each : List.copyOf(running.entrySet())) {
            String owner = each.getKey().owner;
            if (node.membership().find(owner).isEmpty()) {
                running.remove(each.getKey(), each.getValue());
                each.getValue().tryFail("owner lost: " + owner);
            }
        }
    }

    /** A segment fetched before, though its owner may be gone. */
    Optional<byte[]> kept(StreamPath path, long sequence) {
        return Optional.ofNullable(kept.get("/" + path.text() + "/" + new Resource.Segment(sequence).name()));
    }

    private Future<Answer> request(Member owner, String uri, Resource resource) {
        boolean playlist = !(resource instanceof Resource.Segment);
        long limit = config.readDeadline().toMillis()
                + (playlist ? config.firstWait().toMillis() : 0);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(owner.info().advertise())
                .setPort(owner.info().httpPort())
                .setURI(uri)
                .setIdleTimeout(limit)
                .putHeader(HOP, node.nodeId());
        return http.request(options)
                .compose(request -> request.send().compose(response -> answer(response, uri, playlist)));
    }

    private Future<Answer> answer(HttpClientResponse response, String uri, boolean playlist) {
        return response.body().compose(body -> {
            counters.fetched().increment();
            return switch (response.statusCode()) {
                case 200 -> Future.succeededFuture(playlist ? text(body) : segment(uri, body));
                case 404 -> Future.succeededFuture(new Answer.NotFound(sentence(body)));
                case 415 -> Future.succeededFuture(new Answer.NotCarried(sentence(body)));
                case 503 -> Future.succeededFuture(new Answer.NotNow(sentence(body)));
                default -> Future.failedFuture("status " + response.statusCode());
            };
        });
    }

    private static Answer text(Buffer body) {
        return new Answer.Playlist(body.toString(StandardCharsets.UTF_8));
    }

    private Answer segment(String uri, Buffer body) {
        byte[] bytes = body.getBytes();
        if (bytes.length <= MAX_KEPT && kept.put(uri, bytes) == null) {
            keptBytes += bytes.length;
        }
        var oldest = kept.values().iterator();
        while (keptBytes > MAX_KEPT && oldest.hasNext()) {
            keptBytes -= oldest.next().length;
            oldest.remove();
        }
        return new Answer.Segment(bytes);
    }

    private static String sentence(Buffer body) {
        return body.length() > 500 ? "" : body.toString(StandardCharsets.UTF_8).strip();
    }

    void close() {
        http.close();
        kept.clear();
    }
}
