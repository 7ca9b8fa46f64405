package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import org.jspecify.annotations.Nullable;

/** A request, RFC 3261 section 7.1. */
public final class Request extends Message {
    private final String method;
    /** Absolute indexes of the Request-URI, kept relative to the start. */
    private final int uriFrom;

    private final int uriTo;
    private @Nullable Uri uri;

    Request(Lines lines, int length) {
        super(lines, length);
        byte[] b = lines.bytes;
        int start = lines.start;
        int end = lines.startLineTo();
        int methodEnd = Grammar.run(b, start, end, Grammar.TOKEN);
        int version = versionAt(b, start, end);
        if (methodEnd == start || methodEnd >= end || b[methodEnd] != ' ' || version < methodEnd + 3) {
            throw Grammar.malformed("request-line", "method, URI and version expected in ", b, start, end);
        }
        for (int i = methodEnd + 1; i < version - 1; i++) {
            if (b[i] <= ' ' || b[i] == 0x7F) {
                throw Grammar.malformed("request-line", "not a URI: ", b, methodEnd + 1, version - 1);
            }
        }
        this.method = Methods.of(b, start, methodEnd);
        this.uriFrom = methodEnd + 1 - start;
        this.uriTo = version - 1 - start;
    }

    /** Index of {@code SIP/x.y} at the end of the line behind a single space, or -1. */
    private static int versionAt(byte[] b, int from, int to) {
        int at = to - 1;
        while (at > from && b[at] != ' ') {
            at--;
        }
        return at > from && b[at] == ' ' && isVersion(b, at + 1, to) ? at + 1 : -1;
    }

    static boolean isVersion(byte[] b, int from, int to) {
        if (to - from < 7 || to - from > 12 || b[from + 3] != '/') {
            return false;
        }
        if (Grammar.lower(b[from]) != 's' || Grammar.lower(b[from + 1]) != 'i' || Grammar.lower(b[from + 2]) != 'p') {
            return false;
        }
        int point = Grammar.digits(b, from + 4, to);
        return point > from + 4 && point + 1 < to && b[point] == '.' && Grammar.digits(b, point + 1, to) == to;
    }

    /** The same request under other Via lines. */
    private Request(Request same, Lines lines, int length) {
        super(lines, length);
        this.method = same.method;
        this.uriFrom = same.uriFrom;
        this.uriTo = same.uriTo;
        this.uri = same.uri;
    }

    /**
     * With what we saw of its sender in its topmost Via, {@link Via#seenFrom}. Every request is stamped so, which is why this copies
     * the bytes in two runs and not line by line.
     *
     * @param address without brackets
     */
    public Request seenFrom(String address, int sourcePort) {
        Via via = topVia();
        Via stamped = via.seenFrom(address, sourcePort);
        if (stamped.params().equals(via.params())) {
            return this;
        }
        int line = lines.find(HeaderName.VIA, 0);
        if (lines.folded(line) || lines.find(HeaderName.CONTENT_LENGTH, 0) < 0) {
            return edit().replaceFirst(Keys.VIA, stamped).build();
        }
        Slice value = lines.value(line);
        byte[] b = lines.bytes;
        byte[] written = Grammar.bytes(stamped.encode());
        int front = value.from() - lines.start;
        int behind = Grammar.trimmed(b, value.from(), Grammar.member(b, value.from(), value.to()));
        int more = front + written.length - (behind - lines.start);
        byte[] copy = new byte[length() + more];
        System.arraycopy(b, lines.start, copy, 0, front);
        System.arraycopy(written, 0, copy, front, written.length);
        System.arraycopy(b, behind, copy, front + written.length, length() - (behind - lines.start));
        Request seen = new Request(this, lines.moved(copy, line, more), copy.length);
        seen.inherit(this, bit(HeaderName.VIA), stamped);
        return seen;
    }

    /** With that Via above all others; copied in two runs, because every request that a proxy sends is given one. */
    public Request under(Via via) {
        if (!lines.wellEnded() || lines.find(HeaderName.CONTENT_LENGTH, 0) < 0) {
            return edit().prepend(Keys.VIA, via).build();
        }
        int line = Math.max(0, lines.find(HeaderName.VIA, 0));
        byte[] written = Edit.line(Keys.VIA, via);
        int front = lines.from(line) - lines.start;
        byte[] copy = new byte[length() + written.length];
        System.arraycopy(lines.bytes, lines.start, copy, 0, front);
        System.arraycopy(written, 0, copy, front, written.length);
        System.arraycopy(lines.bytes, lines.start + front, copy, front + written.length, length() - front);
        Lines more = lines.inserted(copy, line, Edit.tagOf(HeaderName.VIA, Keys.VIA), written.length);
        Request under = new Request(this, more, copy.length);
        under.inherit(this, bit(HeaderName.VIA), via);
        return under;
    }

    /** Begins a request of this method to this address; everything else has to be added. */
    public static Edit<Request> of(String method, Uri uri) {
        if (!Grammar.isToken(method)) {
            throw new Malformed("method", "not a token: " + Malformed.quote(method));
        }
        return new Edit<>(startLine(method, uri), Request::new);
    }

    static byte[] startLine(String method, Uri uri) {
        return Grammar.bytes(method + " " + uri.encode() + " SIP/2.0\r\n");
    }

    @Override
    public String method() {
        return method;
    }

    /** The Request-URI; throws {@link Malformed} if it is none. */
    public Uri uri() {
        Uri parsed = uri;
        if (parsed == null) {
            parsed = Uri.read(lines.bytes, lines.start + uriFrom, lines.start + uriTo);
            uri = parsed;
        }
        return parsed;
    }

    /** Takes over the parsed Request-URI of the same text. */
    void inherit(@Nullable Uri same) {
        uri = same;
    }

    /** What {@link #uri()} has read so far. */
    @Nullable
    Uri uriRead() {
        return uri;
    }

    /** The version as it came, such as {@code SIP/2.0}. */
    public String version() {
        byte[] b = lines.bytes;
        int from = lines.start + uriTo + 1;
        int to = lines.startLineTo();
        return to - from == 7 && b[from + 4] == '2' && b[from + 6] == '0' ? VERSION : Grammar.ascii(b, from, to);
    }

    @Override
    public Edit<Request> edit() {
        return new Edit<>(this, Request::new);
    }

    /** Method only: a URI or a header may hold what must not reach a log. */
    @Override
    public String toString() {
        return "Request[" + method + "]";
    }
}
