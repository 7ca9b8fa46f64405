package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.util.List;
import java.util.Optional;

/** What a role does with SIP messages. Called on the loop of the message's Call-ID; must not block. */
@FunctionalInterface
public interface SipHandler {
    /** A new request, neither ACK nor CANCEL; it has to be answered by {@link ServerTransaction#respond}, at once or later. */
    void request(ServerTransaction transaction);

    /**
     * An ACK that no transaction takes: one for a 2xx, which travels by itself (RFC 3261 section 13.2.2.4). A proxy forwards
     * it by {@link SipDoor#forward}.
     *
     * @param ack with {@code received} and {@code rport} in its top Via
     */
    default void ack(Request ack, Inlet inlet) {}

    /**
     * A 2xx to an INVITE branch of this node whose transaction is over: one that is repeated, or of a second callee (RFC 3261 sections
     * 13.3.1.4 and 16.7 item 5). A proxy forwards it by {@link SipDoor#forward}.
     */
    default void response(Response stray, Inlet inlet) {}

    /**
     * The flow of the caller that our own Record-Route in a response names, if it does. Asked of the proxy when a response to a
     * lost node's request is forwarded without its transaction.
     */
    default Optional<FlowRef> callerFlow(Response late) {
        return Optional.empty();
    }

    /** The Route headers that lead from us to the callee, by the Record-Route in his 2xx. Asked of the proxy when it hangs up on him. */
    default List<NameAddr> onwards(Response success) {
        return List.of();
    }
}
