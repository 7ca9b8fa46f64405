package dev.millrace.platform.runtime;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import dev.millrace.platform.contracts.Role;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Membership} out of Hazelcast's member list and the reports of the nodes. A node serves its roles from its first
 * report on, because it is a member before its services have started. Hazelcast's threads and the bus write, under this
 * object's lock; everyone reads the last whole picture.
 */
final class ClusterMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMembership.class);

    /**
     * How often the member list is looked at beside the events: these wait in one queue behind Vert.x's own cleaning up, which
     * takes seconds while partitions move.
     */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final Cluster cluster;
    private final String localId;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> lossListeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, Known> known = Map.of();

    /** Touched by the looking loop only. Hazelcast gives out the same set until its members change. */
    private Set<com.hazelcast.cluster.Member> seen = Set.of();

    /** A node, and its load once it has reported. */
    private record Known(NodeInfo info, Optional<Load> load) {
        Member member() {
            return new Member(info, load.orElseGet(Load::unknown));
        }
    }

    private record Listener(Context context, Consumer<Membership> listener) {}

    ClusterMembership(Vertx vertx, HazelcastInstance hazelcast, String localId) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
        this.cluster = hazelcast.getCluster();
        this.localId = localId;
    }

    /** Looks at the cluster for the first time, and from now on at every change. */
    void open(Loop loop) {
        cluster.addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                refresh();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                refresh();
            }
        });
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                refresh();
            }
        });
        loop.inStep(LOOK, this::look);
        refresh();
    }

    private void look() {
        Set<com.hazelcast.cluster.Member> now = cluster.getMembers();
        if (now != seen) {
            seen = now;
            refresh();
        }
    }

    /** Called on the losing node's id as soon as it is out of the picture, on whatever thread noticed. */
    void onLoss(Consumer<String> listener) {
        lossListeners.add(listener);
    }

    private void refresh() {
        Set<String> lost;
        synchronized (this) {
            Map<String, Known> before = known;
            Map<String, Known> now = new TreeMap<>();
            for (var member : cluster.getMembers()) {
                read(member.getAttribute(ClusterCodecs.ATTRIBUTE)).ifPresent(info -> {
                    Known same = before.get(info.id());
                    boolean kept = same != null && same.info().equals(info);
                    now.put(info.id(), kept ? same : new Known(info, Optional.empty()));
                });
            }
            if (before.equals(now)) {
                return;
            }
            lost = new TreeSet<>(before.keySet());
            lost.removeAll(now.keySet());
            known = now;
            now.keySet().stream()
                    .filter(id -> !before.containsKey(id))
                    .forEach(id -> LOG.info("member joined node={}", id));
        }
        for (String id : lost) {
            LOG.warn("member lost node={}", id);
            lossListeners.forEach(listener -> listener.accept(id));
        }
        tell();
    }

    private static Optional<NodeInfo> read(String attribute) {
        try {
            return attribute == null ? Optional.empty() : Optional.of(ClusterCodecs.info(attribute));
        } catch (Malformed | IllegalArgumentException unreadable) {
            LOG.warn("member with unreadable attribute cause={}", unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** Takes in a node's report. */
    void report(String nodeId, Load load) {
        synchronized (this) {
            Known before = known.get(nodeId);
            if (before == null) {
                return;
            }
            Map<String, Known> now = new TreeMap<>(known);
            now.put(nodeId, new Known(before.info(), Optional.of(load)));
            known = now;
            if (before.load().isPresent() && before.load().get().draining().equals(load.draining())) {
                return;
            }
        }
        tell();
    }

    private void tell() {
        for (Listener each : listeners) {
            each.context().runOnContext(now -> {
                if (listeners.contains(each)) {
                    each.listener().accept(this);
                }
            });
        }
    }

    @Override
    public List<Member> members() {
        return known.values().stream().map(Known::member).toList();
    }

    @Override
    public Member local() {
        return find(localId).orElseThrow();
    }

    @Override
    public Optional<Member> find(String nodeId) {
        return Optional.ofNullable(known.get(nodeId)).map(Known::member);
    }

    @Override
    public List<Member> serving(Role role) {
        return known.values().stream()
                .filter(each -> each.load().isPresent() && each.info().roles().contains(role))
                .map(Known::member)
                .sorted(Comparator.comparing((Member member) -> member.draining(role))
                        .thenComparing(Member::id))
                .toList();
    }

    @Override
    public Registration onChange(Consumer<Membership> listener) {
        Listener registered = new Listener(vertx.getOrCreateContext(), listener);
        listeners.add(registered);
        return () -> listeners.remove(registered);
    }
}
