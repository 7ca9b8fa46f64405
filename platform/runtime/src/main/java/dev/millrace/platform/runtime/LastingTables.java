package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Malformed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node knows of the lasting tables before it joins, by name: how their values merge and end, their rules, and where they
 * are written down. Entry processors and the merge policy ask it, on Hazelcast's threads; immutable.
 */
final class LastingTables {
    private static final Logger LOG = LoggerFactory.getLogger(LastingTables.class);

    /** Without tables: for what never meets one. */
    static final LastingTables NONE = new LastingTables(List.of(), Optional.empty(), Clock.system());

    /** An entry whose end has come still stays so long, so that it ends in one way only. */
    private static final long LEAST_LIFETIME_MILLIS = 1_000;

    private final Map<String, Tables.Spec<?, ?>> byName = new HashMap<>();
    private final Optional<Journal> journal;
    private final Clock clock;

    LastingTables(Iterable<Tables.Spec<?, ?>> specs, Optional<Journal> journal, Clock clock) {
        for (Tables.Spec<?, ?> spec : specs) {
            if (spec.lasting().isEmpty() || byName.put(spec.name(), spec) != null) {
                throw new IllegalArgumentException("the table " + spec.name() + " is not lasting, or declared twice");
            }
        }
        this.journal = journal;
        this.clock = clock;
    }

    Iterable<Tables.Spec<?, ?>> specs() {
        return byName.values();
    }

    Optional<Journal> journal() {
        return journal;
    }

    private Tables.Spec<?, ?> spec(String table) {
        Tables.Spec<?, ?> spec = byName.get(table);
        if (spec == null) {
            throw new IllegalArgumentException("this node does not know the table " + table);
        }
        return spec;
    }

    private static <V> Tables.Lasting<V> lasting(Tables.Spec<?, V> spec) {
        return spec.lasting().orElseThrow();
    }

    /** The rule of that name. */
    Rule<?, ?, ?> rule(String table, String name) {
        for (Rule<?, ?, ?> rule : lasting(spec(table)).rules()) {
            if (rule.name().equals(name)) {
                return rule;
            }
        }
        throw new IllegalArgumentException("this node does not know the rule " + name + " of " + table);
    }

    /** What came of a rule: the entry's new bytes and when they end, and the answer. */
    record Decided<A>(byte @Nullable [] write, long untilMillis, A answer) {}

    /** Lets a rule decide about an entry's bytes. */
    @SuppressWarnings("unchecked") // a rule is found by the table it belongs to
    <V, Q, A> Decided<A> decide(String table, Rule<V, Q, A> rule, byte @Nullable [] current, Q query) {
        Tables.Spec<?, V> spec = (Tables.Spec<?, V>) spec(table);
        Rule.Outcome<V, A> outcome = rule.decide().on(value(spec, current), query);
        if (outcome.write().isEmpty()) {
            return new Decided<>(null, 0, outcome.answer());
        }
        V next = outcome.write().get();
        return new Decided<>(
                Versioned.encode(spec, next, 0), lasting(spec).until().of(next), outcome.answer());
    }

    /** An entry that cannot be read is as good as none: a newer version of us wrote it, or it is broken. */
    static <V> Optional<V> value(Tables.Spec<?, V> spec, byte @Nullable [] kept) {
        if (kept == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Versioned.decode(spec, kept));
        } catch (Malformed unreadable) {
            LOG.warn("table entry unreadable table={} rule={}", spec.name(), unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** One out of two values, as bytes; which one comes first makes no difference. */
    byte[] merge(byte[] left, byte[] right) {
        Tables.Spec<?, ?> spec = spec(Versioned.table(left));
        return merge(spec, left, right);
    }

    private static <V> byte[] merge(Tables.Spec<?, V> spec, byte[] left, byte[] right) {
        if (lasting(spec).merge().isEmpty()) {
            return NewerWins.newer(left, right);
        }
        Optional<V> here = value(spec, left);
        Optional<V> there = value(spec, right);
        if (here.isEmpty() || there.isEmpty()) {
            return here.isEmpty() ? right : left;
        }
        V merged = lasting(spec).merge().get().of(here.get(), there.get());
        byte[] bytes = Versioned.encode(spec, merged, 0);
        return Versioned.sameValue(bytes, left) ? left : bytes;
    }

    /** When those bytes end, milliseconds of the Unix epoch; 0 for never. */
    long until(byte[] kept) {
        return until(spec(Versioned.table(kept)), kept);
    }

    private static <V> long until(Tables.Spec<?, V> spec, byte[] kept) {
        return value(spec, kept).map(value -> lasting(spec).until().of(value)).orElse(0L);
    }

    /** How long an entry that ends then has to live. */
    long lifetime(long untilMillis) {
        return untilMillis == 0 ? 0 : Math.max(LEAST_LIFETIME_MILLIS, untilMillis - clock.millis());
    }

    /** Whether there is a lasting table of that name. */
    boolean lasting(String table) {
        return byName.containsKey(table);
    }

    /** The name of the map in Hazelcast of a table that this node has. */
    String mapName(String table) {
        return HazelcastTables.mapName(table, lasting(table));
    }

    /** Writes an entry down of a table that every data node keeps whole; another table's is left to {@link #held}. */
    void copied(String table, byte[] key, byte[] value) {
        Tables.Spec<?, ?> spec = byName.get(table);
        if (journal.isPresent() && spec != null && lasting(spec).copies() == Tables.Copies.ALL) {
            journal.get().add(table, key, until(spec, value), value);
        }
    }

    /** Writes an entry down that this node holds, where its table is kept so. */
    void held(String table, byte[] key, byte[] value, long untilMillis) {
        if (journal.isPresent() && lasting(spec(table)).copies() == Tables.Copies.HELD) {
            journal.get().add(table, key, untilMillis, value);
        }
    }
}
