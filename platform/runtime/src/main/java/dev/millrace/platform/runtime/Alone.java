package dev.millrace.platform.runtime;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node is the only member of its cluster. As long as it is, it keeps all tables itself: an operation of Hazelcast
 * wakes two threads, which costs more than everything else that a registration needs. When another member joins, everything is
 * handed to Hazelcast; the other one waits for that in its start. A node that was joined once stays with Hazelcast, also when the
 * others leave it.
 */
final class Alone {
    private static final Logger LOG = LoggerFactory.getLogger(Alone.class);

    /** A table of Hazelcast with the ids of members that have not handed over yet. */
    private static final String KEEPING = HazelcastTables.PREFIX + "alone";

    /** Entries on their way to Hazelcast at the same time. */
    private static final int AT_ONCE = 256;

    /** How often the whole is tried: the cluster may lose a node meanwhile. */
    private static final int TRIES = 20;

    private static final long PAUSE_MILLIS = 250;

    /** How often a starting node looks whether the others have handed over. */
    private static final long LOOK_MILLIS = 10;

    /** Between two looks for entries that have ended. */
    private static final Duration END = Duration.ofMillis(200);

    private enum State {
        ALONE,
        MOVING,
        SHARED
    }

    private final HazelcastInstance hazelcast;
    private final LastingTables tables;
    private final Clock clock;
    private final AtomicReference<State> state = new AtomicReference<>(State.SHARED);
    private final Map<String, AloneMap> maps = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> shared = new CompletableFuture<>();

    private Alone(HazelcastInstance hazelcast, LastingTables tables, Clock clock) {
        this.hazelcast = hazelcast;
        this.tables = tables;
        this.clock = clock;
    }

    /** Finds out; where there are others, waits until none of them keeps anything for itself. For the thread of a start. */
    static Alone begin(HazelcastInstance hazelcast, LastingTables tables, Clock clock, long waitMillis)
            throws InterruptedException {
        Alone alone = new Alone(hazelcast, tables, clock);
        alone.begin(waitMillis);
        return alone;
    }

    private void begin(long waitMillis) throws InterruptedException {
        Cluster cluster = hazelcast.getCluster();
        if (cluster.getMembers().size() == 1 && !cluster.getLocalMember().isLiteMember()) {
            // First said, then looked: whoever joins from now on either is seen here or sees this.
            keeping().set(me(), new byte[Long.BYTES]);
            state.set(State.ALONE);
            cluster.addMembershipListener(new Joined());
            hazelcast.getLifecycleService().addLifecycleListener(event -> {
                if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                    leave();
                }
            });
            if (cluster.getMembers().size() == 1) {
                return;
            }
            leave();
        }
        shared.complete(null);
        awaitOthers(waitMillis);
    }

    private IMap<byte[], byte[]> keeping() {
        return hazelcast.getMap(KEEPING);
    }

    private byte[] me() {
        return name(hazelcast.getCluster().getLocalMember());
    }

    private static byte[] name(Member member) {
        return member.getUuid().toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void awaitOthers(long waitMillis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (anyKeeping()) {
            if (System.nanoTime() - deadline > 0) {
                LOG.warn("another node has not handed over its tables within {} ms", waitMillis);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private boolean anyKeeping() {
        Set<String> members = new HashSet<>();
        for (Member each : hazelcast.getCluster().getMembers()) {
            if (!each.localMember()) {
                members.add(each.getUuid().toString());
            }
        }
        return keeping().keySet().stream()
                .anyMatch(key -> members.contains(new String(key, StandardCharsets.US_ASCII)));
    }

    /** Entries end from now on, and are counted. */
    void open(Loop loop, MeterRegistry metrics) {
        Gauge.builder("millrace.tables.alone", this, alone -> alone.now() ? 1 : 0)
                .description("1 while this node is the only member and keeps all tables itself")
                .register(metrics);
        loop.inStep(END, () -> {
            if (now() && hazelcast.getCluster().getMembers().size() > 1) {
                // The event may be late: it waits in a queue behind others.
                leave();
            } else if (now()) {
                maps.values().forEach(AloneMap::end);
            }
        });
    }

    /** Whether tables are kept here. */
    boolean now() {
        return state.get() == State.ALONE;
    }

    /** Whether tables are kept in Hazelcast, all of them. */
    boolean over() {
        return state.get() == State.SHARED;
    }

    /** Completes when nothing is kept here; at once on a node that never was alone. */
    CompletableFuture<Void> shared() {
        return shared;
    }

    /** The entries of a table as long as they are kept here. */
    AloneMap map(String table) {
        return maps.computeIfAbsent(table, name -> new AloneMap(name, tables, clock, this::now));
    }

    /** Hands everything over, once. */
    private void leave() {
        if (state.compareAndSet(State.ALONE, State.MOVING)) {
            Thread.ofPlatform().daemon().name("millrace-hand-over").start(this::handOver);
        }
    }

    private void handOver() {
        long start = System.nanoTime();
        int entries = entries();
        try {
            again(this::moveAll);
            if (entries() > 0) {
                LOG.error("tables not handed over whole, lost entries={}", entries());
            }
            state.set(State.SHARED);
            shared.complete(null);
            again(this::tellOthers);
            LOG.info(
                    "tables handed over entries={} millis={}",
                    entries,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (InterruptedException | HazelcastInstanceNotActiveException ending) {
            LOG.debug("hand-over ends cause={}", ending.toString());
            shared.completeExceptionally(ending);
        }
    }

    /** A part of the hand-over. */
    private interface Step {
        /** False where something is left to do. */
        boolean done() throws InterruptedException;
    }

    private static void again(Step step) throws InterruptedException {
        for (int i = 1; !done(step) && i < TRIES; i++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static boolean done(Step step) throws InterruptedException {
        try {
            return step.done();
        } catch (HazelcastInstanceNotActiveException ending) {
            throw ending;
        } catch (RuntimeException failure) {
            LOG.error("hand-over failed", failure);
            return false;
        }
    }

    private int entries() {
        return maps.values().stream().mapToInt(AloneMap::size).sum();
    }

    /** Who waits for this node to hand over looks for its name. */
    private boolean tellOthers() {
        keeping().delete(me());
        return true;
    }

    /** Moves what is there; an entry that could not be moved stays. */
    private boolean moveAll() throws InterruptedException {
        Semaphore room = new Semaphore(AT_ONCE);
        for (Map.Entry<String, AloneMap> each : List.copyOf(maps.entrySet())) {
            IMap<byte[], byte[]> map = hazelcast.getMap(tables.mapName(each.getKey()));
            for (byte[] key : each.getValue().left()) {
                room.acquire();
                each.getValue().move(key, map).whenComplete((done, failure) -> room.release());
            }
        }
        room.acquire(AT_ONCE);
        return entries() == 0;
    }

    private final class Joined implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            leave();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            // Who has been joined once stays with Hazelcast.
        }
    }
}
