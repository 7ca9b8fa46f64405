package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.SipDoors;
import dev.millrace.platform.contracts.SipDoors.Keeping;
import dev.millrace.platform.contracts.SipDoors.Sending;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.transport.Flow;
import dev.millrace.platform.doors.sip.transport.Listener;
import dev.millrace.platform.doors.sip.transport.Transports;
import dev.millrace.platform.runtime.Bus;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Unanswered;
import dev.millrace.protocols.sip.Via;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Finds the way to a flow, wherever it is held, and to an address. May be used from any thread. */
final class Outlets {
    /** How often a message is given to a living node that does not say whether it went out over a connection. */
    private static final int TRIES = 3;

    private final String nodeId;
    private final Bus bus;
    private final Transports transports;
    private final Branches nodes;

    Outlets(String nodeId, Bus bus, Transports transports, Branches nodes) {
        this.nodeId = nodeId;
        this.bus = bus;
        this.transports = transports;
        this.nodes = nodes;
    }

    /** To a flow of this or another node; empty when it is known to be gone. */
    Optional<Outlet> to(FlowRef ref, Loop loop) {
        return to(ref, Optional.empty(), loop);
    }

    /** The same. Once the node that holds the flow is lost, what was sent that way and what comes behind goes there instead. */
    Optional<Outlet> to(FlowRef ref, Optional<InetSocketAddress> instead, Loop loop) {
        if (ref.node().equals(nodeId)) {
            return transports.flow(ref).filter(Flow::open).map(flow -> to(flow, loop));
        }
        if (!nodes.lives(ref.node())) {
            return Optional.empty();
        }
        Optional<Outlet> otherwise = instead.map(address -> to(transports.udp(address), loop));
        return Optional.of((message, failed) -> there(ref, message, otherwise, failed, loop, TRIES));
    }

    /**
     * Through a flow that another node holds. A node that is slow to say so may have sent the message: whoever took the flow for gone
     * would ring a phone twice. Over UDP the transaction repeats it by itself; over a connection it is sent again, as it is.
     */
    private void there(FlowRef ref, byte[] message, Optional<Outlet> otherwise, Runnable failed, Loop loop, int tries) {
        bus.ask(ref.node(), SipDoors.SEND, new Sending(ref, message)).onComplete(sent -> {
            if (sent.succeeded()) {
                if (!sent.result()) {
                    loop.execute(failed);
                }
            } else if (!slow(sent.cause()) || !nodes.lives(ref.node())) {
                loop.execute(() -> otherwise.ifPresentOrElse(outlet -> outlet.send(message, failed), failed));
            } else if (ref.transport().reliable() && tries > 1) {
                there(ref, message, otherwise, failed, loop, tries - 1);
            }
        });
    }

    private static boolean slow(Throwable failure) {
        return failure instanceof Unanswered unanswered && unanswered.why() == Unanswered.Why.TIMEOUT;
    }

    /** To a flow of this node. */
    Outlet to(Flow flow, Loop loop) {
        return (message, failed) -> {
            if (!flow.send(message)) {
                loop.execute(failed);
            }
        };
    }

    /** Sends through a flow of this node, for another node. */
    boolean send(Sending asked) {
        return transports
                .flow(asked.flow())
                .map(flow -> flow.send(asked.message()))
                .orElse(false);
    }

    /** As {@link Flow#keep}, on whatever node the flow is. */
    void keep(FlowRef ref, Duration span) {
        if (ref.node().equals(nodeId)) {
            transports.flow(ref).ifPresent(flow -> flow.keep(span));
        } else if (nodes.lives(ref.node())) {
            bus.tell(ref.node(), SipDoors.KEEP, new Keeping(ref, span.toMillis()));
        }
    }

