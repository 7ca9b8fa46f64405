package dev.millrace.protocols.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts messages of the shape *start line, header lines, empty line, body* (RFC 822 style: RTSP, SIP, HTTP) out of a
 * stream of bytes. Leading empty lines are skipped (RFC 2326 section 4 with RFC 2616 section 4.1). A bare LF ends a line
 * as CRLF does. Stateless and without a thread: the caller keeps the bytes and shows them again with more behind them.
 *
 * @param limits what a message may cost
 */
public record TextFramer(Limits limits) {
    private static final HeaderKey<Long> CONTENT_LENGTH = HeaderKey.number("Content-Length", Integer.MAX_VALUE);

    /**
     * @param line bytes of one line, the start line included
     * @param headers number of header lines
     * @param head bytes of start line and headers together
     * @param body bytes of the body
     */
    public record Limits(int line, int headers, int head, int body) {}

    /** A message still in text form; the body is a copy of its own. */
    public record Raw(String startLine, Headers headers, byte[] body) {}

    /**
     * Looks for one message at the buffer's position; the buffer does not move.
     *
     * @param build makes the message of start line and the rest; may throw {@link Malformed}
     */
    public <M> Framed<M> frame(ByteBuffer bytes, Function<Raw, M> build) {
        try {
            return read(bytes, build);
        } catch (Malformed malformed) {
            return new Framed.Broken<>(malformed);
        }
    }

    private <M> Framed<M> read(ByteBuffer bytes, Function<Raw, M> build) {
        int start = bytes.position();
        while (start < bytes.limit() && (bytes.get(start) == '\r' || bytes.get(start) == '\n')) {
            start++;
        }
        if (start - bytes.position() > limits.line) {
            throw new Malformed("empty-lines", "more than " + limits.line + " bytes of empty lines");
        }
        int at = start;
        String startLine = "";
        boolean started = false;
        List<Headers.Line> lines = new ArrayList<>();
        while (true) {
            int newline = lineEnd(bytes, at, start);
            if (newline < 0) {
                return new Framed.NeedMore<>();
            }
            String line = text(bytes, at, newline);
            at = newline + 1;
            if (!started) {
                startLine = startLine(line);
                started = true;
            } else if (line.isEmpty()) {
                break;
            } else {
                header(line, lines);
            }
        }
        Headers headers = new Headers(lines);
        int length = bodyLength(headers);
        if (bytes.limit() - at < length) {
            return new Framed.NeedMore<>();
        }
        byte[] body = new byte[length];
        bytes.get(at, body);
        M message = build.apply(new Raw(startLine, headers, body));
        return new Framed.Message<>(message, at + length - bytes.position());
    }

    /** Absolute index of the LF that ends the line at {@code at}, or -1 if it is not there yet. */
    private int lineEnd(ByteBuffer bytes, int at, int start) {
        int last = Math.min(bytes.limit(), Math.min(at + limits.line + 1, start + limits.head + 1));
        for (int i = at; i < last; i++) {
            if (bytes.get(i) == '\n') {
                return i;
            }
        }
        if (last - at > limits.line) {
            throw new Malformed("line-length", "a line longer than " + limits.line + " bytes");
        }
        if (last - start > limits.head) {
            throw new Malformed("head-length", "start line and headers longer than " + limits.head + " bytes");
        }
        return -1;
    }

    private static String text(ByteBuffer bytes, int from, int newline) {
        int end = newline > from && bytes.get(newline - 1) == '\r' ? newline - 1 : newline;
        byte[] line = new byte[end - from];
        bytes.get(from, line);
        for (byte b : line) {
            if (b == 0 || b == '\r') {
                throw new Malformed("control-character", "NUL or bare CR inside a line");
            }
        }
        return new String(line, StandardCharsets.UTF_8);
    }

    private static String startLine(String line) {
        if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
            throw new Malformed("start-line", "white space before the start line");
        }
        return line;
    }

    private void header(String line, List<Headers.Line> lines) {
        char first = line.charAt(0);
        if (first == ' ' || first == '\t') {
            if (lines.isEmpty()) {
                throw new Malformed("header", "a folded line without a header before it");
            }
            Headers.Line before = lines.removeLast();
            lines.add(new Headers.Line(before.name(), (before.value() + " " + line.trim()).trim()));
            return;
        }
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new Malformed("header", "a line without a name and a colon: " + Malformed.quote(line));
        }
        if (lines.size() >= limits.headers) {
            throw new Malformed("header-count", "more than " + limits.headers + " headers");
        }
        String name = line.substring(0, colon);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            // White space before the colon is how headers are smuggled past a proxy: refused, RFC 9112 section 5.1.
            if (c <= ' ' || c >= 0x7F || "()<>@,;\\\"/[]?={}".indexOf(c) >= 0) {
                throw new Malformed("header", "not a header name: " + Malformed.quote(name));
            }
        }
        lines.add(new Headers.Line(name, line.substring(colon + 1).trim()));
    }

    private int bodyLength(Headers headers) {
        List<Long> lengths = headers.all(CONTENT_LENGTH);
        if (lengths.stream().distinct().count() > 1) {
            throw new Malformed("content-length", "two different values: " + lengths.getFirst() + " and more");
        }
        long length = lengths.isEmpty() ? 0 : lengths.getFirst();
        if (length > limits.body) {
            throw new Malformed("content-length", length + " is above the limit of " + limits.body);
        }
        return (int) length;
    }
}
