package dev.millrace.protocols.stun;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One STUN message, RFC 8489 section 5. Immutable; owns its bytes.
 *
 * @param type class and method as they stand on the wire, 14 bits: {@link #BINDING_REQUEST} ...
 * @param transaction the 12 bytes of the transaction id
 * @param attributes in order; a FINGERPRINT is among them as it was received
 */
public record StunMessage(int type, byte[] transaction, List<Attribute> attributes) {
    public static final int BINDING_REQUEST = 0x0001;
    public static final int BINDING_INDICATION = 0x0011;
    public static final int BINDING_SUCCESS = 0x0101;
    public static final int BINDING_ERROR = 0x0111;

    public static final int ERROR_CODE = 0x0009;
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    public static final int XOR_MAPPED_ADDRESS = 0x0020;
    public static final int FINGERPRINT = 0x8028;

    /** Says that this is STUN of RFC 5389 or later. */
    static final int COOKIE = 0x2112A442;

    /** Bytes before the attributes. */
    static final int HEADER = 20;

    /** Largest message read, bytes: it came in one datagram of a path that nobody has probed. */
    public static final int MAX_BYTES = 1_280;

    /** Most attributes of one message. */
    public static final int MAX_ATTRIBUTES = 32;

    private static final int TRANSACTION = 12;
    private static final int FINGERPRINT_XOR = 0x5354554E;
    private static final int FINGERPRINT_BYTES = 8;
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;

    /** @param value without the padding */
    public record Attribute(int type, byte[] value) {}

    /**
     * The address that the server saw.
     *
     * @param address 4 or 16 bytes
     */
    public record Mapped(byte[] address, int port) {}

    public StunMessage {
        attributes = List.copyOf(attributes);
    }

    /** Reads what fills the bytes; {@link Malformed} where it is no STUN message or its FINGERPRINT is wrong. */
    public static StunMessage parse(byte[] bytes, int offset, int length) {
        if (length < HEADER || length > MAX_BYTES) {
            throw new Malformed("stun-length", length + " bytes, " + HEADER + " to " + MAX_BYTES + " allowed");
        }
        Reader reader = Reader.of(ByteBuffer.wrap(bytes), offset, length);
        int type = reader.u16();
        int body = reader.u16();
        if (type > 0x3FFF || reader.i32() != COOKIE) {
            throw new Malformed("stun-header", "no STUN type or no magic cookie");
        }
        if (body != length - HEADER || body % 4 != 0) {
            throw new Malformed("stun-length", body + " bytes of attributes told, " + (length - HEADER) + " there");
        }
        byte[] transaction = reader.bytes(TRANSACTION);
        List<Attribute> attributes = new ArrayList<>();
        while (reader.remaining() > 0) {
            int start = reader.index();
            Attribute attribute = attribute(reader);
            if (attributes.size() == MAX_ATTRIBUTES) {
                throw new Malformed("stun-attributes", "more than " + MAX_ATTRIBUTES + " attributes");
            }
            attributes.add(attribute);
            if (attribute.type == FINGERPRINT) {
                checkFingerprint(bytes, offset, start - offset, attribute, reader.remaining());
            }
        }
        return new StunMessage(type, transaction, attributes);
    }

    private static Attribute attribute(Reader reader) {
        int type = reader.u16();
        int length = reader.u16();
        byte[] value = reader.bytes(length);
        reader.skip(-length & 3);
        return new Attribute(type, value);
    }

    private static void checkFingerprint(byte[] bytes, int offset, int before, Attribute given, int behind) {
        boolean right = given.value.length == 4
                && behind == 0
                && Reader.of(given.value).i32() == fingerprint(bytes, offset, before);
        if (!right) {
            throw new Malformed("stun-fingerprint", "not the last attribute, or not of these bytes");
        }
    }

    private static int fingerprint(byte[] bytes, int offset, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, offset, length);
        return (int) sum.getValue() ^ FINGERPRINT_XOR;
    }

    /** The first attribute of the type. */
    public Optional<Attribute> first(int attributeType) {
        for (Attribute attribute : attributes) {
            if (attribute.type == attributeType) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }

    /** The address that a success response tells, RFC 8489 section 14.2; {@link Malformed} where it is none. */
    public Optional<Mapped> mapped() {
        return first(XOR_MAPPED_ADDRESS).map(attribute -> {
            Reader reader = Reader.of(attribute.value);
            reader.skip(1);
            int family = reader.u8();
            int port = reader.u16() ^ COOKIE >>> 16;
            byte[] address = reader.bytes(reader.remaining());
            if (address.length != (family == IPV4 ? 4 : family == IPV6 ? 16 : -1)) {
                throw new Malformed("stun-address", "family " + family + " with " + address.length + " bytes");
            }
            return new Mapped(xored(address, transaction), port);
        });
    }

    /** XOR-MAPPED-ADDRESS for the message of that transaction. */
    static Attribute mapped(byte[] address, int port, byte[] transaction) {
        byte[] value = new Writer(4 + address.length)
                .u8(0)
                .u8(address.length == 4 ? IPV4 : IPV6)
                .u16(port ^ COOKIE >>> 16)
                .bytes(xored(address, transaction))
                .toBytes();
        return new Attribute(XOR_MAPPED_ADDRESS, value);
    }

    private static byte[] xored(byte[] address, byte[] transaction) {
        byte[] mask = new Writer(16).u32(COOKIE).bytes(transaction).toBytes();
        byte[] other = new byte[address.length];
        for (int i = 0; i < address.length; i++) {
            other[i] = (byte) (address[i] ^ mask[i]);
        }
        return other;
    }

    /** The message in wire form. */
    public byte[] encode() {
        return written(0).toBytes();
    }

    /** The message in wire form with a FINGERPRINT behind it. */
    public byte[] encodeWithFingerprint() {
        Writer writer = written(FINGERPRINT_BYTES);
        byte[] before = writer.toBytes();
        return writer.u16(FINGERPRINT)
                .u16(4)
                .u32(fingerprint(before, 0, before.length))
                .toBytes();
    }

    private Writer written(int more) {
        Writer writer = new Writer(128).u16(type).u16(0).u32(COOKIE).bytes(transaction);
        for (Attribute attribute : attributes) {
            writer.u16(attribute.type).u16(attribute.value.length).bytes(attribute.value);
            writer.bytes(new byte[-attribute.value.length & 3]);
        }
        return writer.patchU16(2, writer.size() - HEADER + more);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StunMessage message && Arrays.equals(message.encode(), encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }
}