    /**
     * The way back to the sender of a request, RFC 3261 section 18.2.2 and RFC 3581 section 4: the connection it came by, else
     * a new one to its Via; over UDP the source, or the Via's port where {@code rport} was not asked for.
     */
    Outlet back(Inlet inlet, Via via, Loop loop) {
        FlowRef ref = inlet.flow();
        if (ref.transport() != Transport.UDP || !ref.node().equals(nodeId)) {
            return once(inlet, via, loop);
        }
        Optional<Flow> flow = inlet.local().or(() -> transports.flow(ref));
        if (flow.isEmpty()) {
            return once(inlet, via, loop);
        }
        boolean asItCame = via.params().has("rport")
                || flow.get().balanced()
                || port(via) == inlet.source().getPort();
        return to(asItCame ? flow.get() : transports.udp(address(inlet.source(), via)), loop);
    }

    /** By the flow, and another way where it is gone. */
    private Outlet once(Inlet inlet, Via via, Loop loop) {
        FlowRef ref = inlet.flow();
        if (ref.node().equals(nodeId)) {
            Optional<Flow> flow = inlet.local().or(() -> transports.flow(ref));
            if (flow.isPresent()) {
                Flow open = flow.get();
                return (message, failed) -> {
                    if (!open.send(message)) {
                        again(ref, via, message, failed, loop);
                    }
                };
            }
        } else if (nodes.lives(ref.node())) {
            return (message, failed) -> bus.tell(ref.node(), SipDoors.SEND, new Sending(ref, message));
        }
        return (message, failed) -> again(ref, via, message, failed, loop);
    }

    /** The flow is gone: over UDP any socket of ours does, over TCP and TLS the sender is called at its Via's port. */
    private void again(FlowRef ref, Via via, byte[] message, Runnable failed, Loop loop) {
        if (ref.transport() == Transport.UDP) {
            to(transports.udp(lost(ref, via)), loop).send(message, failed);
        } else if (ref.transport().webSocket()) {
            loop.execute(failed);
        } else {
            InetSocketAddress address = address(remote(ref), via);
            transports
                    .connect(ref.transport(), address, address.getAddress().getHostAddress())
                    .onSuccess(flow -> to(flow, loop).send(message, failed))
                    .onFailure(refused -> loop.execute(failed));
        }
    }

    /**
     * Where the sender of a request is found over UDP when the process that held its flow is gone. The session of a balancer hears
     * that process alone: then where the sender says that it is, RFC 3261 section 18.2.2, which a phone that is not behind NAT hears.
     */
    static InetSocketAddress lost(FlowRef ref, Via via) {
        return ref.number() == 0
                ? remote(ref)
                : HostPort.literal(via.host())
                        .map(host -> new InetSocketAddress(host, port(via)))
                        .orElse(remote(ref));
    }

    /** The peer's address of a flow. */
    static InetSocketAddress remote(FlowRef ref) {
        return new InetSocketAddress(InetAddress.ofLiteral(ref.host()), ref.port());
    }

    private static InetSocketAddress address(InetSocketAddress source, Via via) {
        return new InetSocketAddress(source.getAddress(), port(via));
    }

    private static int port(Via via) {
        return via.port() > 0 ? via.port() : "TLS".equals(via.transport()) ? 5061 : 5060;
    }

    /** What our Via says to that peer over that transport: this node. */
    HostPort advertised(Transport transport, InetSocketAddress peer) {
        return listener(transport, peer).advertised(peer);
    }

    /** What our Record-Route says to that peer over that transport: the cluster. */
    HostPort front(Transport transport, InetSocketAddress peer) {
        return listener(transport, peer).front(peer);
    }

    /** The listener of that transport and address family; any other where there is none, for a flow that another node holds. */
    private Listener listener(Transport transport, InetSocketAddress peer) {
        Listener best = null;
        for (Listener listener : transports.listeners()) {
            if (best == null || fit(listener, transport, peer) > fit(best, transport, peer)) {
                best = listener;
            }
        }
        if (best == null) {
            throw new IllegalStateException("the SIP door has no listener");
        }
        return best;
    }

    private static int fit(Listener listener, Transport transport, InetSocketAddress peer) {
        InetAddress bound = listener.bound().getAddress();
        boolean family = bound.isAnyLocalAddress()
                || peer.getAddress() != null
                        && bound.getClass() == peer.getAddress().getClass();
        return (listener.transport() == transport ? 2 : 0) + (family ? 1 : 0);
    }
}
