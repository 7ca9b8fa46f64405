package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.U32;

/**
 * Which requests were already answered with a nonce (RFC 7616 section 3.4, {@code nc})? Only the node that issued the nonce knows;
 * its name stands in the nonce. Whoever asks has checked the nonce's signature and age, and the digest.
 */
public final class Nonces {
    private Nonces() {}

    /** What the issuer says. The order is the wire's: new ones go to the end. */
    public enum Outcome {
        /** Not used with that count before; it is now. */
        FRESH,
        /** Used with that count before, or with counts so much higher that nobody remembers. */
        REPLAYED,
        /** Issued before this issuer's start, or so long ago that it was forgotten. */
        UNKNOWN
    }

    /**
     * Counts one use of a nonce.
     *
     * @param id the nonce's own number
     * @param issuedMillis when it was issued, by the issuer's clock
     * @param count the nonce count of the credentials; 1 where they have none, so that such a nonce works once
     */
    public record Use(long id, long issuedMillis, long count) {
        public static final Codec<Use> CODEC =
                RecordCodec.of(I64, Use::id, I64, Use::issuedMillis, U32, Use::count, Use::new);
    }

    /** Asked at the issuer. Never repeated by the bus: the second time it would be a replay. */
    public static final Question<Use, Outcome> USE =
            Question.ofNode("nonces.use.v1", Use.CODEC, Codec.enumeration(Outcome.class));
}
