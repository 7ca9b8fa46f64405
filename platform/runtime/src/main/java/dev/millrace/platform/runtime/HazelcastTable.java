package dev.millrace.platform.runtime;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.IndeterminateOperationState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Table} as a map of Hazelcast from bytes to bytes ({@link Versioned}). */
final class HazelcastTable<K, V> implements Table<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastTable.class);

    /** How often a mirror reads the whole table again: an event may be lost with the member that had to send it. */
    private static final long MIRROR_AGAIN_MILLIS = 60_000;

    private final Vertx vertx;
    private final Tables.Spec<K, V> spec;
    private final LastingTables lasting;
    private final PartitionKeys partitions;
    private final Future<IMap<byte[], byte[]>> map;

    HazelcastTable(
            Vertx vertx,
            Tables.Spec<K, V> spec,
            LastingTables lasting,
            PartitionKeys partitions,
            Future<IMap<byte[], byte[]>> map) {
        this.vertx = vertx;
        this.spec = spec;
        this.lasting = lasting;
        this.partitions = partitions;
        this.map = map;
    }

    @Override
    public Future<Optional<V>> get(K key) {
        byte[] keyBytes = spec.key().toBytes(key);
        return on(kept -> kept.getAsync(keyBytes)).map(this::value);
    }

    @Override
    public Future<Map<K, V>> all() {
        return map.compose(kept -> vertx.executeBlocking(kept::entrySet, false)).map(this::decoded);
    }

    private Map<K, V> decoded(Set<Map.Entry<byte[], byte[]>> entries) {
        Map<K, V> all = new HashMap<>();
        entries.forEach(entry ->
                value(entry.getValue()).ifPresent(value -> all.put(spec.key().fromBytes(entry.getKey()), value)));
        return all;
    }

    @Override
    public Future<Part<K, V>> part(int partition) {
        return map.compose(kept -> vertx.executeBlocking(
                () -> {
                    boolean more = partition < partitions.count() - 1;
                    return partition < 0 || partition >= partitions.count()
                            ? new Part<K, V>(Map.of(), false)
                            : new Part<>(decoded(kept.entrySet(partitions.all(partition))), more);
                },
                false));
    }

    @Override
    public <C extends Comparable<C>> Future<Mirror<C, V>> mirror(Function<K, C> key) {
        LocalMirror<C, V> mirror = new LocalMirror<>(spec.version());
        onChange(change -> mirror.changed(new Change<>(key.apply(change.key()), change.value())));
        vertx.setPeriodic(MIRROR_AGAIN_MILLIS, timer -> read(mirror, key));
        return read(mirror, key).map(read -> mirror);
    }

    private <C extends Comparable<C>> Future<Void> read(LocalMirror<C, V> mirror, Function<K, C> key) {
        return all().map(all -> {
            all.forEach((each, value) -> mirror.changed(new Change<>(key.apply(each), Optional.of(value))));
            return null;
        });
    }

    @Override
    public <Q, A> Future<A> decide(Rule<V, Q, A> rule, K key, Q query) {
        byte[] keyBytes = spec.key().toBytes(key);
        Decide<V, Q, A> decide = new Decide<>(lasting, spec.name(), rule, query);
        return on(kept -> kept.submitToKey(keyBytes, decide)).map(decide::answer);
    }

    @Override
    public Future<Swapped<V>> swap(K key, Optional<V> seen, Optional<V> next) {
        return swap(key, seen, next, Duration.ZERO);
    }

    @Override
    public Future<Swapped<V>> swap(K key, Optional<V> seen, Optional<V> next, Duration lifetime) {
        byte[] keyBytes = spec.key().toBytes(key);
        byte[] seenBytes = seen.map(this::bytes).orElse(null);
        byte[] nextBytes = next.map(this::bytes).orElse(null);
        return on(kept -> kept.submitToKey(keyBytes, new Swap(seenBytes, nextBytes, lifetime.toMillis())))
                .map(answer -> new Swapped<>(
                        answer[0] == 1,
                        answer.length == 1 ? Optional.empty() : value(Arrays.copyOfRange(answer, 2, answer.length))));
    }

    @Override
    public Future<Optional<V>> update(K key, UnaryOperator<Optional<V>> change) {
        return get(key).compose(seen -> update(key, seen, change, 1));
    }

    private Future<Optional<V>> update(K key, Optional<V> seen, UnaryOperator<Optional<V>> change, int attempt) {
        return swap(key, seen, change.apply(seen)).compose(swapped -> {
            if (swapped.done()) {
                return Future.succeededFuture(swapped.current());
            }
            if (attempt >= UPDATE_TRIES) {
                return Future.failedFuture(
                        new Unanswered(Unanswered.Why.FAILED, "the entry of " + spec.name() + " changed at every try"));
            }
            return update(key, swapped.current(), change, attempt + 1);
        });
    }

    @Override
    public Future<Void> put(K key, V value) {
        byte[] keyBytes = spec.key().toBytes(key);
        byte[] valueBytes = bytes(value);
        return on(kept -> kept.setAsync(keyBytes, valueBytes)).mapEmpty();
    }

    @Override
    public Future<Void> remove(K key) {
        byte[] keyBytes = spec.key().toBytes(key);
        return on(kept -> kept.deleteAsync(keyBytes)).mapEmpty();
    }

    @Override
    public Registration onChange(Consumer<Change<K, V>> listener) {
        Context context = vertx.getOrCreateContext();
        Listening listening = new Listening(context, listener);
        Future<UUID> registered =
                map.compose(kept -> vertx.executeBlocking(() -> kept.addEntryListener(listening, true), false));
        return () -> registered.onSuccess(
                id -> map.onSuccess(kept -> vertx.executeBlocking(() -> kept.removeEntryListener(id), false)));
    }

    /** Runs an operation, and once more where its fate is unknown: all of ours give the same result when they run twice. */
    private <R> Future<R> on(Function<IMap<byte[], byte[]>, CompletionStage<R>> operation) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Promise<R> done = context.promise();
        if (map.succeeded()) {
            run(map.result(), operation, done, true);
        } else {
            map.onSuccess(kept -> run(kept, operation, done, true)).onFailure(done::fail);
        }
        return done.future();
    }

    /** The result goes straight to the asker's context: Hazelcast would take a thread of a pool on the way. */
    private static <R> void run(
            IMap<byte[], byte[]> kept,
            Function<IMap<byte[], byte[]>, CompletionStage<R>> operation,
            Promise<R> done,
            boolean again) {
        operation
                .apply(kept)
                .whenCompleteAsync(
                        (result, failure) -> {
                            if (failure == null) {
                                done.complete(result);
                            } else if (again && unknown(failure)) {
                                run(kept, operation, done, false);
                            } else {
                                done.fail(failure);
                            }
                        },
                        Runnable::run);
    }

    private static boolean unknown(Throwable failure) {
        return failure instanceof IndeterminateOperationState
                || failure.getCause() instanceof IndeterminateOperationState;
    }

    private byte[] bytes(V value) {
        return Versioned.encode(spec, value, ThreadLocalRandom.current().nextLong());
    }

    private Optional<V> value(byte @Nullable [] kept) {
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

    /** Brings Hazelcast's events, which come on its own thread, to the listener's context. */
    private final class Listening
            implements EntryAddedListener<byte[], byte[]>,
                    EntryUpdatedListener<byte[], byte[]>,
                    EntryMergedListener<byte[], byte[]>,
                    EntryRemovedListener<byte[], byte[]>,
                    EntryEvictedListener<byte[], byte[]>,
                    EntryExpiredListener<byte[], byte[]> {
        private final Context context;
        private final Consumer<Change<K, V>> listener;

        Listening(Context context, Consumer<Change<K, V>> listener) {
            this.context = context;
            this.listener = listener;
        }

        private void tell(byte[] key, byte @Nullable [] kept) {
            Change<K, V> change = new Change<>(spec.key().fromBytes(key), value(kept));
            context.runOnContext(now -> listener.accept(change));
        }

        @Override
        public void entryAdded(EntryEvent<byte[], byte[]> event) {
            tell(event.getKey(), event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<byte[], byte[]> event) {
            tell(event.getKey(), event.getValue());
        }

        @Override
        public void entryMerged(EntryEvent<byte[], byte[]> event) {
            tell(event.getKey(), event.getValue());
        }

        @Override
        public void entryRemoved(EntryEvent<byte[], byte[]> event) {
            tell(event.getKey(), null);
        }

        @Override
        public void entryEvicted(EntryEvent<byte[], byte[]> event) {
            tell(event.getKey(), null);
        }

        @Override
        public void entryExpired(EntryEvent<byte[], byte[]> event) {
            tell(event.getKey(), null);
        }
    }
}
