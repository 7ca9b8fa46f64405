package dev.millrace.protocols.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Computes and checks digests, RFC 7616 section 3.4.1. Keeps its hash functions from one call to the next: owned by one thread.
 * Hashes go in and out as lower-case hexadecimal digits in US-ASCII.
 */
public final class Digester {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Map<Algorithm, MessageDigest> functions = new EnumMap<>(Algorithm.class);

    public Digester() {
        for (Algorithm algorithm : Algorithm.values()) {
            try {
                functions.put(algorithm, MessageDigest.getInstance(algorithm.digestName()));
            } catch (NoSuchAlgorithmException missing) {
                throw new IllegalStateException("this Java has no " + algorithm.digestName(), missing);
            }
        }
    }

    /** H(username:realm:password): what is stored of a password. */
    public byte[] ha1(Algorithm algorithm, String username, String realm, String password) {
        MessageDigest function = function(algorithm);
        update(function, username);
        colon(function, realm);
        colon(function, password);
        return hex(function.digest());
    }

    /** The right {@code response} to credentials, whatever theirs is; without a {@code qop} by the rule of RFC 2069. */
    public byte[] response(Algorithm algorithm, byte[] ha1, String method, Credentials credentials) {
        MessageDigest function = function(algorithm);
        update(function, method);
        colon(function, credentials.uri());
        byte[] ha2 = hex(function.digest());
        function.update(ha1);
        colon(function, credentials.nonce());
        if (!credentials.qop().isEmpty()) {
            colon(function, credentials.nc());
            colon(function, credentials.cnonce());
            colon(function, credentials.qop());
        }
        function.update((byte) ':');
        function.update(ha2);
        return hex(function.digest());
    }

    /**
     * Whether the credentials were made with that password's hash for that method; takes the same time whatever is wrong. The
     * quality {@code auth-int} is never right: nobody offered it.
     */
    public boolean verify(Algorithm algorithm, byte[] ha1, String method, Credentials credentials) {
        byte[] right = response(algorithm, ha1, method, credentials);
        byte[] given = credentials.response().getBytes(StandardCharsets.UTF_8);
        lower(given);
        boolean same = MessageDigest.isEqual(right, given);
        return same && (credentials.qop().isEmpty() || credentials.qop().equalsIgnoreCase("auth"));
    }

    /** Some clients write their response in capitals. */
    private static void lower(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] >= 'A' && text[i] <= 'F') {
                text[i] = (byte) (text[i] | 0x20);
            }
        }
    }

    private MessageDigest function(Algorithm algorithm) {
        MessageDigest function = functions.get(algorithm);
        if (function == null) {
            throw new IllegalStateException(algorithm.text());
        }
        function.reset();
        return function;
    }

    private static void colon(MessageDigest function, String text) {
        function.update((byte) ':');
        update(function, text);
    }

    private static void update(MessageDigest function, String text) {
        function.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hex(byte[] hash) {
        byte[] digits = new byte[hash.length * 2];
        for (int i = 0; i < hash.length; i++) {
            digits[2 * i] = HEX[hash[i] >> 4 & 15];
            digits[2 * i + 1] = HEX[hash[i] & 15];
        }
        return digits;
    }
}
