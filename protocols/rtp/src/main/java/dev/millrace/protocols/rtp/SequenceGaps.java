package dev.millrace.protocols.rtp;

/** Notices gaps in sequence numbers: what the audio formats have in common. */
final class SequenceGaps {
    private static final int NONE = -1;

    private int expected = NONE;
    private boolean late;

    /** Whether packets are missing before this one. */
    boolean gapBefore(int sequence) {
        int ahead = expected == NONE ? 0 : RtpView.sequenceDistance(expected, sequence);
        late = ahead < 0 && ahead >= -ReceptionStats.MAX_MISORDER;
        if (!late) {
            expected = sequence + 1 & 0xFFFF;
        }
        return ahead != 0;
    }

    /** Whether the packet last shown is late or double. */
    boolean late() {
        return late;
    }
}
