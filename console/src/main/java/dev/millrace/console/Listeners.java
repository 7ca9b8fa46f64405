package dev.millrace.console;

import dev.millrace.platform.runtime.Loop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The open event streams of one event loop (WHATWG HTML section 9.2). A listener that reads too slowly misses events and gets
 * everything once it has caught up; after {@value #PATIENCE} missed ones it is closed. Owned by that loop.
 */
final class Listeners {
    /** Bytes waiting in a listener's connection before it misses events. */
    static final int QUEUE_LIMIT = 262_144;

    /** Events missed in a row, about one a second. */
    static final int PATIENCE = 20;

    private static final class Listener {
        final HttpServerResponse response;
        int missed;

        Listener(HttpServerResponse response) {
            this.response = response;
        }
    }

    private final Loop loop;
    private final List<Listener> open = new ArrayList<>();

    Listeners(Loop loop) {
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    /** Takes an answer over; {@code gone} is called once, on this loop, when the page has left. */
    void add(HttpServerResponse response, Buffer first, Runnable gone) {
        Listener listener = new Listener(response);
        open.add(listener);
        response.closeHandler(closed -> {
            if (open.remove(listener)) {
                gone.run();
            }
        });
        response.setWriteQueueMaxSize(QUEUE_LIMIT)
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.write(first);
    }

    /** Tells everyone; {@code all} serves those who missed something. Answers how many events were missed. */
    int tell(Buffer event, Supplier<Buffer> all) {
        int missed = 0;
        for (Listener listener : List.copyOf(open)) {
            if (listener.response.closed()) {
                continue;
            }
            if (listener.response.writeQueueFull()) {
                missed++;
                if (++listener.missed > PATIENCE) {
                    listener.response.reset();
                }
            } else {
                listener.response.write(listener.missed > 0 ? all.get() : event);
                listener.missed = 0;
            }
        }
        return missed;
    }

    /** Ends all of them; a page comes back by itself, perhaps at another node. */
    void close() {
        List.copyOf(open).forEach(listener -> listener.response.end());
    }

    /** An event as it is written. JSON holds no line break, so one data line is enough. */
    static Buffer event(String type, JsonObject data) {
        return Buffer.buffer("event: " + type + "\ndata: ")
                .appendBuffer(data.toBuffer())
                .appendString("\n\n");
    }

    /** Nothing new; keeps the connection from looking idle. */
    static Buffer heartbeat() {
        return Buffer.buffer(":\n\n");
    }
}
