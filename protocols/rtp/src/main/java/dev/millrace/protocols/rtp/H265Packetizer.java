package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * NAL units to RTP payloads, RFC 7798 without decoding order numbers: big ones become fragmentation units. Also cuts a
 * payload made elsewhere that is too big for the network. Stateless.
 *
 * @param maxPayload most bytes of a payload, at least {@link H264Packetizer#MIN_PAYLOAD}
 */
public record H265Packetizer(int maxPayload) {
    private static final int FU_HEADERS = 3;

    public H265Packetizer {
        if (maxPayload < H264Packetizer.MIN_PAYLOAD) {
            throw new IllegalArgumentException(
                    "payloads of " + maxPayload + " bytes, at least " + H264Packetizer.MIN_PAYLOAD);
        }
    }

    /** The payloads of one access unit, in order; the last one's packet carries the marker. */
    public List<byte[]> packetise(List<byte[]> nals) {
        List<byte[]> payloads = new ArrayList<>();
        for (byte[] bytes : nals) {
            ByteBuffer nal = ByteBuffer.wrap(bytes);
            repacketise(nal, 0, bytes.length, maxPayload, H264Packetizer.copies(nal, payloads));
        }
        return payloads;
    }

    /**
     * Cuts one payload (single NAL unit, aggregation packet or fragmentation unit) into payloads of at most {@code max}
     * bytes; one that fits comes out as it is. If the packet had the marker, the last piece's has it. Only for streams
     * without decoding order numbers. Nothing is allocated.
     *
     * @return the number of pieces; 0 where the payload is empty, torn or of a type that cannot be cut
     */
    public static int repacketise(ByteBuffer packet, int payloadOffset, int payloadLength, int max, PieceSink sink) {
        if (payloadLength < 3 || max < H264Packetizer.MIN_PAYLOAD) {
            return 0;
        }
        if (payloadLength <= max) {
            sink.piece(0, 0, payloadOffset, payloadLength);
            return 1;
        }
        int type = packet.get(payloadOffset) >> 1 & 0x3F;
        if (type == H265Depacketizer.AP) {
            return whole(packet, payloadOffset, payloadLength)
                    ? aggregate(packet, payloadOffset, payloadLength, max, sink)
                    : 0;
        }
        if (type == H265Depacketizer.FU) {
            int header = packet.getShort(payloadOffset) & 0xFFFF;
            return cut(header, packet.get(payloadOffset + 2), payloadOffset + 3, payloadLength - 3, max, sink);
        }
        return type <= H265Depacketizer.LAST_SINGLE ? single(packet, payloadOffset, payloadLength, max, sink) : 0;
    }

    private static int single(ByteBuffer packet, int at, int length, int max, PieceSink sink) {
        if (length <= max) {
            sink.piece(0, 0, at, length);
            return 1;
        }
        int header = packet.getShort(at) & 0xFFFF;
        int fragment = header & 0x81FF | H265Depacketizer.FU << 9;
        int flags = H265Depacketizer.START | H265Depacketizer.END | header >> 9 & 0x3F;
        return cut(fragment, flags, at + 2, length - 2, max, sink);
    }

    private static boolean whole(ByteBuffer packet, int payloadOffset, int payloadLength) {
        int at = payloadOffset + 2;
        int end = payloadOffset + payloadLength;
        while (at + 2 <= end) {
            at += 2 + (packet.getShort(at) & 0xFFFF);
        }
        return at == end;
    }

    private static int aggregate(ByteBuffer packet, int payloadOffset, int payloadLength, int max, PieceSink sink) {
        int at = payloadOffset + 2;
        int end = payloadOffset + payloadLength;
        int pieces = 0;
        while (at < end) {
            int size = packet.getShort(at) & 0xFFFF;
            pieces += size < 3 ? 0 : single(packet, at + 2, size, max, sink);
            at += 2 + size;
        }
        return pieces;
    }

    private static int cut(int header, int flags, int from, int length, int max, PieceSink sink) {
        int room = max - FU_HEADERS;
        int pieces = (length + room - 1) / room;
        int at = from;
        for (int i = 0; i < pieces; i++) {
            int size = (length - (at - from) + pieces - i - 1) / (pieces - i);
            int keep = (i == 0 ? H265Depacketizer.START : 0) | (i == pieces - 1 ? H265Depacketizer.END : 0) | 0x3F;
            sink.piece(header << 8 | flags & keep, FU_HEADERS, at, size);
            at += size;
        }
        return pieces;
    }
}
