package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Formats whose payload is the coded audio and nothing else: RFC 7587 (Opus), RFC 3551 section 4.5 (G.711, L16 ...). */
public final class PlainAudioDepacketizer implements AudioDepacketizer {
    private final Consumer<AudioFrame> out;
    private final SequenceGaps gaps = new SequenceGaps();

    public PlainAudioDepacketizer(Consumer<AudioFrame> out) {
        this.out = out;
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length) {
        boolean gap = gaps.gapBefore(RtpView.sequence(packet, offset));
        byte[] frame = new byte[RtpView.payloadLength(packet, offset, length)];
        if (gaps.late() || frame.length == 0) {
            return;
        }
        packet.get(RtpView.payloadOffset(packet, offset), frame);
        out.accept(new AudioFrame(RtpView.timestamp(packet, offset), frame, gap));
    }

    @Override
    public long malformedPackets() {
        return 0;
    }
}
