package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.services.proxy.core.CallRecord;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the lines of ended calls go: the file {@code calls.file}, else the log {@code millrace.calls}. They are made and written
 * on a worker thread, in batches; a disk that does not follow costs lines, never calls. Its own loop owns what waits;
 * {@link #write} may be called from any loop.
 */
final class CallLines {
    private static final Logger CALLS = LoggerFactory.getLogger("millrace.calls");
    private static final Logger LOG = LoggerFactory.getLogger(CallLines.class);

    /** Calls whose lines may wait for the disk. */
    static final int WAITING_LIMIT = 50_000;

    private final Loop own;
    private final String path;
    private final Counter lost;
    private int waiting;

    /** Touched by one worker after the other, in order. */
    private @Nullable Writer file;

    CallLines(NodeContext node, Loop own, String path) {
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
        return own.context().executeBlocking(() -> {
            file = Files.newBufferedWriter(
                    Path.of(path), StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return null;
        });
    }

    /** So many calls ended without a line. */
    void lost(int count) {
        lost.increment(count);
    }

    void write(List<Call> ended) {
        own.run(() -> hand(ended));
    }

    private void hand(List<Call> ended) {
        int count = ended.size();
        if (waiting + count > WAITING_LIMIT) {
            lost(count);
            return;
        }
        waiting += count;
        own.context()
                .<Void>executeBlocking(() -> {
                    lines(ended);
                    return null;
                })
                .onComplete(done -> {
                    waiting -= count;
                    if (done.failed()) {
                        lost(count);
                        LOG.debug("event=call-lines-lost why={}", done.cause().getMessage());
                    }
                });
    }

    private void lines(List<Call> ended) throws IOException {
        Writer open = file;
        for (Call call : ended) {
            String line = CallRecord.line(call);
            if (open == null) {
                CALLS.info("{}", line);
            } else {
                open.write(line);
                open.write('\n');
            }
        }
        if (open != null) {
            open.flush();
        }
    }

    /** After what was handed over before. */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        own.run(() -> own.context().<Void>executeBlocking(this::closeFile).onComplete(closed));
        return closed.future();
    }

    private @Nullable Void closeFile() throws IOException {
        Writer open = file;
        file = null;
        if (open != null) {
            open.close();
        }
        return null;
    }
}
