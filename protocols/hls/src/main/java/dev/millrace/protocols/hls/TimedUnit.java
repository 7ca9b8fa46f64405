package dev.millrace.protocols.hls;

import java.util.List;

/**
 * One picture or audio frame, ready to be written.
 *
 * @param pts90k presentation time
 * @param dts90k decoding time, at most {@code pts90k}
 * @param key decoding can start here: an IDR picture, any audio frame
 * @param pieces its bytes in the form the transport stream carries (annex B with delimiter; ADTS), in pieces
 */
public record TimedUnit(long pts90k, long dts90k, boolean key, List<byte[]> pieces) {
    public TimedUnit {
        if (dts90k > pts90k) {
            throw new IllegalArgumentException("DTS " + dts90k + " after PTS " + pts90k);
        }
    }

    int size() {
        int size = 0;
        for (byte[] piece : pieces) {
            size += piece.length;
        }
        return size;
    }
}
