package dev.millrace.protocols.hls;

import java.util.OptionalLong;

/**
 * The name of a segment: its media sequence number and nothing else, so that whichever packager owns the stream gives the
 * same name to the same number.
 */
public final class SegmentName {
    /** Where numbering starts: seconds since 2020, so that a later life of a path never uses a cached name again. */
    private static final long ORIGIN_SECONDS = 1_577_836_800;

    private static final String SUFFIX = ".ts";
    private static final int MAX_DIGITS = 15;

    private SegmentName() {}

    /** The content type of a transport stream, RFC 8216 section 10 and RFC 3555. */
    public static final String CONTENT_TYPE = "video/mp2t";

    /** {@code 123.ts} */
    public static String encode(long sequence) {
        return sequence + SUFFIX;
    }

    /** The number in a name, or nothing if it is not one that {@link #encode} gives. */
    public static OptionalLong parse(String name) {
        int digits = name.length() - SUFFIX.length();
        if (digits < 1 || digits > MAX_DIGITS || !name.endsWith(SUFFIX) || digits > 1 && name.charAt(0) == '0') {
            return OptionalLong.empty();
        }
        long sequence = 0;
        for (int i = 0; i < digits; i++) {
            char digit = name.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalLong.empty();
            }
            sequence = sequence * 10 + digit - '0';
        }
        return OptionalLong.of(sequence);
    }

    /** The number to start with where no claim names one. */
    public static long first(long nowMillis) {
        return Math.max(0, nowMillis / 1000 - ORIGIN_SECONDS);
    }
}
