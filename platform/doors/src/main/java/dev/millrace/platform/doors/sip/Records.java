package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Table.Swapped;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The table {@code passing.sip-transactions}: which node works on which INVITE. A node that is alone writes nothing: nobody could adopt.
 * May be used from any thread.
 */
final class Records {
    /** Lifetime of a record whose call rings; each write starts it anew. Longer than any timer C. */
    static final Duration RINGING = Duration.ofMinutes(30);

    /** Lifetime after the final response: longer than timers H and L, so that ACK and repetitions find the owner. */
    static final Duration ENDED = Duration.ofSeconds(40);

    private final Table<String, TransactionRecord> table;
    private final String nodeId;
    private final Branches nodes;
    private final Counter writes;
    private final Counter failures;
    private volatile boolean active;

    Records(Tables tables, String nodeId, Branches nodes, MeterRegistry metrics) {
        this.table = tables.open(new Tables.Spec<>(
                Tables.PASSING + "sip-transactions", Codec.TEXT, TransactionRecord.CODEC, TransactionRecord::version));
        this.nodeId = nodeId;
        this.nodes = nodes;
        this.writes = Counter.builder("millrace.sip.records.writes")
                .description("Writes of transaction records")
                .register(metrics);
        this.failures = Counter.builder("millrace.sip.records.failures")
                .description("Transaction records that could not be read or written in time")
                .register(metrics);
    }

    /** Whether other nodes have a SIP door: only then is anything written. */
    boolean active() {
        return active;
    }

    void active(boolean now) {
        active = now;
    }

    static String text(TransactionKey key) {
        return key.branch() + ' ' + key.host() + ':' + key.port();
    }

    /** The first record of this node for an INVITE. */
    TransactionRecord first(Request invite, Inlet inlet) {
        return TransactionRecord.of(nodeId, nodes.start(), invite, inlet);
    }

    /** A record that ends one: this process answered with that status. */
    TransactionRecord ended(TransactionRecord last, int status) {
        return last.ended(nodeId, nodes.start(), status);
    }

    /** Whether the record is this process's. */
    boolean ours(TransactionRecord record) {
        return record.owner().equals(nodeId) && record.start() == nodes.start();
    }

    /** Whether the record's owner is a living node beside this one. */
    boolean elsewhere(TransactionRecord record) {
        return !record.owner().equals(nodeId) && nodes.lives(record.owner());
    }

    /** Whether nobody works on it any more. */
    boolean abandoned(TransactionRecord record) {
        return !ours(record) && !elsewhere(record);
    }

    Future<Optional<TransactionRecord>> find(TransactionKey key) {
        return find(text(key));
    }

    /** The record of {@link #text}. */
    Future<Optional<TransactionRecord>> find(String key) {
        return table.get(key).onFailure(failed -> failures.increment());
    }

    /** Puts {@code next} where {@code seen} is. */
    Future<Swapped<TransactionRecord>> swap(String key, Optional<TransactionRecord> seen, TransactionRecord next) {
        writes.increment();
        return table.swap(key, seen, Optional.of(next), next.running() ? RINGING : ENDED)
                .onFailure(failed -> failures.increment());
    }

    /** A write came too late to wait for. */
    void late() {
        failures.increment();
    }

    Future<Map<String, TransactionRecord>> all() {
        return table.all();
    }
}
