package dev.millrace.services.proxy.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Short hashes that name a call and its parties: what peers wrote goes no further, and has one length. */
public final class Names {
    /** Bytes of a call's name. */
    private static final int KEY = 16;

    /** Bytes of a tag's. */
    private static final int TAG = 8;

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
            byte[] all = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(all, length));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
