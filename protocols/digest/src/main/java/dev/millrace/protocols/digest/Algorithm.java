package dev.millrace.protocols.digest;

import java.util.Optional;

/** The hash algorithms of RFC 7616 section 3.2 and RFC 8760 section 2.1; the {@code -sess} variants are not spoken. */
public enum Algorithm {
    MD5("MD5", "MD5", 32),
    SHA_256("SHA-256", "SHA-256", 64),
    SHA_512_256("SHA-512-256", "SHA-512/256", 64);

    private final String text;
    private final String digestName;
    private final int hexLength;

    Algorithm(String text, String digestName, int hexLength) {
        this.text = text;
        this.digestName = digestName;
        this.hexLength = hexLength;
    }

    /** The name in the parameter {@code algorithm}: {@code SHA-512-256}. */
    public String text() {
        return text;
    }

    /** The name that {@link java.security.MessageDigest} knows. */
    String digestName() {
        return digestName;
    }

    /** Hexadecimal digits of one hash. */
    public int hexLength() {
        return hexLength;
    }

    /**
     * The algorithm of that name, without regard to case; the empty text means MD5 (RFC 7616 section 3.3). Empty where we do not
     * speak it.
     */
    public static Optional<Algorithm> parse(String text) {
        if (text.isEmpty()) {
            return Optional.of(MD5);
        }
        for (Algorithm algorithm : values()) {
            if (algorithm.text.equalsIgnoreCase(text)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
