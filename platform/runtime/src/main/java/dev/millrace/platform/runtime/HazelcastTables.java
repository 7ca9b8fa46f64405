package dev.millrace.platform.runtime;

import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Vertx;

/** {@link Tables} as maps of Hazelcast, or of this process while it is {@link Alone}. Opening a map waits for other members, so a worker thread does it. */
final class HazelcastTables implements Tables {
    /** Starts the names of our maps. */
    static final String PREFIX = "millrace.";

    /** Starts the names of those that are lasting. */
    static final String LASTING = PREFIX + "lasting.";

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final LastingTables lasting;
    private final Alone alone;
    private final PartitionKeys partitions;

    HazelcastTables(Vertx vertx, HazelcastInstance hazelcast, LastingTables lasting, Alone alone) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
        this.lasting = lasting;
        this.alone = alone;
        this.partitions = new PartitionKeys(hazelcast.getPartitionService());
    }

    /** The name of a table's map in Hazelcast. */
    static String mapName(String table, boolean lasting) {
        return (lasting ? LASTING : PREFIX) + table;
    }

    PartitionKeys partitions() {
        return partitions;
    }

    @Override
    public <K, V> Table<K, V> open(Spec<K, V> spec) {
        return new HazelcastTable<>(
                vertx,
                spec,
                lasting,
                alone,
                partitions,
                vertx.executeBlocking(
                        () -> hazelcast.getMap(
                                mapName(spec.name(), spec.lasting().isPresent())),
                        false));
    }
}
