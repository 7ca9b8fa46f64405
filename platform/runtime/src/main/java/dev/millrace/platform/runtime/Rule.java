package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;
import java.util.Optional;

/**
 * A decision about one entry of a {@link Tables.Lasting} table, taken on the node where the entry lives: asker and entry meet
 * once, and nobody comes between. Every data node of the cluster has the rule before it joins ({@link RoleModule#tables}); only
 * its name and the query travel. The backups get the value that came out, not the rule.
 *
 * @param name unique in its table, with a version, because nodes of several versions of us live in one cluster: {@code save.v1}
 * @param decide pure: no clock, no chance; what it needs to know stands in the query. It may run twice (the owner of the entry
 *     died before its answer arrived) and must then see its own work and give the same answer
 */
public record Rule<V, Q, A>(String name, Codec<Q> query, Codec<A> answer, Decide<V, Q, A> decide) {
    /** What becomes of an entry. */
    @FunctionalInterface
    public interface Decide<V, Q, A> {
        Outcome<V, A> on(Optional<V> entry, Q query);
    }

    /** @param write the new value; empty leaves the entry as it is */
    public record Outcome<V, A>(Optional<V> write, A answer) {
        public static <V, A> Outcome<V, A> stay(A answer) {
            return new Outcome<>(Optional.empty(), answer);
        }

        public static <V, A> Outcome<V, A> write(V value, A answer) {
            return new Outcome<>(Optional.of(value), answer);
        }
    }
}
