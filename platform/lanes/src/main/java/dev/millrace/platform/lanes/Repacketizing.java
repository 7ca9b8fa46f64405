package dev.millrace.platform.lanes;

import java.nio.ByteBuffer;

/** Cuts the payload of a packet that is too long for UDP into several of the same format, where the format is known. */
final class Repacketizing {
    private Repacketizing() {}

    /** One piece: a prefix of its own, then bytes of the original payload. */
    @FunctionalInterface
    interface Piece {
        /**
         * @param prefix lent
         * @param from absolute index of the payload bytes in the original view
         * @param last whether the marker of the original belongs to this piece
         */
        void piece(byte[] prefix, int prefixLength, int from, int count, boolean last);
    }

    /** How many pieces {@link #split} makes; 1 for a format that is not known, which goes out whole. */
    static int pieces(Track track, ByteBuffer view, int payload, int length, int limit) {
        return 1;
    }

    static void split(Track track, ByteBuffer view, int payload, int length, int limit, Piece out) {
        out.piece(new byte[0], 0, payload, length, true);
    }
}
