package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;

/**
 * The RTP header, RFC 3550 section 5.1, in place: static accessors over borrowed bytes {@code (buffer, offset, length)}
 * by absolute index. Nothing is allocated and the buffer's position never moves. The buffer must be big-endian.
 *
 * <p>Every accessor but {@link #validity} trusts that {@code validity} said {@link RtpValidity#OK}.
 */
public final class RtpView {
    /** Bytes of the fixed header. */
    public static final int HEADER = 12;

    private static final int VERSION_2 = 2;

    private RtpView() {}

    /** Whether the bytes are an RTP packet, and which rule they break otherwise. */
    public static RtpValidity validity(ByteBuffer packet, int offset, int length) {
        if (length < HEADER) {
            return RtpValidity.SHORT;
        }
        int first = packet.get(offset);
        if ((first >> 6 & 3) != VERSION_2) {
            return RtpValidity.VERSION;
        }
        int header = HEADER + (first & 0x0F) * 4;
        if (header > length) {
            return RtpValidity.SHORT;
        }
        if ((first & 0x10) != 0) {
            if (header + 4 > length) {
                return RtpValidity.EXTENSION;
            }
            header += 4 + (packet.getShort(offset + header + 2) & 0xFFFF) * 4;
            if (header > length) {
                return RtpValidity.EXTENSION;
            }
        }
        if ((first & 0x20) != 0) {
            int padding = packet.get(offset + length - 1) & 0xFF;
            if (padding == 0 || padding > length - header) {
                return RtpValidity.PADDING;
            }
        }
        return RtpValidity.OK;
    }

    /** Whether {@link #validity} is OK. */
    public static boolean valid(ByteBuffer packet, int offset, int length) {
        return validity(packet, offset, length) == RtpValidity.OK;
    }

    /** Whether a packet on a port shared by RTP and RTCP is RTCP: RFC 5761 section 4, packet types 192 to 223. */
    public static boolean isRtcp(ByteBuffer packet, int offset, int length) {
        return length >= 2 && (packet.get(offset + 1) & 0xE0) == 0xC0;
    }

    public static int payloadType(ByteBuffer packet, int offset) {
        return packet.get(offset + 1) & 0x7F;
    }

    public static boolean marker(ByteBuffer packet, int offset) {
        return packet.get(offset + 1) < 0;
    }

    /** 0 to 65535. */
    public static int sequence(ByteBuffer packet, int offset) {
        return packet.getShort(offset + 2) & 0xFFFF;
    }

    /** 0 to 2^32 - 1, in ticks of the payload's clock. */
    public static long timestamp(ByteBuffer packet, int offset) {
        return packet.getInt(offset + 4) & 0xFFFF_FFFFL;
    }

    /** 0 to 2^32 - 1. */
    public static long ssrc(ByteBuffer packet, int offset) {
        return packet.getInt(offset + 8) & 0xFFFF_FFFFL;
    }

    /** Absolute index of the first payload byte. */
    public static int payloadOffset(ByteBuffer packet, int offset) {
        int first = packet.get(offset);
        int header = HEADER + (first & 0x0F) * 4;
        if ((first & 0x10) != 0) {
            header += 4 + (packet.getShort(offset + header + 2) & 0xFFFF) * 4;
        }
        return offset + header;
    }

    /** Bytes of payload, without the padding. */
    public static int payloadLength(ByteBuffer packet, int offset, int length) {
        int end = offset + length;
        int padding = (packet.get(offset) & 0x20) != 0 ? packet.get(end - 1) & 0xFF : 0;
        return end - padding - payloadOffset(packet, offset);
    }

    public static void setPayloadType(ByteBuffer packet, int offset, int payloadType) {
        packet.put(offset + 1, (byte) (packet.get(offset + 1) & 0x80 | payloadType & 0x7F));
    }

    public static void setMarker(ByteBuffer packet, int offset, boolean marker) {
        packet.put(offset + 1, (byte) (packet.get(offset + 1) & 0x7F | (marker ? 0x80 : 0)));
    }

    public static void setSequence(ByteBuffer packet, int offset, int sequence) {
        packet.putShort(offset + 2, (short) sequence);
    }

    public static void setTimestamp(ByteBuffer packet, int offset, long timestamp) {
        packet.putInt(offset + 4, (int) timestamp);
    }

    public static void setSsrc(ByteBuffer packet, int offset, long ssrc) {
        packet.putInt(offset + 8, (int) ssrc);
    }

    /** How far sequence number {@code to} lies ahead of {@code from}: -32768 to 32767, RFC 1982. */
    public static int sequenceDistance(int from, int to) {
        return (short) (to - from);
    }

    /** How far timestamp {@code to} lies ahead of {@code from}: -2^31 to 2^31 - 1 ticks. */
    public static int timestampDistance(long from, long to) {
        return (int) (to - from);
    }
}
