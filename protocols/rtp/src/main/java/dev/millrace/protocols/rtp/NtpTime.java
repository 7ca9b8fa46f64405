package dev.millrace.protocols.rtp;

/**
 * An NTP timestamp as RTCP carries it, RFC 3550 section 4: seconds since 1900 and a 32-bit fraction.
 *
 * @param bits seconds in the upper, fraction in the lower 32 bits
 */
public record NtpTime(long bits) {
    private static final long UNIX_EPOCH = 2_208_988_800L;
    private static final long MICROS = 1_000_000L;

    /** Of microseconds since 1970. */
    public static NtpTime ofEpochMicros(long micros) {
        long seconds = Math.floorDiv(micros, MICROS) + UNIX_EPOCH;
        // Rounded up, so that epochMicros() gives the same number back.
        long fraction = ((Math.floorMod(micros, MICROS) << 32) + MICROS - 1) / MICROS;
        return new NtpTime(seconds << 32 | fraction);
    }

    /** Microseconds since 1970; times after 2036 are taken for era 1 (RFC 5905 section 6). */
    public long epochMicros() {
        long seconds = bits >>> 32;
        if (seconds < 0x8000_0000L) {
            seconds += 1L << 32;
        }
        return (seconds - UNIX_EPOCH) * MICROS + ((bits & 0xFFFF_FFFFL) * MICROS >>> 32);
    }

    /** The middle 32 bits, which a report block calls LSR: units of 1/65536 s. */
    public long middle() {
        return bits >>> 16 & 0xFFFF_FFFFL;
    }
}
