package dev.millrace.platform.doors.resolve;

/** No DNS server gave an answer. A name that does not exist is never this: that is an empty list. Without a stack trace. */
public final class Unresolved extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unresolved(String detail) {
        super(detail, null, false, false);
    }
}
