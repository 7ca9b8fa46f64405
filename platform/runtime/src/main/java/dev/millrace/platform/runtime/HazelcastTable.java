package dev.millrace.platform.runtime;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@link Table} as a map of Hazelcast from bytes to bytes ({@link Versioned}), or as a map of this process while the node is
 * {@link Alone}: answers are there at once then, on the asker's own thread.
 */
final class HazelcastTable<K, V> implements Table<K, V> {
    /** Tries of an operation of which a backup has not heard in time: partitions may be on their way. */
    private static final int TRIES = 4;

    /** How often a mirror reads the whole table again: an event may be lost with the member that had to send it. */
    private static final long MIRROR_AGAIN_MILLIS = 60_000;

    private final Vertx vertx;
    private final Tables.Spec<K, V> spec;
    private final LastingTables lasting;
    private final Alone alone;
    private final AloneMap here;
    private final PartitionKeys partitions;
    private final Future<IMap<byte[], byte[]>> map;

    HazelcastTable(
            Vertx vertx,
            Tables.Spec<K, V> spec,
            LastingTables lasting,
            Alone alone,
            PartitionKeys partitions,
            Future<IMap<byte[], byte[]>> map) {
        this.vertx = vertx;
        this.spec = spec;
        this.lasting = lasting;
        this.alone = alone;
        this.here = alone.map(spec.name());
        this.partitions = partitions;
        this.map = map;
    }

    @Override
    public Future<Optional<V>> get(K key) {
        byte[] keyBytes = spec.key().toBytes(key);
        if (alone.now()) {
            return context().succeededFuture(value(here.get(keyBytes)));
        }
        return on(keyBytes, kept -> kept.getAsync(keyBytes)).map(this::value);
    }

    @Override
    public Future<Map<K, V>> all() {
        return read(
                () -> decoded(into -> {
                    for (int i = 0; i < AloneMap.PARTS; i++) {
                        here.each(i, into);
                    }
                }),
                kept -> decoded(into -> each(kept.entrySet(), into)));
    }

    @Override
    public Future<Part<K, V>> part(int partition) {
        return read(
                () -> part(partition, AloneMap.PARTS, into -> here.each(partition, into)),
                kept -> part(
                        partition, partitions.count(), into -> each(kept.entrySet(partitions.all(partition)), into)));
    }

    private Part<K, V> part(int partition, int count, Consumer<BiConsumer<byte[], byte[]>> entries) {
        return partition < 0 || partition >= count
                ? new Part<>(Map.of(), false)
                : new Part<>(decoded(entries), partition < count - 1);
    }

    private static void each(Set<Map.Entry<byte[], byte[]>> entries, BiConsumer<byte[], byte[]> into) {
        entries.forEach(entry -> into.accept(entry.getKey(), entry.getValue()));
    }

    private Map<K, V> decoded(Consumer<BiConsumer<byte[], byte[]>> entries) {
        Map<K, V> all = new HashMap<>();
        entries.accept((key, kept) ->
                value(kept).ifPresent(value -> all.put(spec.key().fromBytes(key), value)));
        return all;
    }

    /** Reads on a worker what is kept here, or what Hazelcast keeps once it has everything. */
    private <A> Future<A> read(Callable<A> mine, Function<IMap<byte[], byte[]>, A> there) {
        if (alone.now()) {
            // What was handed over meanwhile may be missing: then it is read again.
            return vertx.executeBlocking(mine, false)
                    .compose(read -> alone.now() ? Future.succeededFuture(read) : read(mine, there));
        }
        return Future.fromCompletionStage(alone.shared(), context())
                .compose(over -> map)
                .compose(kept -> vertx.executeBlocking(() -> there.apply(kept), false));
    }

    @Override
    public <C extends Comparable<C>> Future<Mirror<C, V>> mirror(Function<K, C> key) {
        LocalMirror<C, V> mirror = new LocalMirror<>(spec.version());
        Listening listening =
                listening(change -> mirror.changed(new Change<>(key.apply(change.key()), change.value())));
        here.onChange(listening::tell);
        vertx.setPeriodic(MIRROR_AGAIN_MILLIS, timer -> read(mirror, key));
        // Read only when every change from now on is told: between the two an entry would be missed.
        return registered(listening).compose(told -> read(mirror, key)).map(read -> mirror);
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
        return execute(keyBytes, decide).map(decide::answer);
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
        return execute(keyBytes, new Swap(seenBytes, nextBytes, lifetime.toMillis()))
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
        AloneMap.Ran<byte[]> ran = here.execute(keyBytes, new Write(valueBytes, 0));
        return ran != null
                ? context().succeededFuture()
                : on(keyBytes, kept -> kept.setAsync(keyBytes, valueBytes)).mapEmpty();
    }

