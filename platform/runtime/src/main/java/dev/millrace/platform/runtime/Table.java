package dev.millrace.platform.runtime;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A map kept by several nodes. May be used from any thread; nothing blocks; answers arrive on the Vert.x context of the asking
 * thread. A write that was answered survives the loss of any one node.
 */
public interface Table<K, V> {
    Future<Optional<V>> get(K key);

    /** Everything. For small tables: it asks every data node. */
    Future<Map<K, V>> all();

    /**
     * Puts {@code next} in place of {@code seen}, or leaves all as it is when the entry has changed meanwhile.
     *
     * @param seen what the caller believes is there; empty for nothing
     * @param next empty deletes the entry
     * @return whether it was replaced, and what is there now
     */
    Future<Swapped<V>> swap(K key, Optional<V> seen, Optional<V> next);

    /** As {@link #swap}, and the entry goes away by itself after {@code lifetime}; zero keeps it. */
    Future<Swapped<V>> swap(K key, Optional<V> seen, Optional<V> next, Duration lifetime);

    /**
     * Reads, changes and swaps until nobody came between, {@value #UPDATE_TRIES} times at most. The change may run several
     * times.
     *
     * @return what is there now
     */
    Future<Optional<V>> update(K key, UnaryOperator<Optional<V>> change);

    /** Tries of one update. */
    int UPDATE_TRIES = 8;

    /**
     * Lets a rule of a lasting table decide about an entry, where it lives.
     *
     * @return the rule's answer, once the entry and its backups are written
     */
    <Q, A> Future<A> decide(Rule<V, Q, A> rule, K key, Q query);

    /**
     * Some entries at a time, for tables too large for {@link #all}: those of one partition of the cluster.
     *
     * @param partition from 0 on
     */
    Future<Part<K, V>> part(int partition);

    /**
     * Copies the table to this node and keeps the copy up; for small tables. Completes when all is here.
     *
     * @param key the table's key in the form that has an order
     */
    <C extends Comparable<C>> Future<Mirror<C, V>> mirror(Function<K, C> key);

    /** Writes without looking. */
    Future<Void> put(K key, V value);

    Future<Void> remove(K key);

    /** Tells of every change made anywhere, on the Vert.x context of the registering thread. */
    Registration onChange(Consumer<Change<K, V>> listener);

    /** What {@link #swap} did. */
    record Swapped<V>(boolean done, Optional<V> current) {}

    /** @param more whether there are partitions behind this one */
    record Part<K, V>(Map<K, V> entries, boolean more) {}

    /** An entry as it is now; empty once it is gone. */
    record Change<K, V>(K key, Optional<V> value) {}
}
