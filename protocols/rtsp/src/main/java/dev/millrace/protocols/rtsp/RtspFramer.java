package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.TextFramer;
import java.nio.ByteBuffer;

/**
 * Cuts an RTSP connection's bytes into messages and interleaved frames, RFC 2326 sections 4 and 10.12. Without state and
 * without a thread. Empty lines before a message are skipped; anything that cannot begin a message breaks the framing at
 * once, so that a stranger who speaks another protocol is not waited for.
 *
 * <p>For a run of media, {@link #interleaved} answers without making an object.
 */
public final class RtspFramer {
    /** Bytes of one line, the request line included. */
    public static final int MAX_LINE = 8_192;
    /** Header lines of a message. */
    public static final int MAX_HEADERS = 100;
    /** Bytes of the request line and all headers. */
    public static final int MAX_HEAD = 32_768;
    /** Bytes of a body: a session description or a list of parameters. */
    public static final int MAX_BODY = 65_536;
    /** Bytes of the head of an interleaved frame: dollar, channel, length in 16 bits. */
    public static final int FRAME_HEAD = 4;
    /** The most that has to be kept before a message or frame is whole: the bound of a connection's receive buffer. */
    public static final int MAX_MESSAGE = MAX_LINE + MAX_HEAD + MAX_BODY;

    /** Answer of {@link #interleaved}: the frame is not whole yet. */
    public static final int NEED_MORE = 0;
    /** Answer of {@link #interleaved}: no interleaved frame begins here. */
    public static final int NOT_A_FRAME = -1;

    private static final TextFramer TEXT =
            new TextFramer(new TextFramer.Limits(MAX_LINE, MAX_HEADERS, MAX_HEAD, MAX_BODY));
    private static final Framed<Inbound> MORE = new Framed.NeedMore<>();

    private RtspFramer() {}

    /**
     * Bytes of the whole interleaved frame at {@code at}, its head included; else {@link #NEED_MORE} or
     * {@link #NOT_A_FRAME}. The channel stands at {@code at + 1}, the payload begins at {@code at + FRAME_HEAD}.
     *
     * @param limit absolute index behind the last byte that may be read
     */
    public static int interleaved(ByteBuffer bytes, int at, int limit) {
        if (at >= limit) {
            return NEED_MORE;
        }
        if (bytes.get(at) != '$') {
            return NOT_A_FRAME;
        }
        if (limit - at < FRAME_HEAD) {
            return NEED_MORE;
        }
        int size = FRAME_HEAD + ((bytes.get(at + 2) & 0xFF) << 8 | bytes.get(at + 3) & 0xFF);
        return limit - at < size ? NEED_MORE : size;
    }

    /** Looks for one message or frame at the buffer's position; the buffer does not move. */
    public static Framed<Inbound> frame(ByteBuffer bytes) {
        int at = bytes.position();
        int size = interleaved(bytes, at, bytes.limit());
        if (size > 0) {
            int channel = bytes.get(at + 1) & 0xFF;
            return new Framed.Message<>(new Inbound.Interleaved(channel, at + FRAME_HEAD, size - FRAME_HEAD), size);
        }
        if (size == NEED_MORE) {
            return MORE;
        }
        while (at < bytes.limit() && (bytes.get(at) == '\r' || bytes.get(at) == '\n')) {
            at++;
        }
        if (at < bytes.limit() && !isLetter(bytes.get(at))) {
            // A frame behind an empty line: some peers end a body with CRLF that Content-Length does not count.
            return bytes.get(at) == '$' ? behindEmptyLine(bytes, at) : broken(bytes.get(at));
        }
        return TEXT.frame(bytes, Message::of);
    }

    private static Framed<Inbound> behindEmptyLine(ByteBuffer bytes, int at) {
        int size = interleaved(bytes, at, bytes.limit());
        if (size <= 0) {
            return MORE;
        }
        Inbound frame = new Inbound.Interleaved(bytes.get(at + 1) & 0xFF, at + FRAME_HEAD, size - FRAME_HEAD);
        return new Framed.Message<>(frame, at + size - bytes.position());
    }

    private static Framed<Inbound> broken(byte first) {
        return new Framed.Broken<>(
                new Malformed("start-line", "a message begins with a letter or $, not with byte " + (first & 0xFF)));
    }

    private static boolean isLetter(byte b) {
        return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z';
    }
}
