package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.Headers;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.TextFramer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text message, RFC 2326 section 4. Owns its bytes. */
public sealed interface Message extends Inbound permits Request, Response {
    /** The only version that is spoken here. */
    String VERSION = "RTSP/1.0";

    Headers headers();

    /** The body; bytes that the protocol does not look into. */
    byte[] body();

    /** First line without its end. */
    String startLine();

    /** The message in wire form; Content-Length is written here and nowhere else. */
    default byte[] encode() {
        StringBuilder head = new StringBuilder(256).append(startLine()).append("\r\n");
        headers().without(Keys.CONTENT_LENGTH).encode(head);
        byte[] body = body();
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] text = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        if (body.length == 0) {
            return text;
        }
        byte[] whole = Arrays.copyOf(text, text.length + body.length);
        System.arraycopy(body, 0, whole, text.length, body.length);
        return whole;
    }

    /** Builds the message that the framer has cut out. */
    static Message of(TextFramer.Raw raw) {
        return raw.startLine().startsWith("RTSP/") ? Response.of(raw) : Request.of(raw);
    }

    /** Numbers of one or two digits around a point, as in {@code RTSP/1.0}. */
    static String version(String text) {
        if (text.length() < 8 || text.length() > 10 || !text.startsWith("RTSP/") || text.indexOf('.') < 6) {
            throw new Malformed("version", "RTSP/ and two numbers, not " + Malformed.quote(text));
        }
        for (int i = 5; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                throw new Malformed("version", "RTSP/ and two numbers, not " + Malformed.quote(text));
            }
        }
        return text;
    }
}
