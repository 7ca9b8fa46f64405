package dev.millrace.platform.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.function.Function;

/** What a service finds on its node. May be used from any thread. */
public interface NodeContext {
    String nodeId();

    Vertx vertx();

    Bus bus();

    Membership membership();

    Settings settings();

    /** The node's own settings. */
    RuntimeConfig config();

    MeterRegistry metrics();

    Clock clock();

    Ids ids();

    Loops loops();

    ClusterKeys keys();

    Tables tables();

    /** Keys that only nodes of this cluster can know, for connections between nodes. */
    ClusterSecret secret();

    /** Where the roles count what they carry. */
    LoadMeter load();

    /**
     * The node's one instance of that type, made by the first who asks. One that is {@link AutoCloseable} is closed when the
     * node stops, the last made first.
     */
    <T> T shared(Class<T> type, Function<NodeContext, T> make);
}
