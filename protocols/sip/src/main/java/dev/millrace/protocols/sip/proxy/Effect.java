package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Response;
import java.time.Duration;

/** What the shell has to do for a response context, in the order given. */
public sealed interface Effect {
    /** The branch number of what this proxy itself says. */
    int OURSELVES = -1;

    /** The one Silence. */
    Silence SILENCE = new Silence();

    /** The one Ended. */
    Ended ENDED = new Ended();

    /**
     * Send a copy of the request to this target in a client transaction of its own. Answered by Received, TimedOut, Failed or
     * Resolved; each branch ends by one of them.
     *
     * @param breadth value of the copy's Max-Breadth
     */
    record Fork(int branch, Target target, int breadth) implements Effect {}

    /**
     * The branch's answer is no longer wanted: cancel its client transaction, which sends CANCEL only after a provisional
     * response and ends in any case.
     *
     * @param reason value of the CANCEL's Reason header (RFC 3326), or empty
     */
    record CancelBranch(int branch, String reason) implements Effect {}

    /** Answer the server transaction with this response, our Via taken off. The branch may be {@link #OURSELVES}. */
    record Forward(int branch, Response response) implements Effect {}

    /** Start or restart timer C of the branch. */
    record StartTimerC(int branch, Duration after) implements Effect {}

    /** Timer C of the branch is no longer needed. */
    record StopTimerC(int branch) implements Effect {}

    /** Start the timer of this round of branches; replaces that of the round before. */
    record StartRing(int round, Duration after) implements Effect {}

    /** The server transaction will never be answered: abandon it, RFC 4320 section 4.2. */
    record Silence() implements Effect {}

    /** All branches are over and the final response is out. Only more 2xx to INVITE may still be forwarded. */
    record Ended() implements Effect {}
}
