package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.wire.Malformed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Messages forwarded without a transaction: the ACK to a 2xx (RFC 3261 section 16.11), and responses to requests whose transaction is
 * over or was a lost node's (sections 16.7 and 18.2.2). Only a branch that this cluster made comes here. Called on the desks' loops.
 */
final class Passage {
    private static final long MAX_FORWARDS = 70;
    private static final int TERMINATED = 487;

    private final Exchange exchange;

    Passage(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Sends a request; what cannot be sent is lost. */
    void forward(Desk desk, Request request, Target target) {
        switch (target) {
            case Target.ToFlow(var flow, var instead) -> {
                Optional<Outlet> otherwise = instead.map(
                        address -> exchange.outlets().to(exchange.transports().udp(address), desk.loop()));
                exchange.outlets()
                        .to(flow, instead, desk.loop())
                        .or(() -> otherwise)
                        .ifPresent(outlet -> {
                            byte[] bytes = desk.withSameVia(request, flow.transport(), Outlets.remote(flow))
                                    .encode();
                            // Nobody repeats it: where the flow turns out to be gone it goes to the address at once.
                            outlet.send(bytes, () -> otherwise.ifPresent(other -> other.send(bytes, () -> {})));
                        });
            }
            case Target.ToHops(var hops, boolean _) -> {
                if (!hops.isEmpty()) {
                    forward(desk, request, hops.getFirst());
                }
            }
        }
    }

    private void forward(Desk desk, Request request, Hop hop) {
        if (hop.transport() == Transport.UDP) {
            Outlet outlet = exchange.outlets().to(exchange.transports().udp(hop.address()), desk.loop());
            send(desk, request, hop.transport(), hop.address(), outlet);
        } else {
            exchange.transports()
                    .connect(hop.transport(), hop.address(), hop.serverName())
                    .onSuccess(flow -> desk.loop().run(() -> {
                        Outlet outlet = exchange.outlets().to(flow, desk.loop());
                        send(desk, request, hop.transport(), hop.address(), outlet);
                    }));
        }
    }

    private static void send(Desk desk, Request request, Transport transport, InetSocketAddress peer, Outlet outlet) {
        outlet.send(desk.withSameVia(request, transport, peer).encode(), () -> {});
    }

    /** A response to a request of a node that is gone. */
    void late(Desk desk, Response response, Inlet inlet) {
        exchange.meters().late();
        if (!response.method().equals(Methods.INVITE) || response.status() < 200) {
            pass(desk, response);
        } else if (response.isSuccess()) {
            desk.elsewhere().settled(response, () -> pass(desk, response), () -> hangUp(desk, response, inlet));
        } else {
            acknowledge(desk, response, inlet);
            if (response.status() == TERMINATED) {
                desk.elsewhere().stopped(response, () -> pass(desk, response));
            } else {
                desk.elsewhere().settled(response, () -> pass(desk, response), () -> {});
            }
        }
    }

    /**
     * The phone answered a call whose caller has been told that it failed: nobody would ever acknowledge it, and it would stay in a
     * call with nobody. What the caller would have done (RFC 3261 section 13.2.2.4) is done in his place.
     */
    private void hangUp(Desk desk, Response success, Inlet inlet) {
        if (!(success.first(Keys.CONTACTS).orElse(null) instanceof Contact.Address contact)) {
            return;
        }
        List<NameAddr> routes = exchange.roles()
                .here(Role.PROXY)
                .map(proxy -> proxy.onwards(success))
                .orElse(List.of());
        exchange.outlets().to(inlet.flow(), desk.loop()).ifPresent(outlet -> {
            Transport transport = inlet.transport();
            Uri target = contact.uri();
            Request ack =
                    desk.withVia(inDialog(Methods.ACK, target, routes, success, 0), transport, inlet.source(), "");
            outlet.send(ack.encode(), () -> {});
            Request bye =
                    desk.withVia(inDialog(Methods.BYE, target, routes, success, 1), transport, inlet.source(), "");
            new Attempt(desk, bye, transport.reliable(), outlet, null).start();
        });
    }

    private static Request inDialog(String method, Uri target, List<NameAddr> routes, Response success, int later) {
        Edit<Request> request = Request.of(method, target);
        routes.forEach(route -> request.append(Keys.ROUTES, route));
        return request.append(Keys.MAX_FORWARDS, MAX_FORWARDS)
                .append(Keys.FROM, success.from())
                .append(Keys.TO, success.to())
                .append(Keys.CALL_ID, success.callId())
                .append(Keys.CSEQ, new CSeq(success.cseq().number() + later, method))
                .build();
    }

    /** Takes our Via off, and sends the response to where the next one says. */
    void pass(Desk desk, Response response) {
        Response rest = response.withoutTopVia();
        if (!rest.has(Keys.VIA)) {
            return;
        }
        Optional<FlowRef> known = exchange.roles().here(Role.PROXY).flatMap(proxy -> proxy.callerFlow(response));
        Optional<Outlet> flow = known.flatMap(ref -> exchange.outlets().to(ref, desk.loop()));
        if (flow.isPresent()) {
            flow.get().send(rest.encode(), () -> byVia(rest, known));
        } else {
            byVia(rest, known);
        }
    }

    /** The one who would have acknowledged is gone, and the callee repeats its answer until somebody does. */
    private void acknowledge(Desk desk, Response response, Inlet inlet) {
        // A transaction is found by its branch: the Request-URI need not be the one of the INVITE.
        Request ack = Request.of(Methods.ACK, response.to().uri())
                .append(Keys.VIA, response.topVia())
                .append(Keys.MAX_FORWARDS, MAX_FORWARDS)
                .append(Keys.FROM, response.from())
                .append(Keys.TO, response.to())
                .append(Keys.CALL_ID, response.callId())
                .append(Keys.CSEQ, new CSeq(response.cseq().number(), Methods.ACK))
                .build();
        exchange.outlets().to(inlet.flow(), desk.loop()).ifPresent(out -> out.send(ack.encode(), () -> {}));
    }

    /**
     * To where the next Via says that it was sent from. Whoever once was sent a branch of ours may write what he likes below it, so
     * a connection is opened only to a caller of whom a flow is proved.
     */
    private void byVia(Response response, Optional<FlowRef> proved) {
        Via via = response.topVia();
        Transport transport;
        InetSocketAddress address;
        try {
            transport = Transport.parse(via.transport());
            address = proved.filter(ref -> ref.number() != 0 && ref.transport() == Transport.UDP)
                    .map(ref -> Outlets.lost(ref, via))
                    .orElseGet(() -> address(via, transport));
        } catch (Malformed | IllegalArgumentException unreachable) {
            return;
        }
        if (transport == Transport.UDP) {
            exchange.transports().udp(address).send(response.encode());
        } else if (proved.isPresent() && !transport.webSocket()) {
            exchange.transports()
                    .connect(transport, address, address.getAddress().getHostAddress())
                    .onSuccess(flow -> flow.send(response.encode()));
        }
    }

    private static InetSocketAddress address(Via via, Transport transport) {
        String host = via.received().orElse(via.host());
        int port = via.port() > 0 ? via.port() : transport.defaultPort();
        if (transport == Transport.UDP && via.rport() > 0) {
            port = via.rport();
        }
        return new InetSocketAddress(InetAddress.ofLiteral(HostPort.bare(host)), port);
    }
}
