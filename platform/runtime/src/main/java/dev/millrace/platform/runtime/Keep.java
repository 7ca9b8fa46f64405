package dev.millrace.platform.runtime;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/** Has an entry written down by its owner and by each of its backups, some of whom may hold it since a moment ago. Changes nothing. */
final class Keep implements EntryProcessor<byte[], byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1L;

    private final transient LastingTables tables;
    private String table = "";

    /** For the factory alone. */
    Keep(LastingTables tables) {
        this.tables = tables;
    }

    Keep(LastingTables tables, String table) {
        this.tables = tables;
        this.table = table;
    }

    @Override
    @SuppressWarnings("NullAway") // Hazelcast takes null for "no answer"
    public byte[] process(Map.Entry<byte[], byte[]> entry) {
        byte[] value = entry.getValue();
        if (value != null) {
            tables.held(table, entry.getKey(), value, tables.until(value));
        }
        return null;
    }

    @Override
    public EntryProcessor<byte[], byte[], byte[]> getBackupProcessor() {
        return this;
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.KEEP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(table);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        table = Objects.requireNonNull(in.readString());
    }
}
