package dev.millrace.platform.runtime;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * After a split: the values of a lasting table merge as their table says, which the bytes name. Hazelcast makes the policy by
 * its class name, so it finds the tables through the instance.
 */
final class Merged
        implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]>,
                IdentifiedDataSerializable,
                HazelcastInstanceAware {
    /** Where an instance keeps its {@link LastingTables}. */
    static final String CONTEXT = "millrace.tables";

    private @Nullable LastingTables tables;

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcast) {
        tables = (LastingTables) hazelcast.getUserContext().get(CONTEXT);
    }

    @Override
    @SuppressWarnings("NullAway") // Hazelcast takes null for "no value"
    public byte[] merge(MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
        return merge(merging.getDeserializedValue(), existing == null ? null : existing.getDeserializedValue());
    }

    byte @Nullable [] merge(byte @Nullable [] theirs, byte @Nullable [] ours) {
        if (theirs == null || ours == null) {
            return theirs == null ? ours : theirs;
        }
        return java.util.Objects.requireNonNull(tables).merge(ours, theirs);
    }

    /** With these tables, whatever the instance has. */
    static Merged of(LastingTables tables) {
        Merged policy = new Merged();
        policy.tables = tables;
        return policy;
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.MERGED;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // There is nothing to say.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // There is nothing to say.
    }
}
