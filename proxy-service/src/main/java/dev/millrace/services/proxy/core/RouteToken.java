package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import dev.millrace.services.proxy.core.Side.Reach;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The user part of our Record-Route (RFC 3261 section 16.6 step 4, RFC 5626 section 5.3): how the two sides of a dialog are
 * reached. The signature covers Call-ID and the caller's tag as well, so that a token is good for its own dialog only, and says
 * which side sent a request. Immutable.
 */
public record RouteToken(Side caller, Side callee) {
    /** Characters of the longest token looked at. */
    public static final int LIMIT = 700;

    private static final int VERSION = 1;
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder BYTES = Base64.getUrlDecoder();
    private static final Reach[] REACHES = Reach.values();

    /** A token whose signature was right, and whether the caller's side sent the request that carried it. */
    public record Opened(RouteToken token, boolean fromCaller) {}

    /** As the text of a URI's user part. */
    public String encode(Seal seal, String callId, String callerTag) {
        byte[] content = content();
        byte[] signature = seal.sign(bound(content, callId, callerTag));
        byte[] all = Arrays.copyOf(signature, signature.length + content.length);
        System.arraycopy(content, 0, all, signature.length, content.length);
        return TEXT.encodeToString(all);
    }

    private byte[] content() {
        Writer writer = new Writer(96).u8(VERSION);
        side(writer, caller);
        side(writer, callee);
        return writer.toBytes();
    }

    private static void side(Writer writer, Side side) {
        writer.u8(side.reach().ordinal());
        if (side.flow().isPresent()) {
            byte[] flow = side.flow().get().compact();
            writer.u8(flow.length).bytes(flow);
        }
    }

    private static byte[] bound(byte[] content, String callId, String callerTag) {
        return new Writer(content.length + callId.length() + callerTag.length() + 8)
                .bytes(content)
                .u8(0)
                .bytes(callId.getBytes(StandardCharsets.UTF_8))
                .u8(0)
                .bytes(callerTag.getBytes(StandardCharsets.UTF_8))
                .toBytes();
    }

    /** The token, if a node of this cluster made it for the dialog with that Call-ID and one of these tags. */
    public static Optional<Opened> open(Seal seal, String text, String callId, String fromTag, String toTag) {
        if (text.length() > LIMIT) {
            return Optional.empty();
        }
        try {
            byte[] all = BYTES.decode(text);
            if (all.length <= seal.length()) {
                return Optional.empty();
            }
            byte[] signature = Arrays.copyOf(all, seal.length());
            byte[] content = Arrays.copyOfRange(all, seal.length(), all.length);
            boolean fromCaller = seal.verify(bound(content, callId, fromTag), signature);
            if (!fromCaller && !seal.verify(bound(content, callId, toTag), signature)) {
                return Optional.empty();
            }
            return Optional.of(new Opened(read(content), fromCaller));
        } catch (IllegalArgumentException | Malformed notOurs) {
            // Not base64, or of a version that this one does not know.
            return Optional.empty();
        }
    }

    private static RouteToken read(byte[] content) {
        Reader reader = Reader.of(content);
        int version = reader.u8();
        if (version != VERSION) {
            throw new Malformed("route-token", "version " + version);
        }
        return new RouteToken(side(reader), side(reader));
    }

    private static Side side(Reader reader) {
        int number = reader.u8();
        if (number >= REACHES.length) {
            throw new Malformed("route-token", "no reach has the number " + number);
        }
        Reach reach = REACHES[number];
        return switch (reach) {
            case UNSAID -> Side.UNSAID;
            case ADDRESS -> Side.ADDRESS;
            case FLOW, CONFINED -> new Side(reach, Optional.of(FlowRef.ofCompact(reader.bytes(reader.u8()))));
        };
    }

    /** What two entries of ours say together. */
    public RouteToken with(RouteToken other) {
        return new RouteToken(
                caller.reach() == Reach.UNSAID ? other.caller : caller,
                callee.reach() == Reach.UNSAID ? other.callee : callee);
    }
}
