package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/**
 * One message out of one datagram or one WebSocket message, RFC 3261 section 18.3, RFC 7118 section 5. Looks at the
 * structure only: start line, lines, Content-Length. Without state.
 */
public final class Parser {
    private static final Framed<Message> NOTHING = new Framed.NeedMore<>();
    /** Kamailio's and OpenSIPS' nathelper keep a NAT binding open with four zeros; up to so many are taken for that. */
    private static final int KEEP_ALIVE = 8;

    private Parser() {}

    /**
     * The message; what stands behind its Content-Length is left out. {@code NeedMore}: no message, but an empty datagram or
     * a keep-alive, to be ignored. {@code Broken}: see {@link #answerable}. Nothing is copied: the array belongs to the
     * message from now on and must not be changed.
     */
    public static Framed<Message> parse(byte[] bytes, int offset, int length) {
        int limit = offset + length;
        int start = offset;
        while (start < limit && (bytes[start] == '\r' || bytes[start] == '\n')) {
            start++;
        }
        if (start == limit || length <= KEEP_ALIVE && onlyZeros(bytes, start, limit)) {
            return NOTHING;
        }
        try {
            return new Framed.Message<>(read(bytes, start, limit), length);
        } catch (Malformed malformed) {
            return new Framed.Broken<>(malformed);
        }
    }

    private static Message read(byte[] bytes, int start, int limit) {
        if (limit - start > Limits.MESSAGE) {
            throw new Malformed("message-length", "a message longer than " + Limits.MESSAGE + " bytes");
        }
        Lines lines = Lines.read(bytes, start, limit);
        int there = limit - start - lines.head;
        int body = lines.contentLength();
        if (body > there) {
            throw new Malformed("content-length", body + " where " + there + " bytes came");
        }
        return message(lines, lines.head + (body < 0 ? there : body));
    }

    static Message message(Lines lines, int length) {
        return isResponse(lines.bytes, lines.start) ? new Response(lines, length) : new Request(lines, length);
    }

    /** No method holds a slash. */
    private static boolean isResponse(byte[] b, int at) {
        return at + 4 <= b.length
                && Grammar.lower(b[at]) == 's'
                && Grammar.lower(b[at + 1]) == 'i'
                && Grammar.lower(b[at + 2]) == 'p'
                && b[at + 3] == '/';
    }

    private static boolean onlyZeros(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * What can be saved of a broken request so that it can be refused: its Via, From, To, Call-ID and CSeq. Nothing if it is
     * a response or an ACK, or if one of them is missing or the topmost Via cannot be read, for then nobody could be answered.
     */
    public static Optional<Request> answerable(byte[] bytes, int offset, int length) {
        return Salvage.of(bytes, offset, Math.min(offset + length, bytes.length));
    }
}
