package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.SipDoors;
import dev.millrace.platform.contracts.SipDoors.Arrival;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.doors.resolve.Resolver;
import dev.millrace.platform.doors.sip.transport.Flow;
import dev.millrace.platform.doors.sip.transport.Inbound;
import dev.millrace.platform.doors.sip.transport.Transports;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Membership;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Refusal;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.transaction.Timing;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an open door, and the way of a message to the desk of its Call-ID: from the network, or from the door of another
 * node. May be used from any thread.
 */
final class Exchange {
    private final NodeContext node;
    private final DoorConfig config;
    private final Timing timing = Timing.STANDARD;
    private final DoorMeters meters;
    private final Branches branches;
    private final Records records;
    private final Roles roles;
    private final Peers peers;
    private final Transports transports;
    private final Outlets outlets;
    private final Passage passage;
    private final Adoption adoption;
    private final List<Desk> desks = new ArrayList<>();
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();

    /** Takes what the ports receive, and drops what comes before all is in place. */
    static final class Entrance implements Inbound {
        private volatile @Nullable Exchange open;

        @Override
        public void message(Flow flow, Message message) {
            Exchange exchange = open;
            if (exchange != null) {
                exchange.arrived(message, Inlet.of(flow, exchange.peers), Desk.Path.NETWORK);
            }
        }

        @Override
        public void broken(Flow flow, Malformed why, Optional<Request> answerable) {
            Exchange exchange = open;
            if (exchange != null && answerable.isPresent()) {
                // On the loop that received it: the connection is closed as soon as this returns.
                Desk desk = exchange.desks.get(exchange.node.loops().current().index());
                desk.refuse(answerable.get(), Inlet.of(flow, exchange.peers), Refusal.of(why));
            }
        }
    }

    Exchange(NodeContext node, DoorConfig config, Roles roles, DoorMeters meters, Transports transports) {
        this.node = node;
        this.config = config;
        this.meters = meters;
        this.roles = roles;
        this.transports = transports;
        this.branches = new Branches(node.nodeId(), node.secret(), node.ids(), node.clock());
        this.records = new Records(node.tables(), node.nodeId(), branches, node.metrics());
        this.peers = Peers.of(config.peers());
        this.outlets = new Outlets(node.nodeId(), node.bus(), transports, branches);
        this.passage = new Passage(this);
        this.adoption = new Adoption(this);
    }

    /** Begins to work. */
    void open(Entrance entrance) {
        List<Loop> loops = node.loops().all();
        for (Loop loop : loops) {
            desks.add(new Desk(this, loop, Math.max(1, config.transactions() / loops.size())));
        }
        first().loop().run(() -> {
            registrations.add(node.membership().onChange(this::members));
            registrations.add(node.bus().serveAnywhere(SipDoors.FORWARD, arrival -> {
                arrived(arrival, Desk.Path.PASSED);
                return Future.succeededFuture(Nothing.NOTHING);
            }));
            registrations.add(
                    node.bus().serveAnywhere(SipDoors.SEND, sending -> Future.succeededFuture(outlets.send(sending))));
            registrations.add(node.bus().serveAnywhere(SipDoors.KEEP, keeping -> {
                outlets.keep(keeping.flow(), Duration.ofMillis(keeping.millis()));
                return Future.succeededFuture(Nothing.NOTHING);
            }));
            members(node.membership());
            adoption.walkSoon();
            entrance.open = this;
        });
    }

    /** Takes the requests of that role from nodes that have not got it. */
    void take(Role role) {
        registrations.add(node.bus()
                .serveAnywhere(
                        Roles.question(role), arrival -> Future.succeededFuture(arrived(arrival, Desk.Path.TAKEN))));
    }

    private void members(Membership membership) {
        branches.members(membership.members());
        boolean others = membership.members().stream()
                .anyMatch(member -> Roles.sip(member) && !member.id().equals(node.nodeId()));
        boolean joined = others && !records.active();
        records.active(others);
        adoption.members(membership.members());
        if (joined) {
            desks.forEach(desk -> desk.loop().run(desk::record));
        }
    }

    private boolean arrived(Arrival arrival, Desk.Path path) {
        byte[] bytes = arrival.message();
        if (!(Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _))) {
            return false;
        }
        return arrived(message, Inlet.of(arrival), path);
    }

    /** Whether a desk has it; else it was dropped. */
    private boolean arrived(Message message, Inlet inlet, Desk.Path path) {
        Desk desk = desk(callId(message));
        if (desk.loop().inLoop()) {
            desk.arrived(message, inlet, path);
            return true;
        }
        if (desk.hallway().incrementAndGet() > Desk.HALLWAY) {
            desk.hallway().decrementAndGet();
            meters.dropped();
            return false;
        }
        desk.loop().execute(() -> {
            desk.hallway().decrementAndGet();
            desk.arrived(message, inlet, path);
        });
        return true;
    }

    private static String callId(Message message) {
        try {
            return message.callId();
        } catch (Malformed broken) {
            // It is refused or dropped later; any desk will do.
            return "";
        }
    }

    /** The desk of a Call-ID. */
    Desk desk(String callId) {
        return desks.get(Math.floorMod(callId.hashCode(), desks.size()));
    }

    /** The desk of the first loop, for what is not of one call. */
    Desk first() {
        return desks.getFirst();
    }

    List<Desk> desks() {
        return desks;
    }

    /** Hands a message to the node of its transaction. */
    void forward(String nodeId, Message message, Inlet inlet) {
        meters.forwarded();
        node.bus().tell(nodeId, SipDoors.FORWARD, inlet.arrival(message.encode()));
    }

    void down(Hop hop) {
        Resolver.of(node).down(hop);
    }

    Peers peers() {
        return peers;
    }

    NodeContext node() {
        return node;
    }

    DoorConfig config() {
        return config;
    }

    Timing timing() {
        return timing;
    }

    DoorMeters meters() {
        return meters;
    }

    Branches branches() {
        return branches;
    }

    Records records() {
        return records;
    }

    Roles roles() {
        return roles;
    }

    Transports transports() {
        return transports;
    }

    Outlets outlets() {
        return outlets;
    }

    Passage passage() {
        return passage;
    }

    Adoption adoption() {
        return adoption;
    }

    void close() {
        registrations.forEach(Registration::cancel);
        desks.forEach(desk -> desk.loop().run(desk::close));
        transports.close();
    }
}
