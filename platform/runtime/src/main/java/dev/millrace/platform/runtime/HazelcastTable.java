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
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

    private final Vertx vertx;
    private final Tables.Spec<K, V> spec;
    private final Future<IMap<byte[], byte[]>> map;

    HazelcastTable(Vertx vertx, Tables.Spec<K, V> spec, Future<IMap<byte[], byte[]>> map) {
        this.vertx = vertx;
        this.spec = spec;
        this.map = map;
    }

    @Override
    public Future<Optional<V>> get(K key) {
        byte[] keyBytes = spec.key().toBytes(key);
        return on(kept -> kept.getAsync(keyBytes)).map(this::value);
    }

    @Override
    public Future<Map<K, V>> all() {
        return map.compose(kept -> vertx.executeBlocking(kept::entrySet, false)).map(entries -> {
            Map<K, V> all = new HashMap<>();
            entries.forEach(entry -> value(entry.getValue())
                    .ifPresent(value -> all.put(spec.key().fromBytes(entry.getKey()), value)));
            return all;
        });
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
        Context context = vertx.getOrCreateContext();
        return map.compose(kept -> Future.fromCompletionStage(operation.apply(kept), context)
                .recover(failure -> failure instanceof IndeterminateOperationState
                                || failure.getCause() instanceof IndeterminateOperationState
                        ? Future.fromCompletionStage(operation.apply(kept), context)
                        : Future.failedFuture(failure)));
    }

    private byte[] bytes(V value) {
        return Versioned.encode(spec, value, ThreadLocalRandom.current().nextLong());
    }

    private Optional<V> value(byte @Nullable [] kept) {
        if (kept == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Versioned.decode(spec.value(), kept));
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
