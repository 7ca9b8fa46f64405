package dev.millrace.protocols.rtp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * NAL units to RTP payloads, RFC 6184 packetization mode 1: small ones share a STAP-A, big ones become FU-A. Also cuts
 * a payload made elsewhere that is too big for the network. Stateless.
 *
 * @param maxPayload most bytes of a payload, at least {@link #MIN_PAYLOAD}
 */
public record H264Packetizer(int maxPayload) {
    /** Smallest bound on a payload that makes sense. */
    public static final int MIN_PAYLOAD = 16;

    private static final int FU_HEADERS = 2;

    public H264Packetizer {
        if (maxPayload < MIN_PAYLOAD) {
            throw new IllegalArgumentException("payloads of " + maxPayload + " bytes, at least " + MIN_PAYLOAD);
        }
    }

    /** The payloads of one access unit, in order; the last one's packet carries the marker. */
    public List<byte[]> packetise(List<byte[]> nals) {
        List<byte[]> payloads = new ArrayList<>();
        int i = 0;
        while (i < nals.size()) {
            int fitting = fitting(nals, i);
            if (fitting > 1) {
                payloads.add(aggregate(nals.subList(i, i + fitting)));
            } else {
                ByteBuffer nal = ByteBuffer.wrap(nals.get(i));
                repacketise(nal, 0, nal.limit(), maxPayload, copies(nal, payloads));
            }
            i += Math.max(1, fitting);
        }
        return payloads;
    }

    /** How many NAL units from an index on fit into one STAP-A. */
    private int fitting(List<byte[]> nals, int from) {
        int size = 1;
        int count = 0;
        while (from + count < nals.size()) {
            int length = nals.get(from + count).length;
            size += 2 + length;
            if (length == 0 || size > maxPayload) {
                break;
            }
            count++;
        }
        return count;
    }

    private static byte[] aggregate(List<byte[]> nals) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int forbiddenAndImportance = 0;
        for (byte[] nal : nals) {
            // The F bit of any and the highest NRI (section 5.7).
            int importance = Math.max(forbiddenAndImportance & 0x60, nal[0] & 0x60);
            forbiddenAndImportance = (forbiddenAndImportance | nal[0]) & 0x80 | importance;
        }
        payload.write(forbiddenAndImportance | H264Depacketizer.STAP_A);
        for (byte[] nal : nals) {
            payload.write(nal.length >> 8);
            payload.write(nal.length);
            payload.writeBytes(nal);
        }
        return payload.toByteArray();
    }

    /** A sink that copies each piece into a list. */
    static PieceSink copies(ByteBuffer source, List<byte[]> payloads) {
        return (prefix, prefixLength, from, length) -> {
            byte[] payload = new byte[prefixLength + length];
            for (int i = 0; i < prefixLength; i++) {
                payload[i] = (byte) (prefix >> 8 * (prefixLength - 1 - i));
            }
            source.get(from, payload, prefixLength, length);
            payloads.add(payload);
        };
    }

    /**
     * Cuts one payload (single NAL unit, STAP-A or FU-A) into payloads of at most {@code max} bytes; one that fits
     * comes out as it is. If the packet had the marker, the last piece's has it. Nothing is allocated.
     *
     * @return the number of pieces; 0 where the payload is empty, torn or of a type that cannot be cut
     */
    public static int repacketise(ByteBuffer packet, int payloadOffset, int payloadLength, int max, PieceSink sink) {
        if (payloadLength < 1 || max < MIN_PAYLOAD) {
            return 0;
        }
        if (payloadLength <= max) {
            sink.piece(0, 0, payloadOffset, payloadLength);
            return 1;
        }
        int type = packet.get(payloadOffset) & 0x1F;
        if (type == H264Depacketizer.STAP_A) {
            return whole(packet, payloadOffset, payloadLength)
                    ? aggregate(packet, payloadOffset, payloadLength, max, sink)
                    : 0;
        }
        if (type == H264Depacketizer.FU_A) {
            int flags = packet.get(payloadOffset + 1);
            return cut(packet.get(payloadOffset), flags, payloadOffset + 2, payloadLength - 2, max, sink);
        }
        if (type >= 1 && type <= H264Depacketizer.LAST_SINGLE) {
            return single(packet, payloadOffset, payloadLength, max, sink);
        }
        return 0;
    }

    private static int single(ByteBuffer packet, int at, int length, int max, PieceSink sink) {
        if (length <= max) {
            sink.piece(0, 0, at, length);
            return 1;
        }
        int header = packet.get(at);
        int indicator = header & 0xE0 | H264Depacketizer.FU_A;
        int flags = H264Depacketizer.START | H264Depacketizer.END | header & 0x1F;
        return cut(indicator, flags, at + 1, length - 1, max, sink);
    }

    private static boolean whole(ByteBuffer packet, int payloadOffset, int payloadLength) {
        int at = payloadOffset + 1;
        int end = payloadOffset + payloadLength;
        while (at + 2 <= end) {
            at += 2 + (packet.getShort(at) & 0xFFFF);
        }
        return at == end;
    }

    private static int aggregate(ByteBuffer packet, int payloadOffset, int payloadLength, int max, PieceSink sink) {
        int at = payloadOffset + 1;
        int end = payloadOffset + payloadLength;
        int pieces = 0;
        while (at < end) {
            int size = packet.getShort(at) & 0xFFFF;
            pieces += size == 0 ? 0 : single(packet, at + 2, size, max, sink);
            at += 2 + size;
        }
        return pieces;
    }

    /** Pieces of nearly equal size; only the first keeps the start bit and only the last the end bit. */
    private static int cut(int indicator, int flags, int from, int length, int max, PieceSink sink) {
        int room = max - FU_HEADERS;
        int pieces = (length + room - 1) / room;
        int at = from;
        for (int i = 0; i < pieces; i++) {
            int size = (length - (at - from) + pieces - i - 1) / (pieces - i);
            int keep = (i == 0 ? H264Depacketizer.START : 0) | (i == pieces - 1 ? H264Depacketizer.END : 0) | 0x1F;
            sink.piece((indicator & 0xFF) << 8 | flags & keep, FU_HEADERS, at, size);
            at += size;
        }
        return pieces;
    }
}
