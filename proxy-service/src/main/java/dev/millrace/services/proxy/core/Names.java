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

    /** Without vowels and without what looks alike: see Ids of the runtime. */
    private static final String LETTERS = "23456789bcdfghjkmnpqrstvwxz";

    private static final int PUBLIC_LETTERS = 8;

    private Names() {}

    /** The short id of a call that began then: 38 bits of its key and the time, good for logs and pages. */
    public static String shown(String key, long millis) {
        long bits = Long.parseUnsignedLong(key, 0, 16, 16) ^ millis * 0x9E37_79B9_7F4A_7C15L;
        StringBuilder id = new StringBuilder(PUBLIC_LETTERS);
        for (int i = 0; i < PUBLIC_LETTERS; i++) {
            id.append(LETTERS.charAt((int) Long.remainderUnsigned(bits, LETTERS.length())));
            bits = Long.divideUnsigned(bits, LETTERS.length());
        }
        return id.toString();
    }

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
