package dev.millrace.platform.lanes;

/** A publisher or a reader cannot be served; carries no stack trace, because a peer decides how often it happens. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of refusal, for the door to translate into its protocol's status. */
    public enum Why {
        /** Another publisher's packets flow on that path. */
        BUSY,
        /** No node with the role rtp-relay takes new lanes. */
        NO_RELAY,
        /** There is no such stream. */
        NOT_FOUND,
        /** The description names no track that can be relayed. */
        BAD_DESCRIPTION,
        /** The cluster did not answer in time. */
        UNREACHABLE
    }

    private final Why why;

    public Refused(Why why, String detail) {
        super(detail, null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
