package dev.millrace.platform.doors.sip.transport;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/** Who gets what arrives. Called on the loop that received it, with the Vert.x context in place; must not wait. */
public interface Inbound {
    /** A whole message whose structure is sound. */
    void message(Flow flow, Message message);

    /**
     * Bytes that are no message. A connection is closed right after, because it cannot be trusted to be in step any more.
     *
     * @param answerable what could be read of a request that deserves an answer all the same
     */
    void broken(Flow flow, Malformed why, Optional<Request> answerable);
}
