package dev.millrace.platform.runtime;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.map.IMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one table while its node is {@link Alone}: bytes by bytes, changed by the same processors that Hazelcast runs,
 * on the asker's own thread. May be used from any thread.
 */
final class AloneMap {
    /** Parts, so that a table can be read a part at a time. */
    static final int PARTS = 256;

    /** An entry is looked at at least so often: where it lies must not be remembered long after it was removed. */
    private static final long LOOK_AHEAD_MILLIS = TimeUnit.MINUTES.toMillis(5);

    /** Entries that end in one go, which an event loop does; the others do a moment later. */
    private static final int ENDS_AT_ONCE = 2_000;

    private final String table;
    private final LastingTables tables;
    private final Clock clock;
    private final BooleanSupplier alone;
    private final List<ConcurrentHashMap<Key, Kept>> parts = new ArrayList<>(PARTS);

    /**
     * When to look whether entries have ended, in seconds of the Unix epoch: each entry with an end stands in one of them. What
     * was removed, or ends earlier now, stands in a second one until that has come.
     */
    private final ConcurrentSkipListMap<Long, Queue<Key>> ends = new ConcurrentSkipListMap<>();

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Key, CompletableFuture<Void>> moving = new ConcurrentHashMap<>();

    private record Listener(BiConsumer<byte[], byte @Nullable []> told) {}

