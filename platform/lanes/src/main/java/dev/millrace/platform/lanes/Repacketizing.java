package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.H264Packetizer;
import dev.millrace.protocols.rtp.H265Packetizer;
import dev.millrace.protocols.rtp.PieceSink;
import java.nio.ByteBuffer;

/** Cuts the payload of a packet that is too long for UDP into several of the same format, where the format is known. */
final class Repacketizing {
    private static final PieceSink COUNT_ONLY = (prefix, prefixLength, from, length) -> {};

    private Repacketizing() {}

    /** How many pieces {@link #split} makes; 1 for a payload that cannot be cut and goes out whole. */
    static int pieces(Track track, ByteBuffer view, int payload, int length, int limit) {
        return Math.max(1, cut(track, view, payload, length, limit, COUNT_ONLY));
    }

    /** Makes the pieces; one that is the whole payload where it cannot be cut. */
    static void split(Track track, ByteBuffer view, int payload, int length, int limit, PieceSink out) {
        if (cut(track, view, payload, length, limit, out) == 0) {
            out.piece(0, 0, payload, length);
        }
    }

    private static int cut(Track track, ByteBuffer view, int payload, int length, int limit, PieceSink out) {
        if (limit < H264Packetizer.MIN_PAYLOAD) {
            return 0;
        }
        return switch (track.encoding()) {
            case "H264" -> H264Packetizer.repacketise(view, payload, length, limit, out);
            case "H265" -> H265Packetizer.repacketise(view, payload, length, limit, out);
            default -> 0;
        };
    }
}
