package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * Who sends a request: what decides whether a session answers to it.
 *
 * @param connection number of the connection, never used twice in a process
 * @param address the peer's address without its port
 * @param credentials what the request proves itself with, see {@link #credentials}; empty for an anonymous peer
 */
public record Caller(long connection, String address, String credentials) {
    /**
     * What stays the same over all requests of one person: the whole of Basic, the user name of Digest (whose other parts
     * change with each request). Empty without an Authorization header.
     */
    public static String credentials(Request request) {
        String text = request.headers().first(Keys.AUTHORIZATION).orElse("");
        String scheme = text.substring(0, Math.max(0, text.indexOf(' '))).toLowerCase(Locale.ROOT);
        if (scheme.equals("basic")) {
            try {
                byte[] plain = Base64.getDecoder().decode(text.substring(6).trim());
                return "basic " + new String(plain, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException wrong) {
                throw new Malformed("authorization", "Basic without base64");
            }
        }
        int name = text.indexOf("username=\"");
        int end = name < 0 ? -1 : text.indexOf('"', name + 10);
        return end < 0 ? text : scheme + " " + text.substring(name + 10, end);
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return "Caller[" + connection + " " + address + "]";
    }
}
