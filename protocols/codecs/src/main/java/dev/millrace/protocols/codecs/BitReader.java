package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/**
 * A forward reader of bits, most significant first, over borrowed bytes; for NAL units it steps over the emulation
 * prevention bytes (H.264 section 7.4.1) as it goes, so that nothing is copied. Every read past the end is
 * {@link Malformed} with rule {@code truncated}. Owned by one call.
 */
final class BitReader {
    private final byte[] bytes;
    private final int end;
    private final boolean nal;
    private int next;
    private int zeros;
    private int current;
    private int left;
    private int position;

    private BitReader(byte[] bytes, int from, int end, boolean nal) {
        this.bytes = bytes;
        this.next = from;
        this.end = end;
        this.nal = nal;
    }

    /** Plain bits. */
    static BitReader of(byte[] bytes) {
        return new BitReader(bytes, 0, bytes.length, false);
    }

    /** The payload of a NAL unit, behind a header of {@code header} bytes. */
    static BitReader ofNal(byte[] nal, int header) {
        return new BitReader(nal, Math.min(header, nal.length), nal.length, true);
    }

    private void load() {
        if (nal && zeros >= 2 && next < end && bytes[next] == 3) {
            next++;
            zeros = 0;
        }
        if (next >= end) {
            throw new Malformed("truncated", "bits wanted behind the end of " + end + " bytes");
        }
        current = bytes[next++] & 0xFF;
        zeros = current == 0 ? zeros + 1 : 0;
        left = 8;
    }

    /** Bits read so far, emulation prevention not counted. */
    int position() {
        return position;
    }

    /** Bits left where there is no emulation prevention. */
    int remaining() {
        return (end - next) * 8 + left;
    }

    boolean flag() {
        return u(1) == 1;
    }

    /** Up to 32 bits; 32 bits come as a signed int. */
    int u(int count) {
        int value = 0;
        int wanted = count;
        while (wanted > 0) {
            if (left == 0) {
                load();
            }
            int take = Math.min(wanted, left);
            value = value << take | current >> left - take & (1 << take) - 1;
            left -= take;
            wanted -= take;
        }
        position += count;
        return value;
    }

    void skip(int count) {
        for (int rest = count; rest > 0; rest -= 32) {
            u(Math.min(rest, 32));
        }
    }

    /** Unsigned Exp-Golomb, H.264 section 9.1, of at most 2^31 - 2. */
    int ue() {
        int leading = 0;
        while (!flag()) {
            if (++leading > 30) {
                throw new Malformed("exp-golomb", "more than 30 leading zeros");
            }
        }
        return (1 << leading) - 1 + u(leading);
    }

    /** Unsigned Exp-Golomb with a limit. */
    int ue(int max, String rule) {
        int value = ue();
        if (value > max) {
            throw new Malformed(rule, value + " is above " + max);
        }
        return value;
    }

    /** Signed Exp-Golomb, H.264 section 9.1.1. */
    int se() {
        int code = ue();
        return (code & 1) == 1 ? (code >>> 1) + 1 : -(code >>> 1);
    }
}
