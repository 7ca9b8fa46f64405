package dev.millrace.protocols.rtp;

import java.util.ArrayList;
import java.util.List;

/**
 * AAC frames to RTP payloads, RFC 3640 mode AAC-hbr with sizeLength 13, indexLength 3 and indexDeltaLength 3: one or
 * more frames in a payload, a frame too big for one over several. Stateless.
 *
 * @param maxPayload most bytes of a payload, at least {@link #MIN_PAYLOAD}
 */
public record AacPacketizer(int maxPayload) {
    /** Smallest bound on a payload that makes sense. */
    public static final int MIN_PAYLOAD = 16;

    /** Largest frame that 13 bits can tell. */
    public static final int MAX_FRAME = 8191;

    private static final int HEADERS = 4;

    public AacPacketizer {
        if (maxPayload < MIN_PAYLOAD) {
            throw new IllegalArgumentException("payloads of " + maxPayload + " bytes, at least " + MIN_PAYLOAD);
        }
    }

    /** One frame as one payload, or as several where it is too big; the last one's packet carries the marker. */
    public List<byte[]> packetise(byte[] frame) {
        if (frame.length == 0 || frame.length > MAX_FRAME) {
            throw new IllegalArgumentException("a frame of " + frame.length + " bytes, 1 to " + MAX_FRAME);
        }
        List<byte[]> payloads = new ArrayList<>();
        int room = maxPayload - HEADERS;
        for (int from = 0; from < frame.length; from += room) {
            int size = Math.min(room, frame.length - from);
            byte[] payload = new byte[HEADERS + size];
            payload[1] = 16;
            header(payload, 2, frame.length);
            System.arraycopy(frame, from, payload, HEADERS, size);
            payloads.add(payload);
        }
        return payloads;
    }

    /** How many of the frames, from the first on, fit into one payload together; at least 1. */
    public int fitting(List<byte[]> frames) {
        int size = 2;
        int count = 0;
        for (byte[] frame : frames) {
            size += 2 + frame.length;
            if (size > maxPayload || count == AudioFrame.MAX_FRAMES) {
                break;
            }
            count++;
        }
        return Math.max(1, count);
    }

    /** Several frames that follow each other as one payload; its packet carries the first one's timestamp. */
    public byte[] aggregate(List<byte[]> frames) {
        int size = 2;
        for (byte[] frame : frames) {
            size += 2 + frame.length;
        }
        if (size > maxPayload) {
            throw new IllegalArgumentException(size + " bytes do not fit into " + maxPayload);
        }
        byte[] payload = new byte[size];
        int bits = frames.size() * 16;
        payload[0] = (byte) (bits >> 8);
        payload[1] = (byte) bits;
        int data = 2 + 2 * frames.size();
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            header(payload, 2 + 2 * i, frame.length);
            System.arraycopy(frame, 0, payload, data, frame.length);
            data += frame.length;
        }
        return payload;
    }

    private static void header(byte[] payload, int at, int size) {
        payload[at] = (byte) (size >> 5);
        payload[at + 1] = (byte) (size << 3);
    }
}
