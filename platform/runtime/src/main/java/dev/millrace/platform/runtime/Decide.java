package dev.millrace.platform.runtime;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a {@link Rule} decide about an entry where it lives. To another node the rule's name and the query's bytes travel, and
 * the answer's bytes come back; on this node query and answer stay what they are.
 */
final class Decide<V, Q, A> implements EntryProcessor<byte[], byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1L;

    /** The answer of one that never left its node: {@link #answer} has it. */
    private static final byte[] HERE = {};

    private final transient LastingTables tables;
    private String table = "";
    private transient @Nullable Rule<V, Q, A> rule;
    private transient @Nullable Q query;
    private boolean travelled;
    private transient LastingTables.@Nullable Decided<A> decided;

    /** For the factory alone. */
    Decide(LastingTables tables) {
        this.tables = tables;
    }

    Decide(LastingTables tables, String table, Rule<V, Q, A> rule, Q query) {
        this.tables = tables;
        this.table = table;
        this.rule = rule;
        this.query = query;
    }

    @Override
    public byte[] process(Map.Entry<byte[], byte[]> entry) {
        Rule<V, Q, A> known = Objects.requireNonNull(rule);
        LastingTables.Decided<A> now = tables.decide(table, known, entry.getValue(), Objects.requireNonNull(query));
        decided = now;
        if (now.write() != null) {
            Write.set(entry, now.write(), tables.lifetime(now.untilMillis()));
            tables.held(table, entry.getKey(), now.write(), now.untilMillis());
        }
        return travelled ? known.answer().toBytes(now.answer()) : HERE;
    }

    /** The rule's answer, out of what Hazelcast brought back. */
    A answer(byte[] brought) {
        LastingTables.Decided<A> here = decided;
        return brought.length == 0 && here != null
                ? here.answer()
                : Objects.requireNonNull(rule).answer().fromBytes(brought);
    }

    /** Backups do not decide: one that had fallen behind is right again afterwards. */
    @Override
    @SuppressWarnings("NullAway") // null is "nothing to do on backups"
    public EntryProcessor<byte[], byte[], byte[]> getBackupProcessor() {
        LastingTables.Decided<A> now = decided;
        return now == null || now.write() == null
                ? null
                : new Write(tables, table, now.write(), tables.lifetime(now.untilMillis()), now.untilMillis());
    }

    @Override
    public int getFactoryId() {
        return TableFactory.ID;
    }

    @Override
    public int getClassId() {
        return TableFactory.DECIDE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        Rule<V, Q, A> known = Objects.requireNonNull(rule);
        out.writeString(table);
        out.writeString(known.name());
        out.writeByteArray(known.query().toBytes(Objects.requireNonNull(query)));
    }

    @Override
    @SuppressWarnings("unchecked") // a rule's name stands for its types
    public void readData(ObjectDataInput in) throws IOException {
        table = Objects.requireNonNull(in.readString());
        Rule<V, Q, A> known = (Rule<V, Q, A>) tables.rule(table, Objects.requireNonNull(in.readString()));
        rule = known;
        query = known.query().fromBytes(Objects.requireNonNull(in.readByteArray()));
        travelled = true;
    }
}
