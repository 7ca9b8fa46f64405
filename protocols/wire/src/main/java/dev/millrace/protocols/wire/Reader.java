package dev.millrace.protocols.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A forward reader over borrowed bytes, big-endian, by absolute index: the buffer's own position and limit never move.
 * Every read past the end is {@link Malformed} with rule {@code truncated}. Owned by one call.
 */
public final class Reader {
    private final ByteBuffer bytes;
    private final int end;
    private int at;

    private Reader(ByteBuffer bytes, int from, int end) {
        if (bytes.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("Reader needs a big-endian buffer");
        }
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Reads what lies between the buffer's position and its limit. */
    public static Reader of(ByteBuffer bytes) {
        return new Reader(bytes, bytes.position(), bytes.limit());
    }

    /** Reads {@code length} bytes from the absolute index {@code from}. */
    public static Reader of(ByteBuffer bytes, int from, int length) {
        if (from < 0 || length < 0 || from > bytes.limit() - length) {
            throw new Malformed("truncated", length + " bytes at " + from + " of " + bytes.limit());
        }
        return new Reader(bytes, from, from + length);
    }

    /** Reads a whole array. */
    public static Reader of(byte[] bytes) {
        return new Reader(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /** Bytes left. */
    public int remaining() {
        return end - at;
    }

    /** Absolute index of the next byte. */
    public int index() {
        return at;
    }

    private int advance(int count) {
        if (count < 0 || count > end - at) {
            throw new Malformed("truncated", count + " bytes wanted, " + (end - at) + " left");
        }
        int here = at;
        at += count;
        return here;
    }

    public int u8() {
        return bytes.get(advance(1)) & 0xFF;
    }

    public int u16() {
        return bytes.getShort(advance(2)) & 0xFFFF;
    }

    public int u24() {
        int here = advance(3);
        return (bytes.get(here) & 0xFF) << 16 | bytes.getShort(here + 1) & 0xFFFF;
    }

    public long u32() {
        return bytes.getInt(advance(4)) & 0xFFFF_FFFFL;
    }

    public int i32() {
        return bytes.getInt(advance(4));
    }

    public long i64() {
        return bytes.getLong(advance(8));
    }

    /** A copy of the next {@code count} bytes. */
    public byte[] bytes(int count) {
        byte[] copy = new byte[count < 0 || count > end - at ? advance(count) : count];
        bytes.get(advance(count), copy);
        return copy;
    }

    /** The next {@code count} bytes as UTF-8 text. */
    public String text(int count) {
        return new String(bytes(count), StandardCharsets.UTF_8);
    }

    /** A reader of its own over the next {@code count} bytes, which this one steps over. */
    public Reader slice(int count) {
        int here = advance(count);
        return new Reader(bytes, here, here + count);
    }

    public void skip(int count) {
        advance(count);
    }
}
