package dev.millrace.services.proxy.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short hashes that name a call and its parties: what peers wrote goes no further, and has one length. */
public final class Names {
    /** Bytes of a call's name. */
    private static final int KEY = 16;

    /** Bytes of a tag's. */
    private static final int TAG = 8;

    /** Copied for each use, never fed. */
    private static final MessageDigest SHA_256 = sha256();

    private Names() {}

    /** Names the call that somebody with this tag begins. */
    public static String call(String callId, String callerTag) {
        return hash(callId + '\0' + callerTag, KEY);
    }

    /** Names a tag. */
    public static String tag(String tag) {
        return hash(tag, TAG);
    }

    private static String hash(String text, int length) {
        try {
            // A copy costs a tenth of what looking for the algorithm does.
            MessageDigest digest = (MessageDigest) SHA_256.clone();
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)), 0, length);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
