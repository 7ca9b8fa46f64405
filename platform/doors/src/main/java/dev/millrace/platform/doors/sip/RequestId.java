package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Request;
import java.util.Comparator;

/**
 * What one request is known by on all its ways, RFC 3261 section 8.2.2.2. Comparable, so that a hash table stays quick with keys
 * that somebody has made to share their hash.
 *
 * @param method INVITE for the ACK and the CANCEL that are looked for by it
 */
record RequestId(String callId, String fromTag, long number, String method) implements Comparable<RequestId> {
    private static final Comparator<RequestId> ORDER = Comparator.comparing(RequestId::callId)
            .thenComparing(RequestId::fromTag)
            .thenComparingLong(RequestId::number)
            .thenComparing(RequestId::method);

    static RequestId of(Request request, String method) {
        return new RequestId(
                request.callId(),
                request.from().tag().orElse(""),
                request.cseq().number(),
                method);
    }

    @Override
    public int compareTo(RequestId other) {
        return ORDER.compare(this, other);
    }
}
