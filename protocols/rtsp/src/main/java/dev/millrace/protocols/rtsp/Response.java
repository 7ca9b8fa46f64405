package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Headers;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.TextFramer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A response, RFC 2326 section 7. Immutable; the body is owned and must not be changed.
 *
 * @param version as on the wire
 * @param status code and phrase
 * @param headers in the order received
 * @param body bytes of Content-Length
 */
public record Response(String version, Status status, Headers headers, byte[] body) implements Message {
    private static final byte[] EMPTY = {};

    /** A response without any header: what a peer gets whose bytes could not be read as a request. */
    public static Response of(Status status) {
        return new Response(VERSION, status, Headers.NONE, EMPTY);
    }

    /** The response to this request; its CSeq line is given back as it came, RFC 2326 section 12.17. */
    public static Response to(Request request, Status status) {
        for (Headers.Line line : request.headers().lines()) {
            if (Keys.CSEQ.matches(line.name())) {
                return new Response(VERSION, status, new Headers(List.of(line)), EMPTY);
            }
        }
        return of(status);
    }

    static Response of(TextFramer.Raw raw) {
        String line = raw.startLine();
        int first = line.indexOf(' ');
        String rest = first < 0 ? "" : line.substring(first + 1);
        if (rest.length() < 3 || rest.length() > 3 && rest.charAt(3) != ' ') {
            throw new Malformed("status-line", "version, code and phrase, not " + Malformed.quote(line));
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            int digit = rest.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i == 0 && digit == 0) {
                throw new Malformed("status-line", "a code of three digits, not " + Malformed.quote(rest));
            }
            code = code * 10 + digit;
        }
        Status status = new Status(code, rest.length() > 4 ? rest.substring(4) : "");
        return new Response(Message.version(line.substring(0, first)), status, raw.headers(), raw.body());
    }

    public <T> Response with(HeaderKey<T> key, T value) {
        return new Response(version, status, headers.with(key, value), body);
    }

    /** With this body and its Content-Type. */
    public Response with(String contentType, byte[] content) {
        return new Response(version, status, headers.with(Keys.CONTENT_TYPE, contentType), content);
    }

    @Override
    public String startLine() {
        return version + " " + status.code() + " " + status.reason();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Response that
                && version.equals(that.version)
                && status.equals(that.status)
                && headers.equals(that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, headers) * 31 + Arrays.hashCode(body);
    }

    /** Status only: headers hold session ids, which must not reach a log. */
    @Override
    public String toString() {
        return "Response[" + status.code() + "]";
    }
}
