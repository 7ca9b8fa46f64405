package dev.millrace.platform.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Bytes as a network hands them over: cut anywhere, and not at the start of the buffer. */
public final class Torn {
    /** Junk before and behind the bytes of {@link #atOffset}. */
    private static final int MARGIN = 7;

    private Torn() {}

    /** Calls {@code test} with every way to cut the bytes in two, the empty first part and the empty rest included. */
    public static void everyCut(byte[] whole, BiConsumer<byte[], byte[]> test) {
        for (int cut = 0; cut <= whole.length; cut++) {
            byte[] first = Arrays.copyOf(whole, cut);
            byte[] rest = Arrays.copyOfRange(whole, cut, whole.length);
            try {
                test.accept(first, rest);
            } catch (Throwable failure) {
                throw new AssertionError("cut after " + cut + " of " + whole.length + " bytes: " + failure, failure);
            }
        }
    }

    /** Calls {@code test} with every true beginning of the bytes, the empty one included and the whole left out. */
    public static void everyPrefix(byte[] whole, Consumer<byte[]> test) {
        everyCut(whole, (first, rest) -> {
            if (rest.length > 0) {
                test.accept(first);
            }
        });
    }

    /** The bytes in the middle of a larger buffer of junk: position and limit enclose them, and the position is not 0. */
    public static ByteBuffer atOffset(byte[] whole) {
        byte[] field = new byte[MARGIN + whole.length + MARGIN];
        Arrays.fill(field, (byte) 0xA5);
        System.arraycopy(whole, 0, field, MARGIN, whole.length);
        return ByteBuffer.wrap(field).position(MARGIN).limit(MARGIN + whole.length);
    }
}
