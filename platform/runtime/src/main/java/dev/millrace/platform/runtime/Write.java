package dev.millrace.platform.runtime;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts a value (or nothing) into an entry on a backup, after the primary decided. */
final class Write implements EntryProcessor<byte[], byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1L;

    private final transient LastingTables tables;

    /** Of a lasting table, which is written down; else empty. */
    private String table = "";

    private byte @Nullable [] next;
    private long lifetimeMillis;
    private long untilMillis;

    /** For the factory alone. */
    Write(LastingTables tables) {
        this.tables = tables;
    }

    Write(byte @Nullable [] next, long lifetimeMillis) {
        this(LastingTables.NONE, "", next, lifetimeMillis, 0);
    }

    Write(LastingTables tables, String table, byte @Nullable [] next, long lifetimeMillis, long untilMillis) {
        this.tables = tables;
        this.table = table;
        this.next = next;
        this.lifetimeMillis = lifetimeMillis;
        this.untilMillis = untilMillis;
    }

    @Override
    @SuppressWarnings("NullAway") // Hazelcast's entries know null as "no value"
    public byte[] process(Map.Entry<byte[], byte[]> entry) {
        set(entry, next, lifetimeMillis);
        if (next != null && !table.isEmpty()) {
            tables.held(table, entry.getKey(), next, untilMillis);
        }
        return null;
    }

    @SuppressWarnings("NullAway") // as above
    static void set(Map.Entry<byte[], byte[]> entry, byte @Nullable [] next, long lifetimeMillis) {
        if (next != null && lifetimeMillis > 0 && entry instanceof ExtendedMapEntry<byte[], byte[]> extended) {
            extended.setValue(next, lifetimeMillis, TimeUnit.MILLISECONDS);
        } else {
            entry.setValue(next);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // null is "no backup processor"
    public EntryProcessor<byte[], byte[], byte[]> getBackupProcessor() {
        return null;
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.WRITE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(next);
        out.writeLong(lifetimeMillis);
        out.writeString(table);
        out.writeLong(untilMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        next = in.readByteArray();
        lifetimeMillis = in.readLong();
        table = Objects.requireNonNull(in.readString());
        untilMillis = in.readLong();
    }
}
