package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.transaction.TransactionKey;

/**
 * A request that wants an answer: RFC 3261 section 17.2. Owned by {@link #loop}, and all its methods are called there. The door
 * absorbs retransmissions, answers CANCEL with 200, and sends 100 for an INVITE when its first branch goes out, or soon if none does.
 */
public interface ServerTransaction {
    /** The request with {@code received} and {@code rport} in its top Via (RFC 3581). */
    Request request();

    Inlet inlet();

    /** The loop of the Call-ID. */
    Loop loop();

    TransactionKey key();

    /** Answers. After a final response only further 2xx of an INVITE go out, the rest is dropped. */
    void respond(Response response);

    /** Whether a final response has been given. */
    boolean answered();

    /**
     * Sends a branch of this request. Of an INVITE it first writes the transaction record, one write for all branches of a turn of
     * the loop, so that another node can end them should this one be lost; the send happens when the write is answered.
     *
     * @param request all done but our Via
     * @param suffix put behind the Via branch's own part: what RFC 5393 section 4.2 recognises a loop by; empty for none
     */
    ClientTransaction fork(Request request, Target target, String suffix, ClientListener listener);

    /** Called once, if the client cancels before a final response; the answer to the CANCEL is the door's, 487 is the handler's. */
    void onCancel(Runnable cancelled);

    /** The Reason header (RFC 3326) of the client's CANCEL, for the CANCEL of its branches; empty where there is none. */
    String cancelReason();

    /** Called once when the transaction is over and forgotten. */
    void onEnd(Runnable ended);
}
