package dev.millrace.platform.runtime;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings a value from a node's disk, or from a node that was {@link Alone}, to where its entry lives: what is there and what is
 * offered merge. Without a value it writes what is there again, with its right end: after a split Hazelcast gives an entry the
 * end that it had on the smaller side.
 */
final class Offer implements EntryProcessor<byte[], byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1L;

    private final transient LastingTables tables;
    private String table = "";
    private byte @Nullable [] offered;

    /** Of the value of a table that is not lasting; the others know their end themselves. */
    private long lifetimeMillis;

    private byte @Nullable [] next;
    private long untilMillis;

    /** For the factory alone. */
    Offer(LastingTables tables) {
        this.tables = tables;
    }

    Offer(LastingTables tables, String table, byte @Nullable [] offered) {
        this(tables, table, offered, 0);
    }

    Offer(LastingTables tables, String table, byte @Nullable [] offered, long lifetimeMillis) {
        this.tables = tables;
        this.table = table;
        this.offered = offered;
        this.lifetimeMillis = lifetimeMillis;
    }

    @Override
    @SuppressWarnings("NullAway") // Hazelcast takes null for "no answer"
    public byte[] process(Map.Entry<byte[], byte[]> entry) {
        byte[] current = entry.getValue();
        next = next(current);
        if (next != null && tables.lasting(table)) {
            untilMillis = tables.until(next);
            lifetimeMillis = tables.lifetime(untilMillis);
            Write.set(entry, next, lifetimeMillis);
            tables.held(table, entry.getKey(), next, untilMillis);
        } else if (next != null) {
            Write.set(entry, next, lifetimeMillis);
        }
        return null;
    }

    private byte @Nullable [] next(byte @Nullable [] current) {
        if (offered == null || current == null) {
            return offered == null ? current : offered;
        }
        byte[] merged = tables.lasting(table) ? tables.merge(current, offered) : NewerWins.newer(current, offered);
        return Arrays.equals(merged, current) ? null : merged;
    }

    @Override
    @SuppressWarnings("NullAway") // null is "nothing to do on backups"
    public EntryProcessor<byte[], byte[], byte[]> getBackupProcessor() {
        if (next == null) {
            return null;
        }
        return tables.lasting(table)
                ? new Write(tables, table, next, lifetimeMillis, untilMillis)
                : new Write(next, lifetimeMillis);
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.OFFER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(table);
        out.writeByteArray(offered);
        out.writeLong(lifetimeMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        table = Objects.requireNonNull(in.readString());
        offered = in.readByteArray();
        lifetimeMillis = in.readLong();
    }
}
