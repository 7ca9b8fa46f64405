package dev.millrace.platform.doors.auth;

import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A nonce of ours, RFC 7616 section 3.3: nobody outside the cluster can make one, because it is signed. It is signed together
 * with the source that it was sent to: who writes another's address into his packets never sees a nonce that is good there, and so
 * cannot get that address locked out.
 *
 * @param issuer the node that remembers how often it was used
 * @param issuedMillis by the issuer's clock
 * @param id different for every nonce of the issuer
 */
record Nonce(String issuer, long issuedMillis, long id) {
    /** Keeps signatures of nonces from being taken for others. */
    static final String PURPOSE = "sip-nonce";

    /** Longest text that is looked at. */
    private static final int MAX_LENGTH = 400;

    private static final int VERSION = 1;
    private static final int FIXED = 17;

    /** The text of the parameter {@code nonce}. */
    String encode(ClusterKeys keys, String source) {
        byte[] name = issuer.getBytes(StandardCharsets.UTF_8);
        byte[] body = new Writer(FIXED + name.length)
                .u8(VERSION)
                .i64(issuedMillis)
                .i64(id)
                .bytes(name)
                .toBytes();
        byte[] signed = Arrays.copyOf(body, body.length + ClusterKeys.SIGNATURE_LENGTH);
        System.arraycopy(keys.sign(PURPOSE, bound(body, source)), 0, signed, body.length, ClusterKeys.SIGNATURE_LENGTH);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /** The nonce of that text; empty where a node of this cluster did not sign it for that source. */
    static Optional<Nonce> parse(String text, ClusterKeys keys, String source) {
        int length = text.length() * 3 / 4;
        if (text.length() > MAX_LENGTH || length <= FIXED + ClusterKeys.SIGNATURE_LENGTH) {
            return Optional.empty();
        }
        byte[] signed;
        try {
            signed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(signed, signed.length - ClusterKeys.SIGNATURE_LENGTH);
        byte[] signature = Arrays.copyOfRange(signed, body.length, signed.length);
        return keys.verify(PURPOSE, bound(body, source), signature) ? read(body) : Optional.empty();
    }

    /** What is signed: a length goes first, so nothing can be moved from one part to the other. */
    private static byte[] bound(byte[] body, String source) {
        byte[] to = source.getBytes(StandardCharsets.UTF_8);
        return new Writer(Short.BYTES + body.length + to.length)
                .u16(body.length)
                .bytes(body)
                .bytes(to)
                .toBytes();
    }

    /** A later version of us may sign another form: then it is as good as foreign. */
    private static Optional<Nonce> read(byte[] body) {
        try {
            Reader reader = Reader.of(ByteBuffer.wrap(body), 0, body.length);
            if (reader.u8() != VERSION) {
                return Optional.empty();
            }
            long issued = reader.i64();
            long id = reader.i64();
            return Optional.of(new Nonce(reader.text(reader.remaining()), issued, id));
        } catch (Malformed foreign) {
            return Optional.empty();
        }
    }
}
