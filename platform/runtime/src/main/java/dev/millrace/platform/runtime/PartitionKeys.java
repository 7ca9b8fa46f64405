package dev.millrace.platform.runtime;

import com.hazelcast.partition.PartitionService;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import org.jspecify.annotations.Nullable;

/** For each partition of the cluster a key that lies in it, by which Hazelcast is asked about that partition alone. Found once; may be used from any thread. */
final class PartitionKeys {
    private final PartitionService service;
    private int @Nullable [] keys;

    PartitionKeys(PartitionService service) {
        this.service = service;
    }

    /** Partitions, the same number on every node. */
    int count() {
        return keys().length;
    }

    private synchronized int[] keys() {
        if (keys == null) {
            int count = service.getPartitions().size();
            int[] found = new int[count];
            boolean[] known = new boolean[count];
            int missing = count;
            for (int key = 0; missing > 0; key++) {
                int partition = service.getPartition(key).getPartitionId();
                if (!known[partition]) {
                    known[partition] = true;
                    found[partition] = key;
                    missing--;
                }
            }
            keys = found;
        }
        return keys;
    }

    /** Everything in that partition. */
    <K, V> Predicate<K, V> all(int partition) {
        return Predicates.partitionPredicate(keys()[partition], Predicates.alwaysTrue());
    }
}
