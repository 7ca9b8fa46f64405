package dev.millrace.protocols.rtp;

import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;

/**
 * An RTP packet that owns its bytes, RFC 3550 section 5.1, for publishers, payload readers and tests; the path from
 * publisher to reader uses {@link RtpView} instead. Contributing sources, header extension and padding are not kept.
 *
 * @param payloadType 0 to 127
 * @param sequence 0 to 65535
 * @param timestamp 0 to 2^32 - 1
 * @param ssrc 0 to 2^32 - 1
 */
public record RtpPacket(int payloadType, boolean marker, int sequence, long timestamp, long ssrc, byte[] payload) {
    /** Reads what lies between the buffer's position and limit; the rule of {@link Malformed} is the validity's label. */
    public static RtpPacket parse(ByteBuffer packet) {
        int offset = packet.position();
        int length = packet.remaining();
        RtpValidity validity = RtpView.validity(packet, offset, length);
        if (validity != RtpValidity.OK) {
            throw new Malformed(validity.label(), "not an RTP packet, " + length + " bytes");
        }
        byte[] payload = new byte[RtpView.payloadLength(packet, offset, length)];
        packet.get(RtpView.payloadOffset(packet, offset), payload);
        return new RtpPacket(
                RtpView.payloadType(packet, offset),
                RtpView.marker(packet, offset),
                RtpView.sequence(packet, offset),
                RtpView.timestamp(packet, offset),
                RtpView.ssrc(packet, offset),
                payload);
    }

    /** The packet in wire form. */
    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(RtpView.HEADER + payload.length);
        bytes.put(0, (byte) 0x80);
        RtpView.setPayloadType(bytes, 0, payloadType);
        RtpView.setMarker(bytes, 0, marker);
        RtpView.setSequence(bytes, 0, sequence);
        RtpView.setTimestamp(bytes, 0, timestamp);
        RtpView.setSsrc(bytes, 0, ssrc);
        bytes.put(RtpView.HEADER, payload);
        return bytes.array();
    }
}
