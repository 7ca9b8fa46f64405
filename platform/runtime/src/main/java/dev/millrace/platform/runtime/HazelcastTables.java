package dev.millrace.platform.runtime;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.Vertx;

/** {@link Tables} as maps of Hazelcast. Opening a map waits for other members, so a worker thread does it. */
final class HazelcastTables implements Tables {
    /** Starts the names of our maps. */
    static final String PREFIX = "millrace.";

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;

    HazelcastTables(Vertx vertx, HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
    }

    @Override
    public <K, V> Table<K, V> open(Spec<K, V> spec) {
        return new HazelcastTable<>(
                vertx,
                spec,
                vertx.executeBlocking(() -> hazelcast.<byte[], byte[]>getMap(PREFIX + spec.name()), false)
                        .<IMap<byte[], byte[]>>map(map -> map));
    }
}
