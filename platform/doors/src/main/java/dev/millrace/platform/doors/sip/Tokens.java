package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.protocols.wire.Malformed;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Flows as texts that any node of the cluster trusts: RFC 5626 section 5.2, signed by the cluster keys. Safe as a URI's user part
 * and as a parameter. A token opens nothing but the way to a flow; it lives as long as the cluster key that signed it. May be used
 * from any thread.
 */
public final class Tokens {
    /** A flow in the Path of a registration. */
    public static final String PATH = "sip-path";

    /** A flow in a Record-Route. */
    public static final String RECORD_ROUTE = "sip-record-route";

    /** An instance in a temporary GRUU, RFC 5627. */
    public static final String GRUU = "sip-gruu";

    /** Characters of the longest token looked at. */
    public static final int TOKEN_LIMIT = 512;

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder BYTES = Base64.getUrlDecoder();

    private final ClusterKeys keys;

    Tokens(ClusterKeys keys) {
        this.keys = keys;
    }

    /** The flow's token for that purpose. */
    public String encode(String purpose, FlowRef flow) {
        return encode(purpose, flow.compact());
    }

    /** The flow, if a node of this cluster made the token for that purpose. */
    public Optional<FlowRef> decode(String purpose, String token) {
        return open(purpose, token).flatMap(Tokens::flow);
    }

    /** Any bytes as a token: signature first, then the bytes. */
    public String encode(String purpose, byte[] content) {
        byte[] signature = keys.sign(purpose, content);
        byte[] all = Arrays.copyOf(signature, signature.length + content.length);
        System.arraycopy(content, 0, all, signature.length, content.length);
        return TEXT.encodeToString(all);
    }

    /** The bytes, if a node of this cluster made the token for that purpose. */
    public Optional<byte[]> open(String purpose, String token) {
        if (token.length() > TOKEN_LIMIT) {
            return Optional.empty();
        }
        byte[] all;
        try {
            all = BYTES.decode(token);
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
        if (all.length <= ClusterKeys.SIGNATURE_LENGTH) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOfRange(all, ClusterKeys.SIGNATURE_LENGTH, all.length);
        return keys.verify(purpose, content, Arrays.copyOf(all, ClusterKeys.SIGNATURE_LENGTH))
                ? Optional.of(content)
                : Optional.empty();
    }

    private static Optional<FlowRef> flow(byte[] content) {
        try {
            return Optional.of(FlowRef.ofCompact(content));
        } catch (Malformed otherVersion) {
            return Optional.empty();
        }
    }
}
