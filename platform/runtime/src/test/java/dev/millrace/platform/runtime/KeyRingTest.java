package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.MovedClock;
import dev.millrace.protocols.wire.Reader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of a cluster key, over a table of one process. */
class KeyRingTest {
    private static final byte[] DATA = {1, 2, 3};

    private final Vertx vertx = Vertx.vertx();
    private final MovedClock clock = new MovedClock();
    private final OneTable tables = new OneTable();

    @AfterEach
    void close() {
        Await.get(vertx.close());
    }

    private KeyRing ring(boolean data) {
        return new KeyRing(vertx, tables, clock, new Ids(clock), data);
    }

    private static long number(byte[] signature) {
        return Reader.of(signature).u32();
    }

    @Test
    void aRingWithoutKeysSignsNothing() {
        KeyRing ring = ring(true);
        assertThat(ring.verify("x", DATA, new byte[ClusterKeys.SIGNATURE_LENGTH]))
                .isFalse();
        assertThatThrownBy(() -> ring.sign("x", DATA)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aNodeWithoutDataWaitsForTheFirstKey() {
        Future<Void> waiting = ring(false).start();
        assertThat(waiting.isComplete()).isFalse();
        Await.get(ring(true).start());
        Await.get(waiting);
    }

    @Test
    void aNewKeySignsOnlyWhenEveryNodeHasHeardOfItAndTheOldOneStaysValid() {
        KeyRing ring = ring(true);
        Await.get(ring.start());
        byte[] first = ring.sign("x", DATA);
        clock.advance(KeyRing.ROTATION.plusSeconds(1));
        Await.get(ring.make());
        assertThat(number(ring.sign("x", DATA))).isEqualTo(number(first));
        clock.advance(KeyRing.HEARD);
        byte[] second = ring.sign("x", DATA);
        assertThat(number(second)).isGreaterThan(number(first));
        assertThat(ring.verify("x", DATA, first)).isTrue();
        assertThat(ring.verify("x", DATA, second)).isTrue();
        clock.advance(KeyRing.LIFETIME.minus(KeyRing.ROTATION));
        assertThat(ring.verify("x", DATA, first)).isFalse();
        assertThat(ring.verify("x", DATA, second)).isTrue();
    }

    @Test
    void anotherNumberAnotherPurposeOrAnotherBitIsNoSignature() {
        KeyRing ring = ring(true);
        Await.get(ring.start());
        byte[] signature = ring.sign("x", DATA);
        assertThat(ring.verify("x", DATA, signature)).isTrue();
        assertThat(ring.verify("", DATA, signature)).isFalse();
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(ring.verify("x", DATA, changed)).isFalse();
        }
    }

    /** The one table that a ring opens; lifetimes are the ring's own affair here. */
    private static final class OneTable implements Tables {
        private final Map<Object, Object> entries = new TreeMap<>();
        private final List<Consumer<Object>> listeners = new ArrayList<>();

        @Override
        public <K, V> Table<K, V> open(Spec<K, V> spec) {
            return new Table<>() {
                @Override
                public Future<Optional<V>> get(K key) {
                    return Future.succeededFuture(
                            Optional.ofNullable(all().result().get(key)));
                }

                @Override
                @SuppressWarnings("unchecked")
                public Future<Map<K, V>> all() {
                    return Future.succeededFuture((Map<K, V>) Map.copyOf(entries));
                }

                @Override
                public Future<Swapped<V>> swap(K key, Optional<V> seen, Optional<V> next) {
                    return swap(key, seen, next, Duration.ZERO);
                }

                @Override
                public Future<Swapped<V>> swap(K key, Optional<V> seen, Optional<V> next, Duration lifetime) {
                    boolean done = entries.putIfAbsent(key, next.orElseThrow()) == null;
                    List.copyOf(listeners).forEach(listener -> listener.accept(key));
                    return Future.succeededFuture(new Swapped<>(done, next));
                }

                @Override
                public Future<Optional<V>> update(K key, UnaryOperator<Optional<V>> change) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public <Q, A> Future<A> decide(Rule<V, Q, A> rule, K key, Q query) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Future<Part<K, V>> part(int partition) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public <C extends Comparable<C>> Future<Mirror<C, V>> mirror(Function<K, C> key) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Future<Void> put(K key, V value) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Future<Void> remove(K key) {
                    throw new UnsupportedOperationException();
                }

                @Override
                @SuppressWarnings("unchecked")
                public Registration onChange(Consumer<Change<K, V>> listener) {
                    listeners.add(key -> listener.accept(new Change<>((K) key, Optional.empty())));
                    return listeners::clear;
                }
            };
        }
    }
}
