package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;

/** The tables of the cluster, for their owners. A table's contents live on the nodes with the role location. */
public interface Tables {
    /** The table of that name; the same name must always come with the same spec. */
    <K, V> Table<K, V> open(Spec<K, V> spec);

    /**
     * How a table's keys and values travel, and which of two values is newer.
     *
     * @param name the same on every node and in every version of us: {@code stream-claims}
     * @param version grows with every change of a value: after a split, the value with the higher one wins
     */
    record Spec<K, V>(String name, Codec<K> key, Codec<V> value, Version<V> version) {}

    /** The version of a value. The nodes of one cluster compare it; it never goes back while the entry lives. */
    @FunctionalInterface
    interface Version<V> {
        long of(V value);
    }
}
