package dev.millrace.platform.runtime;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts one value in place of another where the data lives, or nothing at all when the entry is not as expected. Run twice (the
 * owner died between its work and its answer) it gives the same result. Answers one byte, 1 for done, then what is there.
 */
final class Swap implements EntryProcessor<byte[], byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1L;

    private byte @Nullable [] seen;
    private byte @Nullable [] next;
    private long lifetimeMillis;
    private boolean done;

    /** For the factory alone. */
    Swap() {}

    Swap(byte @Nullable [] seen, byte @Nullable [] next, long lifetimeMillis) {
        this.seen = seen;
        this.next = next;
        this.lifetimeMillis = lifetimeMillis;
    }

    @Override
    public byte[] process(Map.Entry<byte[], byte[]> entry) {
        byte[] current = entry.getValue();
        done = Versioned.sameValue(current, seen) || Arrays.equals(current, next);
        if (done && !(current == null && next == null)) {
            Write.set(entry, next, lifetimeMillis);
        }
        return answer(done, done ? next : current);
    }

    static byte[] answer(boolean done, byte @Nullable [] current) {
        byte[] answer = new byte[current == null ? 1 : 2 + current.length];
        answer[0] = (byte) (done ? 1 : 0);
        if (current != null) {
            answer[1] = 1;
            System.arraycopy(current, 0, answer, 2, current.length);
        }
        return answer;
    }

    /** Backups do not compare: one that had fallen behind is right again afterwards. */
    @Override
    @SuppressWarnings("NullAway") // null is "nothing to do on backups"
    public EntryProcessor<byte[], byte[], byte[]> getBackupProcessor() {
        return done ? new Write(next, lifetimeMillis) : null;
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.SWAP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(seen);
        out.writeByteArray(next);
        out.writeLong(lifetimeMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        seen = in.readByteArray();
        next = in.readByteArray();
        lifetimeMillis = in.readLong();
    }
}
