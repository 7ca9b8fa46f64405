package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;

/** What happens to a transaction. */
public sealed interface Event {
    /** The one Begin. */
    Begin BEGIN = new Begin();

    /** The one TransportFailed. */
    TransportFailed TRANSPORT_FAILED = new TransportFailed();

    /** The first event of each transaction: a client's request is to be sent, a server's has arrived. */
    record Begin() implements Event {}

    /** Client: a response with this transaction's key. */
    record Answered(Response response) implements Event {}

    /** Server: a retransmission of the request, or the ACK, with this transaction's key. */
    record Arrived(Request request) implements Event {}

    /** Server: the transaction user's answer. */
    record Respond(Response response) implements Event {}

    /**
     * INVITE client: the transaction user no longer wants an answer, section 9.1.
     *
     * @param reason value of the CANCEL's Reason header (RFC 3326), or empty
     */
    record Cancel(String reason) implements Event {}

    /** A timer that an effect started has run out; {@link Timer#fired} is the only maker that is needed. */
    record Fired(Timer timer) implements Event {}

    /** A message of this transaction could not be sent. */
    record TransportFailed() implements Event {}
}
