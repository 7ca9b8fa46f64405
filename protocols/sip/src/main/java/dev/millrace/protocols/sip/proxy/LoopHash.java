package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Via;
import java.util.function.Predicate;

/**
 * The part of our Via branch that tells a loop from a spiral, RFC 3261 section 16.3 step 4 and RFC 5393 section 4.2: a hash of
 * everything in a request that decides where it goes. Equal on every node, so that a loop over several nodes is seen as well.
 *
 * <p>The topmost Via is left out, other than in section 16.6 step 8: it differs each time a loop over another proxy comes
 * round, and so would the hash. So are credentials: what we took off on the first way round is missing on the second, and they
 * decide whether a request goes on, never where to. The hash is not cryptographic: who forges a branch of ours harms the forged request only.
 */
public final class LoopHash {
    /** Characters of {@link #of}. */
    private static final int LENGTH = 14;

    private static final char MARK = '.';
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private LoopHash() {}

    /** The suffix for the branch of every copy of this request, as it was received: a dot and 13 letters or digits. */
    public static String of(Request request) {
        long hash = mix(FNV_OFFSET, request.uri().encode());
        hash = mix(hash, request.to().tag().orElse(""));
        hash = mix(hash, request.from().tag().orElse(""));
        hash = mix(hash, request.callId());
        hash = mix(hash, request.cseq().number());
        for (NameAddr route : request.routes()) {
            hash = mix(hash, route.uri().encode());
        }
        hash = mix(hash, request.text("Proxy-Require").orElse(""));
        return suffix(hash);
    }

    /** Whether one of our own Vias says that this request was here before and that nothing in it has changed. */
    static boolean looped(Request request, String hash, Predicate<Via> ours) {
        for (Via via : request.vias()) {
            // The text first: of all branches but a loop's none has to be cut out.
            if (via.params().encode().contains(hash) && via.branch().orElse("").endsWith(hash) && ours.test(via)) {
                return true;
            }
        }
        return false;
    }

    private static long mix(long hash, String text) {
        long next = hash;
        for (int i = 0; i < text.length(); i++) {
            next = (next ^ text.charAt(i)) * FNV_PRIME;
        }
        // A separator: "ab", "c" and "a", "bc" must differ.
        return (next ^ 0xFFFF) * FNV_PRIME;
    }

    private static long mix(long hash, long number) {
        long next = hash;
        for (int shift = 0; shift < 64; shift += 8) {
            next = (next ^ (number >>> shift & 0xFF)) * FNV_PRIME;
        }
        return next;
    }

    private static String suffix(long hash) {
        char[] text = new char[LENGTH];
        text[0] = MARK;
        // FNV leaves the high bits of short inputs alike.
        long left = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
        left ^= left >>> 29;
        for (int i = 1; i < LENGTH; i++) {
            text[i] = "0123456789abcdefghijklmnopqrstuv".charAt((int) (left & 31));
            left >>>= 5;
        }
        return new String(text);
    }
}
