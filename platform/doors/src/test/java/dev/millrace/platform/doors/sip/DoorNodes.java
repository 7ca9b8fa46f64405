package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes with SIP doors and roles of the tests' own. */
final class DoorNodes implements AutoCloseable {
    private final TestNodes nodes;

    private DoorNodes(TestNodes nodes) {
        this.nodes = nodes;
        nodes.awaitWhole();
    }

    static TestNodes.Spec spec(String id, Map<String, String> more, Role... roles) {
        List<RoleModule> modules = new ArrayList<>(List.of(new TestRole(Role.LOCATION)));
        for (Role role : roles) {
            modules.add(new Relaying(role));
        }
        Map<String, String> flags = new HashMap<>(Map.of("sip.transports", "udp,tcp", "sip.domains", "example.com"));
        flags.putAll(more);
        return new TestNodes.Spec(id, modules, List.of(), flags);
    }

    static DoorNodes start(TestNodes.Spec... specs) {
        return new DoorNodes(TestNodes.start(SipConfig.ALL, List.of(specs)));
    }

    NodeContext context(String id) {
        return nodes.context(id);
    }

    SipDoor door(String id) {
        return SipDoor.of(nodes.context(id));
    }

    InetSocketAddress address(String id) {
        return door(id).listeners().stream()
                .filter(listener -> listener.transport() == Transport.UDP)
                .findFirst()
                .orElseThrow()
                .bound();
    }

    /** Waits until every node knows that it is not alone. */
    void awaitDoors(String... ids) {
        for (String id : ids) {
            Await.until("records of " + id, () -> door(id).exchange().records().active());
        }
    }

    double count(String id, String meter) {
        return nodes.context(id).metrics().counter(meter).count();
    }

    int transactions(String id) {
        return door(id).exchange().desks().stream().mapToInt(Desk::size).sum();
    }

    /** How many answered ones are kept for repetitions. */
    int answered(String id) {
        return door(id).exchange().desks().stream().mapToInt(Desk::answeredSize).sum();
    }

    /** Ends what rings, as if it had rung for too long. */
    void sweep(String id) {
        for (Desk desk : door(id).exchange().desks()) {
            desk.loop().execute(() -> desk.sweep(desk.nanos()));
        }
    }

    /** The latest of the node's loops. */
    long delayMillis(String id) {
        return door(id).exchange().desks().stream()
                        .mapToLong(desk -> desk.admission().delayNanos())
                        .max()
                        .orElse(0)
                / 1_000_000;
    }

    /** Holds every event loop of the node for so long. */
    void hold(String id, Duration span) {
        for (Loop loop : context(id).loops().all()) {
            loop.execute(() -> {
                long end = System.nanoTime() + span.toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            });
        }
    }

    /** Calls that the cluster would end if their node were lost. */
    long ringing(String id) {
        return Await.get(door(id).exchange().records().all()).values().stream()
                .filter(TransactionRecord::running)
                .count();
    }

    void crash(String id) {
        nodes.crash(id);
    }

    void drain(String id, Role role) {
        Await.get(nodes.node(id).drain(role, true));
    }

    @Override
    public void close() {
        nodes.close();
    }
}
