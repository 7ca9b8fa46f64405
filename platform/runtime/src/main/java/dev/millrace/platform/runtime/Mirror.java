package dev.millrace.platform.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A copy of a small table on this node, kept up within milliseconds of every change. Reading never waits and may be done on any
 * thread. Keys are in order.
 */
public interface Mirror<K extends Comparable<K>, V> {
    Optional<V> get(K key);

    int size();

    /** Entries in the order of their keys, from the first one behind {@code after} on; empty begins at the first. */
    Iterable<Map.Entry<K, V>> after(Optional<K> after);

    /** All values, in the order of their keys. */
    List<V> values();

    /** Grows with every change that has arrived here: what was computed under the same number is still right. */
    long changes();
}
