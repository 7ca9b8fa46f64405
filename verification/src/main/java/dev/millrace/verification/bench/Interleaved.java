package dev.millrace.verification.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Reads an RTSP connection as a client: responses as text, interleaved packets (RFC 2326 section 10.12) by their first
 * bytes only. Keeps no payload. Owned by one thread.
 */
public final class Interleaved {
    /** What is found, in order. */
    public interface Sink {
        /** A response with its body. */
        void response(String head, String body);

        /** A packet: its first bytes from {@code head[at]} on and its whole length. */
        void packet(int channel, byte[] head, int at, int length);

        /** The connection is out of step. */
        void broken(String why);
    }

    private static final int PREFIX = 4;
    private static final int MAX_TEXT = 65_536;

    private final Sink sink;
    private final byte[] head = new byte[PREFIX + TrackCheck.HEAD];
    private int have;
    private int skip;
    private StringBuilder text = new StringBuilder();
    private int body = -1;
    private int textEnd;

    /** @param sink is called from within {@link #read} */
    public Interleaved(Sink sink) {
        this.sink = sink;
    }

    /** Takes what came, however it is cut. */
    public void read(ByteBuf in) {
        while (in.isReadable()) {
            if (skip > 0) {
                int step = Math.min(skip, in.readableBytes());
                in.skipBytes(step);
                skip -= step;
            } else if (have == 0 && (!text.isEmpty() || in.getByte(in.readerIndex()) != '$')) {
                if (!text(in)) {
                    return;
                }
            } else {
                binary(in);
            }
        }
    }

    private void binary(ByteBuf in) {
        int wanted = have < PREFIX ? PREFIX : PREFIX + Math.min(length(), TrackCheck.HEAD);
        int step = Math.min(wanted - have, in.readableBytes());
        in.readBytes(head, have, step);
        have += step;
        if (have >= PREFIX && have == PREFIX + Math.min(length(), TrackCheck.HEAD)) {
            int length = length();
            sink.packet(head[1] & 0xFF, head, PREFIX, length);
            skip = length - (have - PREFIX);
            have = 0;
        }
    }

    private int length() {
        return (head[2] & 0xFF) << 8 | head[3] & 0xFF;
    }

    private boolean text(ByteBuf in) {
        while (in.isReadable()) {
            text.append((char) (in.readByte() & 0xFF));
            int end = text.length();
            if (end > MAX_TEXT || end == 4 && !text.toString().equals("RTSP")) {
                sink.broken("not a response: " + text.substring(0, Math.min(end, 16)));
                in.skipBytes(in.readableBytes());
                return false;
            }
            if (body < 0
                    && end >= 4
                    && text.charAt(end - 1) == '\n'
                    && text.substring(end - 4).equals("\r\n\r\n")) {
                body = contentLength(text.toString());
                textEnd = end;
            }
            if (body >= 0 && end == textEnd + body) {
                String whole = text.toString();
                text = new StringBuilder();
                body = -1;
                sink.response(whole.substring(0, textEnd), whole.substring(textEnd));
                return true;
            }
        }
        return true;
    }

    private static int contentLength(String head) {
        String value = header(head, "Content-Length");
        return value.isEmpty() ? 0 : Integer.parseInt(value);
    }

    /** The value of the first header of that name, or the empty string. */
    public static String header(String head, String name) {
        for (String line : head.split("\r\n")) {
            if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                return line.substring(name.length() + 1).trim();
            }
        }
        return "";
    }

    /** The bytes of a request; it has a User-Agent of ours unless the headers have one. */
    public static byte[] request(String method, String url, int number, String headers) {
        String agent = headers.contains("User-Agent:") ? "" : "User-Agent: millrace-bench\r\n";
        return (method + " " + url + " RTSP/1.0\r\nCSeq: " + number + "\r\n" + agent + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
