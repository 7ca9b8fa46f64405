package dev.millrace.platform.runtime;

/** A question that found no answer. "Not found" is never this: that is an answer. Without a stack trace. */
public final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why there is no answer. The order is the wire's: new ones go to the end. */
    public enum Why {
        /** No member has the role, or no member has that id. */
        NOBODY,
        /** Nothing came back in time. */
        TIMEOUT,
        /** The node was lost, or the question could not be sent to it. */
        UNREACHABLE,
        /** Too many questions to that node are open; nothing was sent. */
        FULL,
        /** The node does not serve that question. */
        NOT_SERVED,
        /** The handler failed; the message is its sentence. */
        FAILED,
        /** The query or the answer could not be read. */
        MALFORMED,
        /** This node is stopping. */
        STOPPING;

        /** Whether another node may do better. */
        boolean retry() {
            return switch (this) {
                case TIMEOUT, UNREACHABLE, FULL, NOT_SERVED -> true;
                case NOBODY, FAILED, MALFORMED, STOPPING -> false;
            };
        }
    }

    private final Why why;

    public Unanswered(Why why, String detail) {
        super(why + ": " + detail, null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
