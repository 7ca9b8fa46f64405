package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Response;

/** Hears of one request sent. Called on the loop it was sent on. After a final response, a time-out or a failure nothing follows, but 2xx of an INVITE repeat for RFC 6026 section 7.2. */
public interface ClientListener {
    /** A response, never 100; its top Via is still the branch's own. */
    void response(Response response);

    /** No final response in time: timer B or F (RFC 3261 section 17.1), at the last hop. To be taken as 408. */
    void timedOut();

    /**
     * It could not be sent, or its flow is gone.
     *
     * @param status what the failure counts as: 430 for a lost flow, 503 for a failed transport
     */
    void failed(int status, String why);
}
