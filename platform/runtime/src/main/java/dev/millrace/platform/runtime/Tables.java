package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;
import java.util.List;
import java.util.Optional;

/** The tables of the cluster, for their owners. A table's contents live on the nodes with the role location. */
public interface Tables {
    /**
     * Begins the name of a table of things that pass within minutes and change several times: one copy beside the first is enough,
     * where others have two.
     */
    String PASSING = "passing.";

    /** The table of that name; the same name must always come with the same spec. */
    <K, V> Table<K, V> open(Spec<K, V> spec);

    /**
     * How a table's keys and values travel, and which of two values is newer.
     *
     * @param name the same on every node and in every version of us: {@code stream-claims}
     * @param version grows with every change of a value: after a split, the value with the higher one wins
     * @param lasting how the table outlives its nodes; empty for one that is gone when the cluster is
     */
    record Spec<K, V>(String name, Codec<K> key, Codec<V> value, Version<V> version, Optional<Lasting<V>> lasting) {
        public Spec(String name, Codec<K> key, Codec<V> value, Version<V> version) {
            this(name, key, value, version, Optional.empty());
        }

        /** The same table, kept on disk. */
        public Spec<K, V> lasting(Lasting<V> how) {
            return new Spec<>(name, key, value, version, Optional.of(how));
        }
    }

    /** The version of a value. The nodes of one cluster compare it; it never goes back while the entry lives. */
    @FunctionalInterface
    interface Version<V> {
        long of(V value);
    }

    /**
     * A table that the data nodes write to disk, and whose changes are decided by rules where an entry lives. Its entries are
     * never deleted: they become tombstones and end by themselves.
     *
     * @param copies what each data node writes
     * @param merge one value out of two; empty where the newer one wins as a whole
     * @param until when a value ends by itself
     * @param rules how entries change
     */
    record Lasting<V>(Copies copies, Optional<Merge<V>> merge, Until<V> until, List<Rule<V, ?, ?>> rules) {
        public Lasting {
            rules = List.copyOf(rules);
        }
    }

    /** What a data node writes to its disk. */
    enum Copies {
        /** The entries it holds, as their owner or as a backup. */
        HELD,
        /** All of them: for small tables. */
        ALL
    }

    /**
     * One value out of two that met after a split of the cluster, or from a node's disk. The order must not matter, and a value
     * merged twice must change nothing.
     */
    @FunctionalInterface
    interface Merge<V> {
        V of(V left, V right);
    }

    /** When a value ends by itself, milliseconds of the Unix epoch; 0 for never. */
    @FunctionalInterface
    interface Until<V> {
        long of(V value);
    }
}
