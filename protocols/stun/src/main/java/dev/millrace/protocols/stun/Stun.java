package dev.millrace.protocols.stun;

import dev.millrace.protocols.stun.StunMessage.Attribute;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A STUN server without state, as it stands on a SIP port (RFC 5626 section 8, RFC 8489 section 12): it tells a client the address
 * it is seen at. Answers go to where the request came from and are at most {@link #MAX_GROWTH} bytes longer, so that a forged source
 * gains nothing by us.
 */
public final class Stun {
    /** Bytes by which an answer may be longer than its request: XOR-MAPPED-ADDRESS with IPv6, which nobody can leave out. */
    public static final int MAX_GROWTH = 24;

    /** Attributes at or above this number may be ignored, RFC 8489 section 14. */
    private static final int OPTIONAL = 0x8000;

    private static final int UNKNOWN_ATTRIBUTE = 420;

    private Stun() {}

    /**
     * Whether a datagram on a port that also speaks SIP is STUN: two zero bits, the magic cookie, the right length. No SIP message
     * begins with a byte below 4.
     */
    public static boolean looksLike(byte[] bytes, int offset, int length) {
        return length >= StunMessage.HEADER
                && (bytes[offset] & 0xC0) == 0
                && (bytes[offset + 3] & 3) == 0
                && (bytes[offset + 4] & 0xFF) == 0x21
                && (bytes[offset + 5] & 0xFF) == 0x12
                && (bytes[offset + 6] & 0xFF) == 0xA4
                && (bytes[offset + 7] & 0xFF) == 0x42
                && ((bytes[offset + 2] & 0xFF) << 8 | bytes[offset + 3] & 0xFF) == length - StunMessage.HEADER;
    }

    /** Whether all of these bytes are STUN. */
    public static boolean looksLike(byte[] bytes) {
        return looksLike(bytes, 0, bytes.length);
    }

    /**
     * The answer to a datagram: a success for a Binding request, 420 where it demands what we do not know, nothing for all else
     * (indications, responses, other methods, broken ones).
     *
     * @param address the source's address, 4 or 16 bytes
     */
    public static Optional<byte[]> answer(byte[] bytes, int offset, int length, byte[] address, int port) {
        StunMessage request;
        try {
            request = StunMessage.parse(bytes, offset, length);
        } catch (Malformed broken) {
            return Optional.empty();
        }
        if (request.type() != StunMessage.BINDING_REQUEST) {
            return Optional.empty();
        }
        List<Integer> unknown = unknown(request);
        StunMessage answer = unknown.isEmpty()
                ? new StunMessage(
                        StunMessage.BINDING_SUCCESS,
                        request.transaction(),
                        List.of(StunMessage.mapped(address, port, request.transaction())))
                : refusal(request, unknown);
        boolean fingerprint = request.first(StunMessage.FINGERPRINT).isPresent();
        return Optional.of(fingerprint ? answer.encodeWithFingerprint() : answer.encode());
    }

    /** What must be understood and is not: CHANGE-REQUEST of RFC 5780 is among it, since there is no other address to answer from. */
    private static List<Integer> unknown(StunMessage request) {
        List<Integer> unknown = new ArrayList<>(0);
        for (Attribute attribute : request.attributes()) {
            if (attribute.type() < OPTIONAL && !known(attribute.type()) && !unknown.contains(attribute.type())) {
                unknown.add(attribute.type());
            }
        }
        return unknown;
    }

    /** The attributes of RFC 8489 and of ICE (RFC 8445): credentials that nobody asked for are passed over. */
    private static boolean known(int type) {
        return switch (type) {
            case 0x0001, 0x0006, 0x0008, 0x0009, 0x000A, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E, 0x0020 -> true;
            case 0x0024, 0x0025 -> true;
            default -> false;
        };
    }

    /** Without a reason phrase: it would only make the answer longer. */
    private static StunMessage refusal(StunMessage request, List<Integer> unknown) {
        Writer types = new Writer();
        unknown.forEach(types::u16);
        byte[] code = {0, 0, UNKNOWN_ATTRIBUTE / 100, UNKNOWN_ATTRIBUTE % 100};
        return new StunMessage(
                StunMessage.BINDING_ERROR,
                request.transaction(),
                List.of(
                        new Attribute(StunMessage.ERROR_CODE, code),
                        new Attribute(StunMessage.UNKNOWN_ATTRIBUTES, types.toBytes())));
    }
}
