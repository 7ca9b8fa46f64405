package dev.millrace.platform.runtime;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
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

    @Override
    public <K, V> Table<K, V> open(Spec<K, V> spec) {
        return new HazelcastTable<>(
                vertx,
                spec,
                lasting,
                alone,
                partitions,
                vertx.executeBlocking(
                                () -> hazelcast.<byte[], byte[]>getMap(
                                        (spec.lasting().isPresent() ? LASTING : PREFIX) + spec.name()),
                                false)
                        .<IMap<byte[], byte[]>>map(map -> map));
    }
}
