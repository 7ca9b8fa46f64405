package dev.millrace.platform.runtime;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * After a split: of two values of one key the one with the higher version stays, whichever side it comes from; of equal
 * versions the one with the larger bytes, so that every member decides alike.
 */
final class NewerWins
        implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]>, IdentifiedDataSerializable {
    @Override
    public byte[] merge(MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
        byte[] theirs = bytes(merging);
        byte[] ours = existing == null ? null : bytes(existing);
        return ours == null ? theirs : newer(theirs, ours);
    }

    private static byte[] bytes(MergingValue<byte[]> value) {
        byte[] bytes = value.getDeserializedValue();
        return bytes == null ? new byte[0] : bytes;
    }

    /** The newer of two values; which one comes first makes no difference. */
    static byte[] newer(byte[] left, byte[] right) {
        int byVersion = Long.compare(Versioned.version(left), Versioned.version(right));
        return (byVersion != 0 ? byVersion : Arrays.compare(left, right)) > 0 ? left : right;
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.NEWER_WINS;
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
