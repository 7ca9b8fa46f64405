package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/**
 * How one side of a dialog is reached, as a {@link RouteToken} remembers it.
 *
 * @param flow the connection or UDP pair of the side, where the client is connected to us itself
 */
public record Side(Reach reach, Optional<FlowRef> flow) {
    /** By what a side is reached. The numbers travel in tokens: new ones go to the end. */
    public enum Reach {
        /** The other Record-Route entry of ours knows. */
        UNSAID,
        /** By the Route behind ours, else by the Request-URI: a peer or a foreign domain. */
        ADDRESS,
        /** By its flow; a client that can be reached without it by the Request-URI. */
        FLOW,
        /**
         * By its flow, or at the flow's own address alone: somebody whom nobody vouches for, who must not make us send to third
         * parties by what he writes into a Request-URI.
         */
        CONFINED
    }

    /** Stands for the node of a side that is an address and no flow. */
    private static final String NOBODY = "-";

    /** The other entry knows. */
    public static final Side UNSAID = new Side(Reach.UNSAID, Optional.empty());

    /** By Route or Request-URI. */
    public static final Side ADDRESS = new Side(Reach.ADDRESS, Optional.empty());

    /** By that flow. */
    public static Side of(FlowRef flow) {
        return new Side(Reach.FLOW, Optional.of(flow));
    }

    /** By that flow or not at all elsewhere. */
    public static Side confined(FlowRef flow) {
        return new Side(Reach.CONFINED, Optional.of(flow));
    }

    /**
     * One of our users, connected to us: by the flow; over UDP at the Contact, where that is at the address that we see. Such a
     * client is behind no NAT, and any node can send to it.
     */
    public static Side ofUser(Request request, FlowRef flow) {
        if (flow.transport() != Transport.UDP) {
            return of(flow);
        }
        try {
            for (Contact contact : request.all(Keys.CONTACTS)) {
                if (contact instanceof Contact.Address address
                        && address.uri() instanceof SipUri uri
                        && !uri.secure()
                        && uri.transport().filter(text -> !text.equals("udp")).isEmpty()
                        && uri.plainHost().equals(flow.host())) {
                    return at(Transport.UDP, flow.host(), uri.port() > 0 ? uri.port() : Transport.UDP.defaultPort());
                }
            }
        } catch (Malformed unreadable) {
            // The flow is known all the same.
        }
        return of(flow);
    }

    /** Whether this is a caller whom nobody vouches for; a user who is sent to at an address is none. */
    public boolean stranger() {
        return reach == Reach.CONFINED
                && flow.filter(known -> !known.node().equals(NOBODY)).isPresent();
    }

    /** At that address or not at all elsewhere: the other side of a stranger's dialog, where no flow leads to it. */
    public static Side at(Transport transport, String address, int port) {
        return confined(new FlowRef(NOBODY, transport, 0, 0, address, port));
    }

    /** Whether there is a flow, or was. */
    boolean flowing() {
        return flow.isPresent() && !flow.get().node().equals(NOBODY);
    }
}
