package dev.millrace.services.proxy.core;

import java.time.Duration;

/**
 * What is known about a configured peer: it counts as down after {@value #FAILURES} questions in a row without an answer, and as
 * up again with the first answer. While it is down it is asked less and less often. Immutable.
 *
 * @param failures questions in a row that found no answer
 */
public record PeerHealth(boolean up, int failures) {
    /** Unanswered questions in a row after which a peer is down. */
    public static final int FAILURES = 2;

    /** The pause between two questions to a peer that is down doubles up to this many times. */
    static final int DOUBLINGS = 3;

    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int REQUEST_TIMEOUT = 408;

    /** Nothing is known yet: a peer is tried before it was asked. */
    public static final PeerHealth NEW = new PeerHealth(true, 0);

    /** It answered with that status: whatever it is, the peer lives, unless it says that it cannot serve. */
    public PeerHealth answered(int status) {
        return status == SERVICE_UNAVAILABLE || status == REQUEST_TIMEOUT ? silent() : NEW;
    }

    /** It did not answer, or could not be reached. */
    public PeerHealth silent() {
        int now = Math.min(failures + 1, FAILURES + DOUBLINGS);
        return new PeerHealth(up && now < FAILURES, now);
    }

    /** How long until the next question. */
    public Duration pause(Duration period) {
        return up ? period : period.multipliedBy(1L << Math.max(0, failures - FAILURES));
    }
}
