package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Request;

/** A request on its way: RFC 3261 section 17.1. Owned by the loop it was sent on. */
public interface ClientTransaction {
    /** The request as it leaves, with our Via on top; another one after each change of hop. */
    Request sent();

    /**
     * Ends an INVITE that rings: CANCEL goes out now or after the first provisional response (RFC 3261 section 9.1). Without
     * effect on other methods and after a final response. The INVITE's own final response still comes, or a time-out 64*T1
     * later; one that was never sent fails with 487.
     *
     * @param reason value of the CANCEL's Reason header (RFC 3326); empty for none
     */
    void cancel(String reason);

    /** As {@link #cancel(String)}, without a reason. */
    default void cancel() {
        cancel("");
    }

    /** Gives up without a word to the other side; the listener hears nothing more. */
    void abandon();
}
