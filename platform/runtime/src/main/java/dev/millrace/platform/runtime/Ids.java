package dev.millrace.platform.runtime;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Chance and names, for those who may have them. May be called from any thread; none of it blocks. */
public final class Ids {
    /** Without vowels and without what looks alike, so that an id is neither a word nor misread. */
    private static final String LETTERS = "23456789bcdfghjkmnpqrstvwxz";

    /** Letters of a public id: 27^8 of them. */
    private static final int PUBLIC_LETTERS = 8;

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong lastEpoch = new AtomicLong();
    private final Clock clock;

    public Ids(Clock clock) {
        this.clock = clock;
    }

    /** A session id of 128 random bits in hexadecimal; it never reaches a log or a page. */
    public String session() {
        return HexFormat.of().formatHex(bytes(16));
    }

    /** A short id that logs and pages may show; it opens nothing. */
    public String publicId() {
        StringBuilder id = new StringBuilder(PUBLIC_LETTERS);
        long rest = random.nextLong();
        for (int i = 0; i < PUBLIC_LETTERS; i++) {
            id.append(LETTERS.charAt((int) Long.remainderUnsigned(rest, LETTERS.length())));
            rest = Long.divideUnsigned(rest, LETTERS.length());
        }
        return id.toString();
    }

    /** So many random bytes. */
    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** 32 random bits, for an SSRC or a first timestamp. */
    public int number() {
        return random.nextInt();
    }

    /** From 0 to below 1, to spread what should not happen at once; it can be guessed. */
    public double fraction() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /**
     * A first epoch for something new: milliseconds of the Unix epoch times 1,024, and always larger than the last one given
     * out here, so that what is made again is newer than what was deleted.
     */
    public long epochSeed() {
        return lastEpoch.accumulateAndGet(clock.millis() << 10, (last, now) -> Math.max(last + 1, now));
    }
}
