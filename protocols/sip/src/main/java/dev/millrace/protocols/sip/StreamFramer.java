package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into messages and keep-alives, RFC 3261 section 18.3. Each byte is looked at once,
 * however the stream is torn. Keeps at most {@link Limits#MESSAGE} bytes and what one {@link #append} brought. Owned by the
 * connection's event loop.
 *
 * <p>Use: {@code append} what was read, then {@link #next} until it answers {@code NeedMore}. After {@code Broken} the
 * connection is out of step for good: answer {@link #answerable} and close.
 */
public final class StreamFramer {
    private static final Framed<Inbound> MORE = new Framed.NeedMore<>();
    private static final Framed<Inbound> PING = new Framed.Message<>(KeepAlive.PING, 4);
    private static final Framed<Inbound> PONG = new Framed.Message<>(KeepAlive.PONG, 2);
    private static final byte[] NOTHING = {};

    private byte[] kept = NOTHING;
    private int from;
    private int to;
    /** Where the search for the empty line goes on. */
    private int scanned;
    /** The head of the message whose body is awaited, or null. */
    private @Nullable Lines head;
    /** Bytes of the message whose head is known. */
    private int length;
    /** Whether the last thing that came was one CRLF: a second one makes it a ping. */
    private boolean oneLineEnd;

    private @Nullable Malformed broken;

    /** Takes over what remains in the buffer. */
    public void append(ByteBuffer bytes) {
        int count = bytes.remaining();
        room(count);
        bytes.get(kept, to, count);
        to += count;
    }

    private void room(int count) {
        if (from == to) {
            from = 0;
            to = 0;
            scanned = 0;
        }
        if (kept.length - to >= count) {
            return;
        }
        int unread = to - from;
        byte[] target = kept.length - unread >= count
                ? kept
                : new byte[Math.max(unread + count, Math.min(2 * unread, 2 * Limits.MESSAGE))];
        System.arraycopy(kept, from, target, 0, unread);
        kept = target;
        scanned = Math.max(0, scanned - from);
        from = 0;
        to = unread;
    }

    /** Bytes that are kept. */
    public int buffered() {
        return to - from;
    }

    /** What the framing broke on, made fit to be refused; see {@link Parser#answerable}. */
    public Optional<Request> answerable() {
        return broken == null ? Optional.empty() : Parser.answerable(kept, from, to - from);
    }

    /** The next message or keep-alive. */
    public Framed<Inbound> next() {
        if (broken != null) {
            return new Framed.Broken<>(broken);
        }
        try {
            return head == null ? begin() : body(head);
        } catch (Malformed malformed) {
            broken = malformed;
            return new Framed.Broken<>(malformed);
        }
    }

    private Framed<Inbound> begin() {
        if (from < to && (kept[from] == '\r' || kept[from] == '\n')) {
            Framed<Inbound> keepAlive = lineEnds();
            if (keepAlive != null) {
                return keepAlive;
            }
        }
        if (from == to || kept[from] == '\r') {
            return MORE;
        }
        oneLineEnd = false;
        if (!Grammar.is(kept[from], Grammar.TOKEN)) {
            throw new Malformed("start-line", "a message does not begin with byte " + (kept[from] & 0xFF));
        }
        int end = headEnd();
        if (end < 0) {
            if (to - from > Limits.HEAD) {
                throw Lines.tooLong();
            }
            return MORE;
        }
        Lines lines = Lines.read(kept, from, end);
        int body = lines.contentLength();
        if (body < 0) {
            throw new Malformed("content-length", "missing; a must over streams");
        }
        length = lines.head + body;
        if (length > Limits.MESSAGE) {
            throw new Malformed("message-length", "a message longer than " + Limits.MESSAGE + " bytes");
        }
        head = lines;
        return body(lines);
    }

    private Framed<Inbound> body(Lines lines) {
        if (to - from < length) {
            return MORE;
        }
        byte[] whole = Arrays.copyOfRange(kept, from, from + length);
        Message message = Parser.message(lines.in(whole, 0), length);
        from += length;
        scanned = from;
        head = null;
        if (from == to && kept.length > Limits.HEAD) {
            kept = NOTHING;
            from = 0;
            to = 0;
            scanned = 0;
        }
        return new Framed.Message<>(message, length);
    }

    /** Steps over line ends between messages, RFC 3261 section 7.5; a run of them is one ping, however long. */
    private @Nullable Framed<Inbound> lineEnds() {
        int ends = 0;
        while (from < to) {
            if (kept[from] == '\n') {
                from++;
            } else if (kept[from] == '\r' && from + 1 < to && kept[from + 1] == '\n') {
                from += 2;
                ends++;
            } else {
                break;
            }
        }
        scanned = from;
        if (from < to && kept[from] == '\r' && from + 1 < to) {
            throw new Malformed("start-line", "a bare CR before a message");
        }
        if (ends == 0) {
            return null;
        }
        boolean ping = oneLineEnd || ends > 1;
        oneLineEnd = !ping;
        return ping ? PING : PONG;
    }

    /** Index behind the empty line that ends the head, or -1 if it is not there yet. */
    private int headEnd() {
        int at = Math.max(scanned, from);
        while (at < to) {
            if (kept[at] == '\n') {
                if (at + 1 < to && kept[at + 1] == '\n') {
                    return at + 2;
                }
                if (at + 2 < to && kept[at + 1] == '\r' && kept[at + 2] == '\n') {
                    return at + 3;
                }
                if (at + 1 == to || at + 2 == to && kept[at + 1] == '\r') {
                    break;
                }
            }
            at++;
        }
        scanned = at;
        return -1;
    }
}
