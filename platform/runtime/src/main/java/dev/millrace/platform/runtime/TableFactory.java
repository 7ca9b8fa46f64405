package dev.millrace.platform.runtime;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** Makes what our tables send from member to member, by number: no class names on the wire. */
final class TableFactory implements DataSerializableFactory {
    static final int ID = 7_301;
    static final int SWAP = 1;
    static final int WRITE = 2;
    static final int NEWER_WINS = 3;
    static final int DECIDE = 4;
    static final int OFFER = 5;
    static final int KEEP = 6;
    static final int MERGED = 7;

    private final LastingTables tables;

    TableFactory(LastingTables tables) {
        this.tables = tables;
    }

    @Override
    public IdentifiedDataSerializable create(int type) {
        return switch (type) {
            case SWAP -> new Swap();
            case WRITE -> new Write(tables);
            case NEWER_WINS -> new NewerWins();
            case DECIDE -> new Decide<>(tables);
            case OFFER -> new Offer(tables);
            case KEEP -> new Keep(tables);
            case MERGED -> Merged.of(tables);
            default -> throw new IllegalArgumentException("nothing of ours has the number " + type);
        };
    }
}
