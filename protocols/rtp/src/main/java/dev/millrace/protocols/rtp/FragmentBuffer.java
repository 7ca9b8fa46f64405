package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of a unit that comes in pieces, up to a bound. Reused from unit to unit. */
final class FragmentBuffer {
    private static final int KEPT = 1 << 20;

    private final int max;
    private byte[] bytes = new byte[2048];
    private int size;

    FragmentBuffer(int max) {
        this.max = max;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (bytes.length > KEPT) {
            // One huge frame must not hold its memory for the rest of the stream.
            bytes = new byte[2048];
        }
    }

    void add(int value) {
        grow(1);
        bytes[size++] = (byte) value;
    }

    /** Appends bytes at an absolute index; false if they would go beyond the bound. */
    boolean add(ByteBuffer source, int from, int length) {
        if (length > max - size) {
            return false;
        }
        grow(length);
        source.get(from, bytes, size, length);
        size += length;
        return true;
    }

    private void grow(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }

    /** A copy of what was collected. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
