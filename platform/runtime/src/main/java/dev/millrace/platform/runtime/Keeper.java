package dev.millrace.platform.runtime;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.partition.ReplicaMigrationEvent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the lasting tables of a data node: brings at the start what the node's {@link Journal} has to where it belongs, has new
 * holders of an entry write it down, and mends what a healed split leaves. Works on a thread of its own.
 */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** Offers of one start that are on their way. */
    private static final int OFFERS = 256;

    /** Quiet after the last change of members or partitions, before new holders are made to write. */
    static final Duration QUIET = Duration.ofSeconds(2);

    /** Between two partitions that are written anew: the cluster has other things to do. */
    private static final long PAUSE_MILLIS = 10;

    private static final long OFFER_SECONDS = 30;

    private final HazelcastInstance hazelcast;
    private final LastingTables tables;
    private final Alone alone;
    private final PartitionKeys partitions;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("millrace-keeper").unstarted(task));
    private final AtomicLong turn = new AtomicLong();
    private final AtomicLong restored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    Keeper(
            HazelcastInstance hazelcast,
            LastingTables tables,
            Alone alone,
            PartitionKeys partitions,
            MeterRegistry metrics) {
        this.hazelcast = hazelcast;
        this.tables = tables;
        this.alone = alone;
        this.partitions = partitions;
        tables.journal().ifPresent(journal -> {
            count(metrics, "millrace.store.written", "Entries given to the store", journal, Journal::written);
            count(metrics, "millrace.store.dropped", "Entries the store was too slow for", journal, Journal::dropped);
            count(metrics, "millrace.store.failed", "Writes of the store that failed", journal, Journal::failed);
            FunctionCounter.builder("millrace.store.restored", restored, AtomicLong::get)
                    .description("Entries brought back from the store at the start")
                    .register(metrics);
        });
    }

    private static void count(
            MeterRegistry metrics,
            String name,
            String text,
            Journal journal,
            java.util.function.ToDoubleFunction<Journal> value) {
        FunctionCounter.builder(name, journal, value).description(text).register(metrics);
    }

    /** Offers what the disk has and begins to keep. Waits; for the thread of a start. */
    void open() throws IOException, InterruptedException {
        if (hazelcast.getCluster().getLocalMember().isLiteMember()) {
            return;
        }
        for (Tables.Spec<?, ?> spec : tables.specs()) {
            IMap<byte[], byte[]> map = map(spec.name());
            map.addLocalEntryListener((EntryMergedListener<byte[], byte[]>)
                    event -> map.submitToKey(event.getKey(), new Offer(tables, spec.name(), null)));
        }
        if (tables.journal().isEmpty()) {
            return;
        }
        Journal journal = tables.journal().get();
        restore(journal);
        for (Tables.Spec<?, ?> spec : tables.specs()) {
            if (spec.lasting().orElseThrow().copies() == Tables.Copies.ALL) {
                copy(journal, spec.name());
            }
        }
        hazelcast.getPartitionService().addMigrationListener(new Moved());
        hazelcast.getCluster().addMembershipListener(new Changed());
        thread.scheduleWithFixedDelay(() -> fill(journal), QUIET.toMillis(), QUIET.toMillis(), TimeUnit.MILLISECONDS);
    }

    private IMap<byte[], byte[]> map(String table) {
        return hazelcast.getMap(tables.mapName(table));
    }

    private void restore(Journal journal) throws IOException, InterruptedException {
        Map<String, IMap<byte[], byte[]>> maps = new HashMap<>();
        tables.specs().forEach(spec -> maps.put(spec.name(), map(spec.name())));
        Semaphore room = new Semaphore(OFFERS);
        journal.former(entry -> {
            String table = entry.table();
            IMap<byte[], byte[]> map = maps.get(table);
            if (map == null) {
                return;
            }
            if (alone.map(table).execute(entry.key(), new Offer(tables, table, entry.value())) != null) {
                restored.incrementAndGet();
                return;
            }
            room.acquireUninterruptibly();
            map.submitToKey(entry.key(), new Offer(tables, table, entry.value()))
                    .whenComplete((done, failure) -> {
                        room.release();
                        (failure == null ? restored : refused).incrementAndGet();
                    });
        });
        if (!room.tryAcquire(OFFERS, OFFER_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("store not whole yet: the cluster does not take the entries of this node's store");
        }
        if (restored.get() + refused.get() > 0) {
            LOG.info("store read entries={} refused={}", restored, refused);
        }
    }

    /** Writes down a whole table and every change of it. */
    private void copy(Journal journal, String table) {
        IMap<byte[], byte[]> map = map(table);
        map.addEntryListener((EntryAddedListener<byte[], byte[]>) event -> keep(journal, table, event), true);
        map.addEntryListener((EntryUpdatedListener<byte[], byte[]>) event -> keep(journal, table, event), true);
        map.addEntryListener((EntryMergedListener<byte[], byte[]>) event -> keep(journal, table, event), true);
        map.entrySet().forEach(entry -> keep(journal, table, entry));
    }

    private void keep(Journal journal, String table, com.hazelcast.core.EntryEvent<byte[], byte[]> event) {
        journal.add(table, event.getKey(), tables.until(event.getValue()), event.getValue());
    }

    private void keep(Journal journal, String table, Map.Entry<byte[], byte[]> entry) {
        journal.add(table, entry.getKey(), tables.until(entry.getValue()), entry.getValue());
    }

    /** After a time in which the disk took nothing. */
    private void fill(Journal journal) {
        if (!journal.gap()) {
            return;
        }
        if (alone.now()) {
            tables.specs().forEach(spec -> fill(journal, spec.name(), alone.map(spec.name())));
        } else {
            guarded(() -> {
                for (Tables.Spec<?, ?> spec : tables.specs()) {
                    if (spec.lasting().orElseThrow().copies() == Tables.Copies.ALL) {
                        map(spec.name()).entrySet().forEach(entry -> keep(journal, spec.name(), entry));
                    }
                }
                keepHeld();
            });
        }
    }

    private void fill(Journal journal, String table, AloneMap map) {
        for (int i = 0; i < AloneMap.PARTS; i++) {
            map.each(i, (key, value) -> journal.add(table, key, tables.until(value), value));
        }
    }

    /** Some entries have other holders now. */
    private void moved() {
        long mine = turn.incrementAndGet();
        if (!thread.isShutdown()) {
            thread.schedule(
                    () -> {
                        if (turn.get() == mine) {
                            guarded(this::keepHeld);
                        }
                    },
                    QUIET.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (HazelcastInstanceNotActiveException stopping) {
            LOG.debug("keeper ends cause={}", stopping.toString());
        } catch (RuntimeException failure) {
            if (thread.isShutdown()) {
                LOG.debug("keeper ends cause={}", failure.toString());
                return;
            }
            // The cluster is losing a node or moving data: that is told again when it is over.
            LOG.warn("keeper failed cause={}", failure.toString());
        }
    }

    /** Has every entry that this node owns written down, here and by its backups. */
    private void keepHeld() {
        PartitionService service = hazelcast.getPartitionService();
        for (Partition partition : service.getPartitions()) {
            if (partition.getOwner() != null && partition.getOwner().localMember()) {
                for (Tables.Spec<?, ?> spec : tables.specs()) {
                    if (spec.lasting().orElseThrow().copies() == Tables.Copies.HELD) {
                        map(spec.name())
                                .executeOnEntries(
                                        new Keep(tables, spec.name()), partitions.all(partition.getPartitionId()));
                    }
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** No more work; the journal stays open until Hazelcast has gone. */
    void drain() {
        thread.shutdownNow();
    }

    /** Writes what waits. */
    void close() {
        tables.journal().ifPresent(Journal::close);
    }

    /** As a killed process does. */
    void abandon() {
        thread.shutdownNow();
        tables.journal().ifPresent(Journal::abandon);
    }

    private final class Moved implements MigrationListener {
        @Override
        public void migrationStarted(MigrationState state) {
            // It counts when it is over.
        }

        @Override
        public void migrationFinished(MigrationState state) {
            moved();
        }

        @Override
        public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
            // As above.
        }

        @Override
        public void replicaMigrationFailed(ReplicaMigrationEvent event) {
            // It is tried again.
        }
    }

    private final class Changed implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            moved();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            moved();
        }
    }
}
