package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Headers;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.TextFramer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A request, RFC 2326 section 6. Immutable; the body is owned and must not be changed.
 *
 * @param method the open set of {@link Method}
 * @param uri the request URI as it stood on the wire: an absolute URL or {@code *}
 * @param version as on the wire; only {@link Message#VERSION} is served, others are answered 505
 * @param headers in the order received
 * @param body bytes of Content-Length
 */
public record Request(Method method, String uri, String version, Headers headers, byte[] body) implements Message {
    private static final byte[] EMPTY = {};

    /** A request of version 1.0 with its CSeq and without a body. */
    public static Request of(Method method, String uri, long cseq) {
        return new Request(method, uri, VERSION, Headers.NONE.with(Keys.CSEQ, cseq), EMPTY);
    }

    static Request of(TextFramer.Raw raw) {
        String line = raw.startLine();
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last <= first + 1) {
            throw new Malformed("request-line", "method, URI and version, not " + Malformed.quote(line));
        }
        String uri = line.substring(first + 1, last);
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) <= ' ' || uri.charAt(i) == 0x7F) {
                throw new Malformed("request-line", "white space or control character in the URI");
            }
        }
        Method method = Method.parse(line.substring(0, first));
        return new Request(method, uri, Message.version(line.substring(last + 1)), raw.headers(), raw.body());
    }

    public <T> Request with(HeaderKey<T> key, T value) {
        return new Request(method, uri, version, headers.with(key, value), body);
    }

    /** With this body and its Content-Type. */
    public Request with(String contentType, byte[] content) {
        return new Request(method, uri, version, headers.with(Keys.CONTENT_TYPE, contentType), content);
    }

    @Override
    public String startLine() {
        return method + " " + uri + " " + version;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Request that
                && method.equals(that.method)
                && uri.equals(that.uri)
                && version.equals(that.version)
                && headers.equals(that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(method, uri, headers) * 31 + Arrays.hashCode(body);
    }

    /** Method only: a URI or a header may hold what must not reach a log. */
    @Override
    public String toString() {
        return "Request[" + method + "]";
    }
}
