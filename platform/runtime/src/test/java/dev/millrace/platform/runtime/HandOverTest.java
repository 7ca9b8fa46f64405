package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.map.IMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What {@link Alone} does when Hazelcast fails while tables are handed over; without a cluster. */
class HandOverTest {
    private final CompletableFuture<MembershipListener> joining = new CompletableFuture<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final CompletableFuture<Void> told = new CompletableFuture<>();

    /** A node that is alone with one table, which Hazelcast cannot open as often as that. */
    @SuppressWarnings("unchecked")
    private Alone alone(int failures, Supplier<RuntimeException> why) throws InterruptedException {
        Member me = Fake.of(
                Member.class,
                Map.of(
                        "isLiteMember", none -> Optional.of(false),
                        "hashCode", none -> Optional.of(1),
                        "getUuid", none -> Optional.of(new UUID(1, 1))));
        Cluster cluster = Fake.of(
                Cluster.class,
                Map.of(
                        "getMembers", none -> Optional.of(Set.of(me)),
                        "getLocalMember", none -> Optional.of(me),
                        "addMembershipListener",
                                listener -> {
                                    joining.complete((MembershipListener) listener[0]);
                                    return Optional.of(new UUID(2, 2));
                                }));
        IMap<byte[], byte[]> keeping = Fake.of(IMap.class, Map.of("set", entry -> Optional.empty(), "delete", key -> {
            told.complete(null);
            return Optional.empty();
        }));
        LifecycleService life = Fake.of(
                LifecycleService.class, Map.of("addLifecycleListener", listener -> Optional.of(new UUID(3, 3))));
        HazelcastInstance hazelcast = Fake.of(
                HazelcastInstance.class,
                Map.of(
                        "getCluster", none -> Optional.of(cluster),
                        "getLifecycleService", none -> Optional.of(life),
                        "getMap",
                                name -> {
                                    if (!name[0].equals("millrace.alone") && opened.incrementAndGet() <= failures) {
                                        throw why.get();
                                    }
                                    return Optional.of(keeping);
                                }));
        Alone alone = Alone.begin(hazelcast, LastingTables.NONE, Clock.system(), 1_000);
        alone.map("plain");
        return alone;
    }

    private void join() {
        Member other = Fake.of(Member.class, Map.of());
        Cluster cluster = Fake.of(Cluster.class, Map.of("hashCode", none -> Optional.of(1)));
        joining.join().memberAdded(new MembershipEvent(cluster, other, MembershipEvent.MEMBER_ADDED, Set.of()));
    }

    @Test
    void aFailureIsTriedAgain() throws Exception {
        Alone alone = alone(2, () -> new IllegalStateException("partitions are on their way"));
        assertThat(alone.now()).isTrue();
        join();
        alone.shared().get(10, TimeUnit.SECONDS);
        told.get(10, TimeUnit.SECONDS);
        assertThat(alone.over()).isTrue();
        assertThat(opened).hasValue(3);
    }

    @Test
    void aStopEndsIt() throws Exception {
        Alone alone = alone(1, HazelcastInstanceNotActiveException::new);
        join();
        assertThat(alone.shared())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(HazelcastInstanceNotActiveException.class);
        assertThat(opened).hasValue(1);
    }
}
