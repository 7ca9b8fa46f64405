package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.transport.TransportConfig.Limits;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** All open connections of a node, found by their number or by where they lead; bounded by {@code sip.connections}. Used from any thread. */
final class Connections implements AutoCloseable {
    /** A connection's time-outs are looked at about so many times before they are due. */
    private static final int LOOKS = 4;

    private static final Duration LOOK_AT_MOST = Duration.ofSeconds(1);

    /**
     * Where a connection leads.
     *
     * @param name the name that the peer's certificate was verified for; empty without TLS
     */
    record Target(Transport transport, InetSocketAddress remote, String name) {
        static Target of(Transport transport, InetSocketAddress remote, String name) {
            return new Target(transport, remote, transport.secure() ? name.toLowerCase(Locale.ROOT) : "");
        }
    }

    private final String nodeId;
    private final Limits limits;
    private final Receiving receiving;
    private final AtomicLong numbers;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<Long, Connection> byNumber = new ConcurrentHashMap<>();
    private final Map<Target, Connection> byTarget = new ConcurrentHashMap<>();

    /** The targets of a connection, so that they can be forgotten with it. */
    private final Map<Connection, Set<Target>> targets = new ConcurrentHashMap<>();

    private final List<Timer> timers = new ArrayList<>();

    Connections(NodeContext node, Limits limits, Receiving receiving) {
        this.nodeId = node.nodeId();
        this.limits = limits;
        this.receiving = receiving;
        this.numbers = new AtomicLong(node.ids().epochSeed());
        Duration due = limits.idle().compareTo(limits.messageTime()) < 0 ? limits.idle() : limits.messageTime();
        Duration wait = due.dividedBy(LOOKS);
        Duration period = wait.compareTo(LOOK_AT_MOST) < 0 ? wait : LOOK_AT_MOST;
        for (Loop loop : node.loops().all()) {
            timers.add(loop.inStep(period, () -> look(loop)));
        }
    }

    String nodeId() {
        return nodeId;
    }

    Limits limits() {
        return limits;
    }

    Receiving receiving() {
        return receiving;
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    /** Takes a place for one more connection; false when all are taken, and then nothing must be given back. */
    boolean enter() {
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            receiving.meters().refusedTotal.increment();
            return false;
        }
        return true;
    }

    void leave() {
        open.decrementAndGet();
    }

    /** Takes a place among those of the source; must be given back in any case. */
    boolean enter(InetAddress source) {
        if (!receiving.sources().connect(source)) {
            receiving.meters().refusedSource.increment();
            return false;
        }
        return true;
    }

    void leave(InetAddress source) {
        receiving.sources().disconnect(source);
    }

    void add(Connection connection) {
        receiving.meters().open(connection.transport()).incrementAndGet();
        targets.put(connection, new HashSet<>());
        byNumber.put(connection.ref().number(), connection);
    }

    /** Messages to that target may take this connection from now on; false when that was known. On the connection's loop. */
    boolean leadsTo(Connection connection, Target target) {
        Set<Target> known = targets.get(connection);
        boolean added = known != null && known.add(target);
        if (added) {
            byTarget.put(target, connection);
        }
        return added;
    }

    void remove(Connection connection) {
        if (byNumber.remove(connection.ref().number(), connection)) {
            receiving.meters().open(connection.transport()).decrementAndGet();
            Set<Target> known = targets.remove(connection);
            if (known != null) {
                known.forEach(target -> byTarget.remove(target, connection));
            }
        }
    }

    Optional<Connection> find(FlowRef ref) {
        return Optional.ofNullable(byNumber.get(ref.number()));
    }

    Optional<Connection> find(Target target) {
        return Optional.ofNullable(byTarget.get(target)).filter(Connection::open);
    }

    private void look(Loop loop) {
        long now = receiving.now();
        long idle = limits.idle().toNanos();
        for (Connection connection : byNumber.values()) {
            if (connection.loop() == loop) {
                connection.look(now, idle);
            }
        }
    }

    /** Closes every connection. */
    @Override
    public void close() {
        timers.forEach(Timer::cancel);
        byNumber.values().forEach(connection -> connection.close("stop"));
    }
}
