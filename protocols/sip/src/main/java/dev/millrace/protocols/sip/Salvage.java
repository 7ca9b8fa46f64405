package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Cuts out of a broken request the lines that its answer repeats. Slow and rare. */
final class Salvage {
    private static final Uri NOWHERE = new SipUri(false, "", "", "broken.invalid", -1, Params.NONE_OF_URI, "");

    private Salvage() {}

    static Optional<Request> of(byte[] b, int offset, int to) {
        int start = offset;
        while (start < to && (b[start] == '\r' || b[start] == '\n')) {
            start++;
        }
        int limit = Math.min(to, start + Limits.HEAD);
        int methodEnd = Grammar.run(b, start, limit, Grammar.TOKEN);
        if (methodEnd == start || methodEnd == limit || b[methodEnd] != ' ') {
            return Optional.empty();
        }
        String method = Grammar.ascii(b, start, methodEnd);
        if (method.equals(Methods.ACK)) {
            return Optional.empty();
        }
        ByteArrayOutputStream clean = new ByteArrayOutputStream(1_024);
        clean.writeBytes(Request.startLine(method, NOWHERE));
        int at = lineEnd(b, start, limit);
        while (at < limit && b[at] != '\r' && b[at] != '\n') {
            int end = lineEnd(b, at, limit);
            while (end < limit && (b[end] == ' ' || b[end] == '\t')) {
                end = lineEnd(b, end, limit);
            }
            keep(b, at, end, clean);
            at = end;
        }
        clean.write('\r');
        clean.write('\n');
        return request(clean.toByteArray());
    }

    private static int lineEnd(byte[] b, int from, int limit) {
        int end = Grammar.indexOf(b, from, limit, '\n');
        return end < 0 ? limit : end + 1;
    }

    private static void keep(byte[] b, int from, int to, ByteArrayOutputStream clean) {
        int nameEnd = Grammar.run(b, from, to, Grammar.TOKEN);
        if (nameEnd == from || to - from > Limits.LINE || b[to - 1] != '\n') {
            return;
        }
        switch (HeaderName.of(HeaderName.id(b, from, nameEnd))) {
            case VIA, FROM, TO, CALL_ID, CSEQ, TIMESTAMP -> clean.write(b, from, to - from);
            default -> {
                // An answer does not repeat it.
            }
        }
    }

    private static Optional<Request> request(byte[] clean) {
        try {
            Request request = new Request(Lines.read(clean, 0, clean.length), clean.length);
            boolean whole = request.has(Keys.FROM)
                    && request.has(Keys.TO)
                    && request.has(Keys.CALL_ID)
                    && request.has(Keys.CSEQ);
            request.topVia();
            return whole ? Optional.of(request) : Optional.empty();
        } catch (Malformed malformed) {
            return Optional.empty();
        }
    }
}
