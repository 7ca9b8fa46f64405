package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Response;
import org.jspecify.annotations.Nullable;

/**
 * One branch of a response context, RFC 3261 section 16.6.
 *
 * @param number counted from 0 in the order of forking
 * @param breadth the branch's part of Max-Breadth, RFC 5393 section 5.3.3
 * @param status of the newest response, 0 before any; 408 or 503 where nobody answered or the transport failed
 * @param response the final one as it would go upstream, or null; only where it may still be chosen
 */
public record Branch(
        int number,
        Target target,
        int breadth,
        Progress progress,
        int status,
        @Nullable Response response) {
    /** How far a branch has come. */
    public enum Progress {
        /** No response yet. */
        CALLING,
        /** A provisional response has come. */
        PROCEEDING,
        /** Cancelled, because the caller hung up or another branch decided. */
        CANCELLED,
        /** Cancelled, because nobody answered in time: a 487 counts as 408. */
        EXPIRED,
        /** Over. */
        ENDED
    }

    static Branch begin(int number, Target target, int breadth) {
        return new Branch(number, target, breadth, Progress.CALLING, 0, null);
    }

    /** Whether a final response is still to come. */
    public boolean pending() {
        return progress != Progress.ENDED;
    }

    Branch now(Progress next) {
        return new Branch(number, target, breadth, next, status, response);
    }

    Branch heard(int provisional) {
        Progress next = progress == Progress.CALLING ? Progress.PROCEEDING : progress;
        return new Branch(number, target, breadth, next, provisional, null);
    }

    Branch ended(int last, @Nullable Response candidate) {
        return new Branch(number, target, breadth, Progress.ENDED, last, candidate);
    }
}
