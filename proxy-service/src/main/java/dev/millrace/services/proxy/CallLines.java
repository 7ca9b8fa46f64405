package dev.millrace.services.proxy;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the lines of ended calls go: the file {@code calls.file}, else the log {@code millrace.calls}. A disk that does not follow
 * costs lines, never calls. Its own loop owns the file; {@link #write} may be called from any loop.
 */
final class CallLines {
    private static final Logger CALLS = LoggerFactory.getLogger("millrace.calls");
    private static final Logger LOG = LoggerFactory.getLogger(CallLines.class);

    /** Bytes that may wait for the disk. */
    static final int QUEUE_LIMIT = 1 << 20;

    private final NodeContext node;
    private final Loop own;
    private final String path;
    private final Counter lost;
    private @Nullable AsyncFile file;

    CallLines(NodeContext node, Loop own, String path) {
        this.node = node;
        this.own = own;
        this.path = path;
        this.lost = Counter.builder("millrace.calls.lines.lost")
                .description("Lines of call records that could not be written")
                .register(node.metrics());
    }

    Future<Void> open() {
        if (path.isEmpty()) {
            return Future.succeededFuture();
        }
        return node.vertx()
                .fileSystem()
                .open(path, new OpenOptions().setAppend(true).setCreate(true).setRead(false))
                .map(opened -> {
                    file = opened.setWriteQueueMaxSize(QUEUE_LIMIT);
                    return null;
                });
    }

    void write(String line) {
        if (path.isEmpty()) {
            CALLS.info("{}", line);
        } else {
            own.run(() -> append(line));
        }
    }

    private void append(String line) {
        if (file == null || file.writeQueueFull()) {
            lost.increment();
            return;
        }
        file.write(Buffer.buffer(line + "\n")).onFailure(failure -> {
            lost.increment();
            LOG.debug("event=call-line-lost why={}", failure.getMessage());
        });
    }

    Future<Void> close() {
        AsyncFile open = file;
        file = null;
        return open == null ? Future.succeededFuture() : open.close();
    }
}
