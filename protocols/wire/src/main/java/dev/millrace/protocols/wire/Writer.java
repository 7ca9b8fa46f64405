package dev.millrace.protocols.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing big-endian writer that owns its bytes. Owned by one call. */
public final class Writer {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int at;

    public Writer() {
        this(64);
    }

    /** @param capacity bytes to make room for at once; the writer grows beyond it */
    public Writer(int capacity) {
        bytes = new byte[capacity];
    }

    private int advance(int count) {
        int here = at;
        if (bytes.length - here < count) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(here, count), bytes.length * 2));
        }
        at += count;
        return here;
    }

    public Writer u8(int value) {
        int here = advance(1);
        bytes[here] = (byte) value;
        return this;
    }

    public Writer u16(int value) {
        int here = advance(2);
        SHORT.set(bytes, here, (short) value);
        return this;
    }

    public Writer u24(int value) {
        return u8(value >> 16).u16(value);
    }

    public Writer u32(long value) {
        int here = advance(4);
        INT.set(bytes, here, (int) value);
        return this;
    }

    public Writer i64(long value) {
        int here = advance(8);
        LONG.set(bytes, here, value);
        return this;
    }

    public Writer bytes(byte[] source) {
        return bytes(source, 0, source.length);
    }

    public Writer bytes(byte[] source, int from, int count) {
        int here = advance(count);
        System.arraycopy(source, from, bytes, here, count);
        return this;
    }

    /** UTF-8 bytes of the text, without a length. */
    public Writer text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes written so far. */
    public int size() {
        return at;
    }

    /** Overwrites the 16 bits at {@code index}, for lengths known only afterwards. */
    public Writer patchU16(int index, int value) {
        SHORT.set(bytes, checked(index, 2), (short) value);
        return this;
    }

    /** Overwrites the 32 bits at {@code index}. */
    public Writer patchU32(int index, long value) {
        INT.set(bytes, checked(index, 4), (int) value);
        return this;
    }

    private int checked(int index, int count) {
        if (index < 0 || index > at - count) {
            throw new IndexOutOfBoundsException(index);
        }
        return index;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, at);
    }
}
