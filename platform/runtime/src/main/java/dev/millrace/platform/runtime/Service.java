package dev.millrace.platform.runtime;

import io.vertx.core.Future;
import java.util.Map;

/**
 * What a module does on a node. All methods are called on one Vert.x context of the node (an event loop), one after the
 * other.
 */
public interface Service {
    /** Opens ports and serves questions; the node is ready only when every service has started. */
    Future<Void> start();

    /** No new sessions from now on; running ones go on. */
    default void drain() {}

    /** New sessions again. */
    default void resume() {}

    /** Completes when nothing is left that a stop would hurt; asked after {@link #drain}. */
    default Future<Void> drained() {
        return Future.succeededFuture();
    }

    /** Ends everything that still runs and closes the ports. */
    Future<Void> stop();

    /** Sessions right now, for the status. */
    default int sessions() {
        return 0;
    }

    /** What else the status should show: texts, numbers, booleans, lists and maps of them. Nothing secret. */
    default Map<String, Object> status() {
        return Map.of();
    }
}
