package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Ids;
import dev.millrace.protocols.wire.Reader;

/** Random bits of the node's {@link Ids}, fetched in bulk. Owned by one event loop. */
final class Chance {
    /** Bytes fetched at once: one look at the generator costs as much as hundreds of them. */
    private static final int BULK = 1024;

    /** Characters of a tag. */
    static final int TAG = 13;

    private static final String LETTERS = "0123456789abcdefghijklmnopqrstuv";

    private final Ids ids;
    private Reader bits = Reader.of(new byte[0]);

    Chance(Ids ids) {
        this.ids = ids;
    }

    /** 64 random bits. */
    long next() {
        if (bits.remaining() < Long.BYTES) {
            bits = Reader.of(ids.bytes(BULK));
        }
        return bits.i64();
    }

    /** From 0 to below 1. */
    double fraction() {
        return ids.fraction();
    }

    /** A tag of 65 random bits, RFC 3261 section 19.3 asks for 32. */
    String tag() {
        StringBuilder tag = new StringBuilder(TAG);
        long random = next();
        for (int i = 0; i < 12; i++) {
            tag.append(LETTERS.charAt((int) (random >>> 5 * i) & 31));
        }
        return tag.append(LETTERS.charAt((int) next() & 31)).toString();
    }
}
