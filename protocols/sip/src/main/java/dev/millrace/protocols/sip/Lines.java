package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where the start line and the header lines of a message stand in its bytes: two numbers a line, nothing copied. All
 * offsets are counted from {@link #start}, so that the same numbers fit a copy of the bytes.
 *
 * <p>{@code index[2 * i]} is where line {@code i} begins, {@code index[2 * i + 1]} tells its {@link HeaderName}, whether it
 * is folded, and how far behind its beginning the value starts. One more pair ends the last line.
 */
final class Lines {
    private static final int FOLDED = 1 << 8;
    private static final int ID = FOLDED - 1;
    private static final int VALUE_SHIFT = 9;
    /** Reads eight bytes at once: most of a message is looked through for line ends only. */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] bytes;
    final int start;
    final int count;
    /** Offset behind the empty line: where the body begins. */
    final int head;

    private final int[] index;

    Lines(byte[] bytes, int start, int[] index, int count, int head) {
        this.bytes = bytes;
        this.start = start;
        this.index = index;
        this.count = count;
        this.head = head;
    }

    /** The same lines in a copy of the bytes that begins at {@code at}. */
    Lines in(byte[] copy, int at) {
        return new Lines(copy, at, index, count, head);
    }

    /** The same lines, all behind {@code line} moved by so many bytes, in bytes of their own. */
    Lines moved(byte[] copy, int line, int by) {
        int[] moved = Arrays.copyOf(index, 2 * count + 2);
        for (int i = line + 1; i <= count; i++) {
            moved[2 * i] += by;
        }
        return new Lines(copy, 0, moved, count, head + by);
    }

    /** These lines and another before {@code line}, in bytes of their own. */
    Lines inserted(byte[] copy, int line, int tag, int length) {
        int[] more = new int[2 * count + 4];
        System.arraycopy(index, 0, more, 0, 2 * line);
        System.arraycopy(index, 2 * line, more, 2 * line + 2, 2 * (count - line) + 1);
        more[2 * line] = index[2 * line];
        more[2 * line + 1] = tag;
        for (int i = line + 1; i <= count + 1; i++) {
            more[2 * i] += length;
        }
        return new Lines(copy, 0, more, count + 1, head + length);
    }

    /** These lines without that one, in bytes of their own. */
    Lines without(byte[] copy, int line) {
        int length = index[2 * line + 2] - index[2 * line];
        int[] less = new int[2 * count];
        System.arraycopy(index, 0, less, 0, 2 * line);
        System.arraycopy(index, 2 * line + 2, less, 2 * line, 2 * (count - line) - 1);
        for (int i = line; i < count; i++) {
            less[2 * i] -= length;
        }
        return new Lines(copy, 0, less, count - 1, head - length);
    }

    /** Whether the empty line is CRLF, as it has to be; what ends otherwise is written anew. */
    boolean wellEnded() {
        return bytes[start + head - 2] == '\r';
    }

    boolean folded(int line) {
        return (tag(line) & FOLDED) != 0;
    }

    /**
     * Finds the lines of the message that begins at {@code start}, which is no line end; throws {@link Malformed}.
     *
     * @param limit where the bytes end
     */
    static Lines read(byte[] b, int start, int limit) {
        int[] index = new int[2 * (10 + (limit - start) / 48)];
        int count = 0;
        int at = lineEnd(b, start, start, limit);
        while (true) {
            if (at >= limit) {
                throw noEmptyLine();
            }
            if (2 * count + 2 > index.length) {
                index = Arrays.copyOf(index, index.length * 2);
            }
            index[2 * count] = at - start;
            if (b[at] == '\n' || b[at] == '\r' && at + 1 < limit && b[at + 1] == '\n') {
                int head = at + (b[at] == '\n' ? 1 : 2) - start;
                if (head > Limits.HEAD) {
                    throw tooLong();
                }
                return new Lines(b, start, index, count, head);
            }
            if (count == Limits.LINES) {
                throw new Malformed("header-count", "more than " + Limits.LINES + " header lines");
            }
            int nameEnd = Grammar.run(b, at, limit, Grammar.TOKEN);
            int colon = Grammar.blank(b, nameEnd, limit);
            if (nameEnd == at || colon == limit || b[colon] != ':') {
                throw Grammar.malformed("header-name", "a line without a name and a colon: ", b, at, limit);
            }
            int value = Grammar.blank(b, colon + 1, limit);
            int end = lineEnd(b, value, at, limit);
            int folded = 0;
            while (end < limit && (b[end] == ' ' || b[end] == '\t')) {
                folded = FOLDED;
                end = lineEnd(b, end, at, limit);
            }
            index[2 * count + 1] = tag(HeaderName.id(b, at, nameEnd), value - at) | folded;
            count++;
            at = end;
        }
    }

    static int tag(int id, int valueOffset) {
        return valueOffset << VALUE_SHIFT | id;
    }

    /** Index behind the line end at or behind {@code from}. */
    private static int lineEnd(byte[] b, int from, int lineStart, int limit) {
        int at = from;
        while (at < limit) {
            if (at + Long.BYTES <= limit && noControl((long) EIGHT.get(b, at))) {
                at += Long.BYTES;
                continue;
            }
            byte c = b[at];
            if (c < ' ' && c >= 0 && c != '\t') {
                if (c == '\n') {
                    return behind(at + 1, lineStart);
                }
                if (c == '\r' && at + 1 < limit && b[at + 1] == '\n') {
                    return behind(at + 2, lineStart);
                }
                // A control character is legal as the second half of a quoted pair only. A bare CR would be a line end
                // to some next hop and hide a header from us.
                if (c == '\r' && at + 1 < limit || c != '\r' && (at == from || b[at - 1] != '\\')) {
                    throw new Malformed("control-character", "byte " + c + " inside a line");
                }
            }
            at++;
        }
        if (limit - lineStart > Limits.LINE) {
            throw lineTooLong();
        }
        throw noEmptyLine();
    }

    /** Whether none of eight bytes is below a space: the subtraction borrows only where one is, and UTF-8 is masked out. */
    private static boolean noControl(long eight) {
        return (eight - 0x2020_2020_2020_2020L & ~eight & 0x8080_8080_8080_8080L) == 0;
    }

    private static int behind(int end, int lineStart) {
        if (end - lineStart > Limits.LINE) {
            throw lineTooLong();
        }
        return end;
    }

    private static Malformed lineTooLong() {
        return new Malformed("line-length", "a line longer than " + Limits.LINE + " bytes");
    }

    private static Malformed noEmptyLine() {
        return new Malformed("head-end", "no empty line behind the headers");
    }

    static Malformed tooLong() {
        return new Malformed("head-length", "start line and headers longer than " + Limits.HEAD + " bytes");
    }

    /** Absolute index behind the start line, its line end left out. */
    int startLineTo() {
        int end = start + index[0] - 1;
        return end > start && bytes[end - 1] == '\r' ? end - 1 : end;
    }

    /** Absolute index behind the start line and its line end. */
    int startLineEnd() {
        return start + index[0];
    }

    int id(int line) {
        return idOf(index[2 * line + 1]);
    }

    static int idOf(int tag) {
        return tag & ID;
    }

    /** What {@link Edit} keeps of a line that it takes over. */
    int tag(int line) {
        return index[2 * line + 1];
    }

    int from(int line) {
        return start + index[2 * line];
    }

    /** Absolute index behind the line and its line end. */
    int to(int line) {
        return start + index[2 * line + 2];
    }

    /** Absolute index behind the value, white space behind it left out. */
    int valueTo(int line) {
        return valueTo(bytes, from(line) + (tag(line) >>> VALUE_SHIFT), to(line));
    }

    private static int valueTo(byte[] b, int valueFrom, int lineTo) {
        int end = lineTo;
        while (end > valueFrom && b[end - 1] <= ' ' && b[end - 1] >= 0) {
            end--;
        }
        return end;
    }

    /** First line at or behind {@code line} with this name, or -1. */
    int find(HeaderName name, int line) {
        int id = name.ordinal();
        for (int i = line; i < count; i++) {
            if ((index[2 * i + 1] & ID) == id) {
                return i;
            }
        }
        return -1;
    }

    /** First line at or behind {@code line} with a name that the house does not know, or -1. */
    int find(String name, int line) {
        for (int i = line; i < count; i++) {
            if (id(i) == 0 && named(bytes, from(i), to(i), name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the line spells this name, in whatever case. */
    static boolean named(byte[] b, int from, int to, String name) {
        int length = name.length();
        if (from + length > to || Grammar.run(b, from, to, Grammar.TOKEN) != from + length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Grammar.lower(b[from + i]) != Grammar.lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** A line's value without its folds: bytes of its own if it is folded, else those of the message. */
    Slice value(int line) {
        return value(bytes, from(line), to(line), tag(line));
    }

    static Slice value(byte[] b, int lineFrom, int lineTo, int tag) {
        int from = lineFrom + (tag >>> VALUE_SHIFT);
        if ((tag & FOLDED) == 0) {
            return new Slice(b, from, valueTo(b, from, lineTo));
        }
        byte[] flat = Grammar.unfolded(b, from, lineTo);
        return new Slice(flat, 0, flat.length);
    }

    /** The message's Content-Length; -1 where there is none. */
    int contentLength() {
        long length = -1;
        for (int i = find(HeaderName.CONTENT_LENGTH, 0); i >= 0; i = find(HeaderName.CONTENT_LENGTH, i + 1)) {
            Slice value = value(i);
            long one = Grammar.number(value.b(), value.from(), value.to(), Limits.MESSAGE, "content-length");
            if (length >= 0 && one != length) {
                throw new Malformed("content-length", "two different values, " + length + " and " + one);
            }
            length = one;
        }
        return (int) length;
    }
}
