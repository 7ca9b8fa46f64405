package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.SipDoors;
import dev.millrace.platform.contracts.SipDoors.Arrival;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which role a request is for, and where that role is. May be used from any thread. */
final class Roles {
    private final NodeContext node;
    private final Domains domains;
    private final DoorMeters meters;
    private final Map<Role, SipHandler> handlers = new ConcurrentHashMap<>();
    private final Set<Role> draining = ConcurrentHashMap.newKeySet();

    Roles(NodeContext node, Domains domains, DoorMeters meters) {
        this.node = node;
        this.domains = domains;
        this.meters = meters;
    }

    /** The question by which a role's requests are handed on; an error for a role that is not SIP's. */
    static Question<Arrival, Boolean> question(Role role) {
        return switch (role) {
            case REGISTRAR -> SipDoors.TAKE_REGISTRAR;
            case PROXY -> SipDoors.TAKE_PROXY;
            case REDIRECT -> SipDoors.TAKE_REDIRECT;
            case LOCATION, RTSP_EDGE, RTP_RELAY, HLS_PACKAGER ->
                throw new IllegalArgumentException(role.text() + " takes no SIP requests");
        };
    }

    /** Whether the node has a SIP door. */
    static boolean sip(Member member) {
        return member.has(Role.REGISTRAR) || member.has(Role.PROXY) || member.has(Role.REDIRECT);
    }

    void put(Role role, SipHandler handler) {
        if (handlers.putIfAbsent(role, handler) != null) {
            throw new IllegalStateException(role.text() + " is already served");
        }
    }

    void remove(Role role) {
        handlers.remove(role);
    }

    void drain(Role role, boolean begin) {
        if (begin) {
            draining.add(role);
        } else {
            draining.remove(role);
        }
    }

    Optional<SipHandler> here(Role role) {
        return Optional.ofNullable(handlers.get(role));
    }

    /** The role that a request is for. */
    Role of(Request request) {
        boolean sip = request.uri() instanceof SipUri;
        if (request.method().equals(Methods.REGISTER)) {
            // A phone with an outbound proxy routes its REGISTER through us to us.
            return sip && domains.ours((SipUri) request.uri()) && onlyOurs(request) ? Role.REGISTRAR : Role.PROXY;
        }
        if (domains.redirects()
                && request.uri() instanceof SipUri uri
                && request.routes().isEmpty()
                && !request.to().params().has("tag")
                && domains.ours(uri)
                && domains.mode(uri.plainHost()) == Domains.Mode.REDIRECT) {
            return Role.REDIRECT;
        }
        return Role.PROXY;
    }

    private boolean onlyOurs(Request request) {
        for (NameAddr route : request.routes()) {
            if (!(route.uri() instanceof SipUri uri) || !domains.ours(uri)) {
                return false;
            }
        }
        return true;
    }

    /** Who works on it here; empty where it has to go to another node. */
    Optional<SipHandler> serving(Role role, Request request, Desk.Path path) {
        boolean elsewhere = path == Desk.Path.NETWORK
                && draining.contains(role)
                && !request.to().params().has("tag")
                && othersServe(role);
        return elsewhere ? Optional.empty() : here(role);
    }

    private boolean othersServe(Role role) {
        for (Member member : node.membership().serving(role)) {
            if (!member.draining(role) && !member.id().equals(node.nodeId())) {
                return true;
            }
        }
        return false;
    }

    /** Hands the request to a node that has the role, before any transaction is made of it. */
    void take(Role role, Desk desk, Request request, Inlet inlet) {
        node.bus()
                .ask(question(role), request.callId(), inlet.arrival(request.encode()))
                .onComplete(taken -> desk.loop().run(() -> {
                    if (taken.succeeded() && taken.result()) {
                        meters.taken();
                    } else {
                        untaken(role, desk, request, inlet);
                    }
                }));
    }

    private void untaken(Role role, Desk desk, Request request, Inlet inlet) {
        meters.untaken();
        Optional<SipHandler> handler = here(role);
        if (request.method().equals(Methods.ACK)) {
            handler.ifPresent(proxy -> proxy.ack(request, inlet));
        } else if (handler.isPresent()) {
            desk.begin(request, inlet, TransactionKey.ofReceived(request), handler.get(), role);
        } else {
            desk.stateless().busy(request, inlet);
        }
    }
}
