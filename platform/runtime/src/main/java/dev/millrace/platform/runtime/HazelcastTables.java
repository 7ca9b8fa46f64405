package dev.millrace.platform.runtime;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.Vertx;

/** {@link Tables} as maps of Hazelcast. Opening a map waits for other members, so a worker thread does it. */
final class HazelcastTables implements Tables {
    /** Starts the names of our maps. */
    static final String PREFIX = "millrace.";

    /** Starts the names of those that are lasting. */
    static final String LASTING = PREFIX + "lasting.";

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final LastingTables lasting;
    private final PartitionKeys partitions;

    HazelcastTables(Vertx vertx, HazelcastInstance hazelcast, LastingTables lasting) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
        this.lasting = lasting;
        this.partitions = new PartitionKeys(hazelcast.getPartitionService());
    }

    static String mapName(Spec<?, ?> spec) {
        return (spec.lasting().isPresent() ? LASTING : PREFIX) + spec.name();
    }

    @Override
    public <K, V> Table<K, V> open(Spec<K, V> spec) {
        return new HazelcastTable<>(
                vertx,
                spec,
                lasting,
                partitions,
                vertx.executeBlocking(() -> hazelcast.<byte[], byte[]>getMap(mapName(spec)), false)
                        .<IMap<byte[], byte[]>>map(map -> map));
    }
}