    private record Key(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /**
     * @param untilMillis when it ends, 0 for never
     * @param lookAt the second of {@link #ends} it stands in, 0 for none; neither after its end nor far ahead
     */
    private record Kept(byte[] value, long untilMillis, long lookAt) {
        boolean ended(long nowMillis) {
            return untilMillis != 0 && untilMillis <= nowMillis;
        }
    }

    /** @param alone whether entries are still kept here; once it is false it stays so */
    AloneMap(String table, LastingTables tables, Clock clock, BooleanSupplier alone) {
        this.table = table;
        this.tables = tables;
        this.clock = clock;
        this.alone = alone;
        for (int i = 0; i < PARTS; i++) {
            parts.add(new ConcurrentHashMap<>(0));
        }
    }

    private ConcurrentHashMap<Key, Kept> part(Key key) {
        int hash = key.hashCode();
        return parts.get((hash ^ hash >>> 16) * 0x9E3779B1 >>> 24);
    }

    byte @Nullable [] get(byte[] key) {
        Key wanted = new Key(key);
        Kept kept = part(wanted).get(wanted);
        return kept == null || kept.ended(clock.millis()) ? null : kept.value();
    }

    /** What a processor answered. */
    record Ran<R>(R answer) {}

    /** Runs a processor on an entry; null when entries are not kept here any more. */
    <R> @Nullable Ran<R> execute(byte[] keyBytes, EntryProcessor<byte[], byte[], R> processor) {
        Key key = new Key(keyBytes);
        Cell<R> cell = new Cell<>(keyBytes, clock.millis());
        part(key).compute(key, (same, kept) -> {
            // Asked in here: who moves entries away takes them under this very lock, after it has become false.
            if (!alone.getAsBoolean()) {
                return kept;
            }
            cell.begin(kept);
            cell.ran = new Ran<>(processor.process(cell));
            if (!cell.changed) {
                return kept;
            }
            tell(keyBytes, cell.value);
            return cell.value == null ? null : keep(key, kept, cell.value, cell.untilMillis);
        });
        if (cell.changed && cell.value != null) {
            tables.copied(table, keyBytes, cell.value);
        }
        return cell.ran;
    }

    private Kept keep(Key key, @Nullable Kept before, byte[] value, long untilMillis) {
        long lookAt = before == null ? 0 : before.lookAt();
        if (untilMillis != 0) {
            long end = lookAt(untilMillis, clock.millis());
            // One that is refreshed stays where it stands until that second comes: most entries are refreshed many
            // times.
            if (lookAt == 0 || lookAt > end) {
                lookAt = end;
                look(key, lookAt);
            }
        }
        return new Kept(value, untilMillis, lookAt);
    }

    private void look(Key key, long second) {
        ends.computeIfAbsent(second, any -> new ConcurrentLinkedQueue<>()).add(key);
    }

    private static long lookAt(long untilMillis, long nowMillis) {
        return TimeUnit.MILLISECONDS.toSeconds(Math.min(untilMillis, nowMillis + LOOK_AHEAD_MILLIS)) + 1;
    }

    /** Places in which entries stand that may end. */
    int looks() {
        return ends.values().stream().mapToInt(Queue::size).sum();
    }

    /** Lets go what has ended. */
    void end() {
        long now = clock.millis();
        // A second that has just begun may still be added to.
        long before = TimeUnit.MILLISECONDS.toSeconds(now) - 1;
        int looked = 0;
        for (var due = ends.firstEntry(); due != null && due.getKey() < before; due = ends.firstEntry()) {
            for (Key key = due.getValue().poll();
                    key != null;
                    key = due.getValue().poll()) {
                end(key, due.getKey(), now);
                if (++looked == ENDS_AT_ONCE) {
                    return;
                }
            }
            ends.remove(due.getKey(), due.getValue());
        }
    }

    private void end(Key key, long second, long now) {
        part(key).computeIfPresent(key, (same, kept) -> {
            if (!alone.getAsBoolean() || kept.lookAt() != second) {
                return kept;
            }
            if (kept.ended(now)) {
                tell(key.bytes(), null);
                return null;
            }
            if (kept.untilMillis() == 0) {
                return new Kept(kept.value(), 0, 0);
            }
            long lookAt = lookAt(kept.untilMillis(), now);
            look(key, lookAt);
            return new Kept(kept.value(), kept.untilMillis(), lookAt);
        });
    }

    private void tell(byte[] key, byte @Nullable [] value) {
        for (Listener each : listeners) {
            each.told().accept(key, value);
        }
    }

    /** Tells of every change, in the order of the changes of each entry, on the changing thread. */
    Registration onChange(BiConsumer<byte[], byte @Nullable []> listener) {
        Listener registered = new Listener(listener);
        listeners.add(registered);
        return () -> listeners.remove(registered);
    }

    /** Gives what is there in one part. */
    void each(int part, BiConsumer<byte[], byte[]> taker) {
        long now = clock.millis();
        parts.get(part).forEach((key, kept) -> {
            if (!kept.ended(now)) {
                taker.accept(key.bytes(), kept.value());
            }
        });
    }

    int size() {
        return parts.stream().mapToInt(ConcurrentHashMap::size).sum();
    }

    /** Keys of what is still here. */
    List<byte[]> left() {
        List<byte[]> left = new ArrayList<>();
        parts.forEach(part -> part.keySet().forEach(key -> left.add(key.bytes())));
        return left;
    }

    /**
     * Brings an entry to the cluster once this node is not alone any more; completes when it is there. Whoever wants to work on
     * the entry waits for that.
     */
    CompletionStage<Void> move(byte[] keyBytes, IMap<byte[], byte[]> to) {
        Key key = new Key(keyBytes);
        if (!part(key).containsKey(key)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = moving.putIfAbsent(key, mine);
        if (others != null) {
            return others;
        }
        Optional<Kept> taken = take(key);
        if (taken.isEmpty() || taken.get().ended(clock.millis())) {
            moved(key, mine, null);
            return mine;
        }
        long until = taken.get().untilMillis();
        Offer offer =
                new Offer(tables, table, taken.get().value(), until == 0 ? 0 : Math.max(1, until - clock.millis()));
        try {
            to.submitToKey(keyBytes, offer).whenComplete((done, failure) -> moved(key, mine, failure));
        } catch (RuntimeException refused) {
            moved(key, mine, refused);
        }
        return mine;
    }

    /** Under the lock of its writers: whoever wrote while this node was alone has finished. */
    private Optional<Kept> take(Key key) {
        List<Kept> taken = new ArrayList<>(1);
        part(key).computeIfPresent(key, (same, kept) -> {
            taken.add(kept);
            return kept;
        });
        return taken.stream().findFirst();
    }

    private void moved(Key key, CompletableFuture<Void> done, @Nullable Throwable failure) {
        if (failure == null) {
            part(key).remove(key);
        }
        moving.remove(key);
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    /** An entry under a processor. */
    private static final class Cell<R> implements ExtendedMapEntry<byte[], byte[]> {
        private final byte[] key;
        private final long nowMillis;
        private byte @Nullable [] value;
        private long untilMillis;
        private boolean changed;
        private @Nullable Ran<R> ran;

        Cell(byte[] key, long nowMillis) {
            this.key = key;
            this.nowMillis = nowMillis;
        }

        void begin(@Nullable Kept kept) {
            if (kept != null && !kept.ended(nowMillis)) {
                value = kept.value();
                untilMillis = kept.untilMillis();
            }
        }

        @Override
        public byte[] getKey() {
            return key;
        }

        @Override
        @SuppressWarnings("NullAway") // Hazelcast's entries know null as "no value"
        public byte[] getValue() {
            return value;
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public byte[] setValue(byte @Nullable [] next) {
            return setValue(next, 0, TimeUnit.MILLISECONDS);
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public byte[] setValue(byte @Nullable [] next, long lifetime, TimeUnit unit) {
            untilMillis = lifetime == 0 ? 0 : nowMillis + unit.toMillis(lifetime);
            return setValueWithoutChangingExpiryTime(next);
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public byte[] setValueWithoutChangingExpiryTime(byte @Nullable [] next) {
            byte[] before = value;
            value = next;
            changed = true;
            return before;
        }
    }
}
