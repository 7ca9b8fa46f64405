package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a message: a list of lines, each a slice of the original or bytes of its own, put together once by
 * {@link #build}. Names are compared normalised, so what is removed is gone in every spelling. Used once, by one thread.
 *
 * @param <M> what is built
 */
public final class Edit<M extends Message> {
    /** Lines that may be added before arrays grow. */
    private static final int ROOM = 8;

    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Make<M> make;
    private byte[] startSource;
    private int startFrom;
    private int startTo;

    private byte[][] source;
    private int[] from;
    private int[] to;
    private int[] tag;
    private int count;

    private byte[] bodySource;
    private int bodyFrom;
    private int bodyTo;

    /** Where the lines come from that are not changed: what it has read of them is taken over. */
    private @Nullable Message origin;
    /** A bit for each name whose lines are others than those of the origin. */
    private long changed;
    /** The topmost Via and the Request-URI as far as they are known. */
    private @Nullable Via top;

    private @Nullable Uri uri;

    /** Makes the message of its lines and its length. */
    interface Make<M> {
        M of(Lines lines, int length);
    }

    /** Of a message as it is. */
    Edit(Message message, Make<M> make) {
        Lines lines = message.lines;
        this.make = make;
        this.startSource = lines.bytes;
        this.startFrom = lines.start;
        this.startTo = lines.startLineEnd();
        this.source = new byte[lines.count + ROOM][];
        this.from = new int[lines.count + ROOM];
        this.to = new int[lines.count + ROOM];
        this.tag = new int[lines.count + ROOM];
        for (int i = 0; i < lines.count; i++) {
            source[i] = lines.bytes;
            from[i] = lines.from(i);
            to[i] = lines.to(i);
            tag[i] = lines.tag(i);
        }
        this.count = lines.count;
        this.bodySource = lines.bytes;
        this.bodyFrom = lines.start + lines.head;
        this.bodyTo = lines.start + message.length();
        this.origin = message;
        this.uri = message instanceof Request request ? request.uriRead() : null;
    }

    /** Of nothing but a start line. */
    Edit(byte[] startLine, Make<M> make) {
        oneLine(startLine, startLine.length - LINE_END.length);
        this.make = make;
        this.startSource = startLine;
        this.startTo = startLine.length;
        this.source = new byte[2 * ROOM][];
        this.from = new int[2 * ROOM];
        this.to = new int[2 * ROOM];
        this.tag = new int[2 * ROOM];
        this.bodySource = NOTHING;
    }

    /** Another Request-URI. */
    public Edit<M> uri(Uri other) {
        int methodEnd = Grammar.run(startSource, startFrom, startTo, Grammar.TOKEN);
        byte[] line = Request.startLine(Methods.of(startSource, startFrom, methodEnd), other);
        oneLine(line, line.length - LINE_END.length);
        startSource = line;
        startFrom = 0;
        startTo = line.length;
        uri = other;
        return this;
    }

    /** A line before the first of this name; at the top where there is none. */
    public <T> Edit<M> prepend(HeaderKey<T> key, T value) {
        HeaderName name = HeaderName.of(key);
        int at = find(name, key.name(), 0);
        insert(Math.max(at, 0), line(key, value), tagOf(name, key));
        return known(name, value);
    }

    /** What was put on top need not be read again. */
    private Edit<M> known(HeaderName name, Object value) {
        if (name == HeaderName.VIA && value instanceof Via via) {
            top = via;
        }
        return this;
    }

    /** A line behind all others. */
    public <T> Edit<M> append(HeaderKey<T> key, T value) {
        insert(count, line(key, value), tagOf(HeaderName.of(key), key));
        return this;
    }

    /** One line in the place of the first of this name, the others removed; at the end where there is none. */
    public <T> Edit<M> replace(HeaderKey<T> key, T value) {
        HeaderName name = HeaderName.of(key);
        int at = find(name, key.name(), 0);
        if (at < 0) {
            return append(key, value);
        }
        set(at, line(key, value), tagOf(name, key));
        removeFrom(name, key.name(), at + 1);
        return this;
    }

    /** No line of this name any more, however it is spelled. */
    public Edit<M> remove(HeaderKey<?> key) {
        removeFrom(HeaderName.of(key), key.name(), 0);
        return this;
    }

    /** Without the first value of the name: the line, or its first member where it is a comma list. */
    public Edit<M> removeFirst(HeaderKey<?> key) {
        HeaderName name = HeaderName.of(key);
        int at = find(name, key.name(), 0);
        if (at < 0) {
            return this;
        }
        Slice value = value(at);
        int comma = commaOf(name, value);
        if (comma == value.to()) {
            drop(at);
        } else {
            set(at, joined(key.name(), "", value, comma + 1), tagOf(name, key));
        }
        return this;
    }

    /** Another first value of the name, the others of a comma list kept; at the end where there is none. */
    public <T> Edit<M> replaceFirst(HeaderKey<T> key, T value) {
        HeaderName name = HeaderName.of(key);
        int at = find(name, key.name(), 0);
        if (at < 0) {
            return append(key, value);
        }
        Slice old = value(at);
        int comma = commaOf(name, old);
        byte[] line = comma == old.to()
                ? line(key, value)
                : joined(key.name(), key.encode().apply(value) + ", ", old, comma + 1);
        set(at, line, tagOf(name, key));
        return known(name, value);
    }

    /** All lines of these names out of another message, behind all others, as they are there. */
    public Edit<M> copy(Message other, HeaderKey<?>... keys) {
        for (HeaderKey<?> key : keys) {
            HeaderName name = HeaderName.of(key);
            Lines lines = other.lines;
            for (int i = other.find(name, key.name(), 0); i >= 0; i = other.find(name, key.name(), i + 1)) {
                copy(lines, i);
            }
        }
        return this;
    }

    /** Another body with its Content-Type; the empty body goes without one. */
    public Edit<M> body(String contentType, byte[] body) {
        bodySource = body;
        bodyFrom = 0;
        bodyTo = body.length;
        remove(Keys.CONTENT_LENGTH);
        return body.length == 0 ? remove(Keys.CONTENT_TYPE) : replace(Keys.CONTENT_TYPE, contentType);
    }

    /** The lines that were copied are those of this message; other names have none. */
    void of(Message message, boolean otherTo) {
        origin = message;
        changed = Message.bit(HeaderName.ROUTE) | (otherTo ? Message.bit(HeaderName.TO) : 0);
    }

    void copy(Lines lines, int line) {
        touch(lines.tag(line));
        room();
        source[count] = lines.bytes;
        from[count] = lines.from(line);
        to[count] = lines.to(line);
        tag[count] = lines.tag(line);
        count++;
    }

    /** A copy of the line with a tag behind it. */
    void tagged(Lines lines, int line, String toTag) {
        int lineFrom = lines.from(line);
        byte[] more = Grammar.bytes(";tag=" + toTag + "\r\n");
        oneLine(more, more.length - LINE_END.length);
        int kept = lines.valueTo(line) - lineFrom;
        byte[] longer = Arrays.copyOfRange(lines.bytes, lineFrom, lineFrom + kept + more.length);
        System.arraycopy(more, 0, longer, kept, more.length);
        insert(count, longer, lines.tag(line));
    }

    /** The message. A missing Content-Length is added: it is a must over streams, and its lack hides a cut body. */
    public M build() {
        if ((changed & Message.bit(HeaderName.CONTENT_LENGTH)) != 0) {
            remove(Keys.CONTENT_LENGTH);
        }
        if (find(HeaderName.CONTENT_LENGTH, "", 0) < 0) {
            append(Keys.CONTENT_LENGTH, (long) (bodyTo - bodyFrom));
        }
        M built = put();
        if (origin != null) {
            built.inherit(origin, changed, top);
        }
        if (built instanceof Request request) {
            request.inherit(uri);
        }
        return built;
    }

    private M put() {
        int head = startTo - startFrom + LINE_END.length;
        for (int i = 0; i < count; i++) {
            head += to[i] - from[i];
        }
        byte[] bytes = new byte[head + bodyTo - bodyFrom];
        int[] index = new int[2 * count + 2];
        int at = put(startSource, startFrom, startTo, bytes, 0);
        int i = 0;
        while (i < count) {
            int run = i;
            int runAt = at;
            // Lines that stood together are copied together.
            do {
                index[2 * i] = runAt + from[i] - from[run];
                index[2 * i + 1] = tag[i];
                i++;
            } while (i < count && source[i] == source[run] && from[i] == to[i - 1]);
            at = put(source[run], from[run], to[i - 1], bytes, at);
        }
        index[2 * count] = at;
        at = put(LINE_END, 0, LINE_END.length, bytes, at);
        put(bodySource, bodyFrom, bodyTo, bytes, at);
        return make.of(new Lines(bytes, 0, index, count, head), bytes.length);
    }

    private static int put(byte[] source, int from, int to, byte[] into, int at) {
        System.arraycopy(source, from, into, at, to - from);
        return at + to - from;
    }

    private int find(HeaderName name, String spelling, int first) {
        int id = name.ordinal();
        for (int i = first; i < count; i++) {
            if (Lines.idOf(tag[i]) == id && (id != 0 || Lines.named(source[i], from[i], to[i], spelling))) {
                return i;
            }
        }
        return -1;
    }

    private void removeFrom(HeaderName name, String spelling, int first) {
        for (int i = find(name, spelling, first); i >= 0; i = find(name, spelling, i)) {
            drop(i);
        }
    }

    private Slice value(int i) {
        return Lines.value(source[i], from[i], to[i], tag[i]);
    }

    private static int commaOf(HeaderName name, Slice value) {
        return name.shape() == HeaderName.Shape.ONE ? value.to() : Grammar.member(value.b(), value.from(), value.to());
    }

    static int tagOf(HeaderName name, HeaderKey<?> key) {
        return Lines.tag(name.ordinal(), key.name().length() + 2);
    }

    static <T> byte[] line(HeaderKey<T> key, T value) {
        byte[] line = Grammar.bytes(key.name() + ": " + key.encode().apply(value) + "\r\n");
        oneLine(line, line.length - LINE_END.length);
        return line;
    }

    /** {@code name: first} and what stands in the old value behind a comma. */
    private static byte[] joined(String name, String first, Slice old, int from) {
        int begin = Grammar.blank(old.b(), from, old.to());
        byte[] front = (name + ": " + first).getBytes(StandardCharsets.UTF_8);
        oneLine(front, front.length);
        byte[] line = Arrays.copyOf(front, front.length + old.to() - begin + LINE_END.length);
        put(LINE_END, 0, LINE_END.length, line, put(old.b(), begin, old.to(), line, front.length));
        return line;
    }

    /** What is written here must not be able to begin another line, whoever chose its text. */
    private static void oneLine(byte[] line, int length) {
        for (int i = 0; i < length; i++) {
            if (line[i] == '\r' || line[i] == '\n' || line[i] == 0) {
                throw new Malformed("header-value", "a line end or NUL in a value to be written");
            }
        }
    }

    private void touch(int lineTag) {
        changed |= 1L << Lines.idOf(lineTag);
        top = Lines.idOf(lineTag) == HeaderName.VIA.ordinal() ? null : top;
    }

    private void set(int i, byte[] line, int lineTag) {
        touch(lineTag);
        source[i] = line;
        from[i] = 0;
        to[i] = line.length;
        tag[i] = lineTag;
    }

    private void insert(int at, byte[] line, int lineTag) {
        room();
        shift(at, at + 1, count - at);
        count++;
        set(at, line, lineTag);
    }

    private void drop(int at) {
        touch(tag[at]);
        count--;
        shift(at + 1, at, count - at);
    }

    private void shift(int at, int target, int length) {
        System.arraycopy(source, at, source, target, length);
        System.arraycopy(from, at, from, target, length);
        System.arraycopy(to, at, to, target, length);
        System.arraycopy(tag, at, tag, target, length);
    }

    private void room() {
        if (count == source.length) {
            int size = count * 2;
            source = Arrays.copyOf(source, size);
            from = Arrays.copyOf(from, size);
            to = Arrays.copyOf(to, size);
            tag = Arrays.copyOf(tag, size);
        }
    }
}