    @Override
    public Future<Void> remove(K key) {
        byte[] keyBytes = spec.key().toBytes(key);
        AloneMap.Ran<byte[]> ran = here.execute(keyBytes, new Write(null, 0));
        return ran != null
                ? context().succeededFuture()
                : on(keyBytes, kept -> kept.deleteAsync(keyBytes)).mapEmpty();
    }

    @Override
    public Registration onChange(Consumer<Change<K, V>> listener) {
        Listening listening = listening(listener);
        Registration mine = here.onChange(listening::tell);
        Future<UUID> registered = registered(listening);
        return () -> {
            mine.cancel();
            registered.onSuccess(
                    id -> map.onSuccess(kept -> vertx.executeBlocking(() -> kept.removeEntryListener(id), false)));
        };
    }

    private Listening listening(Consumer<Change<K, V>> listener) {
        return new Listening(vertx.getOrCreateContext(), listener);
    }

    private Future<UUID> registered(Listening listening) {
        return registered(listening, TRIES);
    }

    /** Completes when every member tells of its changes; who is told twice of one is none the worse. */
    private Future<UUID> registered(Listening listening, int tries) {
        return map.compose(kept -> vertx.executeBlocking(() -> kept.addEntryListener(listening, true), false))
                .recover(failure -> tries > 1 && unknown(failure)
                        ? registered(listening, tries - 1)
                        : Future.failedFuture(failure));
    }

    private ContextInternal context() {
        return (ContextInternal) vertx.getOrCreateContext();
    }

    private Future<byte[]> execute(byte[] key, EntryProcessor<byte[], byte[], byte[]> processor) {
        AloneMap.Ran<byte[]> ran = here.execute(key, processor);
        return ran != null
                ? context().succeededFuture(ran.answer())
                : on(key, kept -> kept.submitToKey(key, processor));
    }

    /** Runs an operation, and again where its fate is unknown: all of ours give the same result when they run twice. */
    private <R> Future<R> on(byte[] key, Function<IMap<byte[], byte[]>, CompletionStage<R>> operation) {
        ContextInternal asker = context();
        Promise<R> done = asker.promise();
        if (map.succeeded()) {
            run(() -> behindMove(key, map.result(), operation, asker), asker, done, TRIES);
        } else {
            map.onSuccess(kept -> run(() -> behindMove(key, kept, operation, asker), asker, done, TRIES))
                    .onFailure(done::fail);
        }
        return done.future();
    }

    /** While tables are handed over an entry goes first, and then what is to be done with it. */
    private <R> CompletionStage<R> behindMove(
            byte[] key,
            IMap<byte[], byte[]> kept,
            Function<IMap<byte[], byte[]>, CompletionStage<R>> operation,
            ContextInternal asker) {
        return alone.over()
                ? operation.apply(kept)
                : here.move(key, kept)
                        .thenComposeAsync(
                                moved -> operation.apply(kept), task -> asker.runOnContext(now -> task.run()));
    }

    /**
     * The result goes straight to the asker's context: Hazelcast would take a thread of a pool on the way. Another try begins on
     * that context too: the thread that tells of a failure may be one of Hazelcast's that must not ask.
     */
    static <R> void run(Supplier<CompletionStage<R>> operation, ContextInternal asker, Promise<R> done, int tries) {
        CompletionStage<R> begun;
        try {
            begun = operation.get();
        } catch (RuntimeException refused) {
            // Hazelcast is ending, for one.
            done.fail(refused);
            return;
        }
        begun.whenCompleteAsync(
                (result, failure) -> {
                    if (failure == null) {
                        done.complete(result);
                    } else if (tries > 1 && unknown(failure)) {
                        asker.runOnContext(now -> run(operation, asker, done, tries - 1));
                    } else {
                        done.fail(failure);
                    }
                },
                Runnable::run);
    }

    private static boolean unknown(Throwable failure) {
        return failure instanceof IndeterminateOperationStateException
                || failure.getCause() instanceof IndeterminateOperationStateException;
    }

    private byte[] bytes(V value) {
        return Versioned.encode(spec, value, ThreadLocalRandom.current().nextLong());
    }

    private Optional<V> value(byte @Nullable [] kept) {
        return LastingTables.value(spec, kept);
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
