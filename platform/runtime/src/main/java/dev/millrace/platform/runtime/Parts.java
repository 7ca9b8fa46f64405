package dev.millrace.platform.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one {@link NodeContext}: the parts of a node and what its modules share. */
record Parts(
        RuntimeConfig config,
        Settings settings,
        Vertx vertx,
        NodeBus bus,
        ClusterMembership membership,
        PrometheusMeterRegistry metrics,
        Clock clock,
        Ids ids,
        Loops loops,
        KeyRing keys,
        HazelcastTables tables,
        ClusterSecret secret,
        LoadMeter load,
        Shared things)
        implements NodeContext {
    @Override
    public String nodeId() {
        return config.nodeId();
    }

    @Override
    public <T> T shared(Class<T> type, Function<NodeContext, T> make) {
        return things.get(type, () -> make.apply(this));
    }

    /** What modules share, in the order of making. */
    static final class Shared {
        private static final Logger LOG = LoggerFactory.getLogger(Shared.class);

        private final Map<Class<?>, Object> made = new LinkedHashMap<>();

        /** Whoever makes a shared thing may ask for another one on the way, so this lock is entered again. */
        synchronized <T> T get(Class<T> type, java.util.function.Supplier<T> make) {
            Object before = made.get(type);
            if (before != null) {
                return type.cast(before);
            }
            T now = make.get();
            made.put(type, now);
            return now;
        }

        void close() {
            List<Object> closing;
            synchronized (this) {
                closing = new ArrayList<>(made.values());
                made.clear();
            }
            for (Object each : closing.reversed()) {
                if (each instanceof AutoCloseable closeable) {
                    close(closeable);
                }
            }
        }

        private static void close(AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception failure) {
                LOG.warn(
                        "shared part did not close well part={} cause={}",
                        closeable.getClass().getSimpleName(),
                        failure.toString());
            }
        }
    }
}
