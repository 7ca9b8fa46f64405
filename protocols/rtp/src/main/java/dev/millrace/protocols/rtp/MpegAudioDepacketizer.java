package dev.millrace.protocols.rtp;

import dev.millrace.protocols.codecs.MpegAudioHeader;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * RTP payload format of MPEG-1 and MPEG-2 audio, RFC 2250 section 3.2 and 3.5: several frames in a packet, or one frame
 * over several packets. The clock is 90 kHz.
 */
public final class MpegAudioDepacketizer implements AudioDepacketizer {
    private static final int CLOCK = 90_000;
    private static final int HEADER = 4;

    private final Consumer<AudioFrame> out;
    private final SequenceGaps gaps = new SequenceGaps();
    private final FragmentBuffer fragment = new FragmentBuffer(AudioFrame.MAX_BYTES);
    private long fragmentTimestamp;
    private int fragmentLength;
    private boolean lossBefore;
    private long malformed;

    public MpegAudioDepacketizer(Consumer<AudioFrame> out) {
        this.out = out;
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length) {
        boolean gap = gaps.gapBefore(RtpView.sequence(packet, offset));
        if (gaps.late()) {
            return;
        }
        if (gap) {
            lossBefore = true;
            fragment.clear();
        }
        int at = RtpView.payloadOffset(packet, offset);
        int size = RtpView.payloadLength(packet, offset, length);
        if (size == 0) {
            return;
        }
        if (size <= HEADER || !payload(packet, at, size, RtpView.timestamp(packet, offset))) {
            malformed++;
            lossBefore = true;
            fragment.clear();
        }
    }

    private boolean payload(ByteBuffer packet, int at, int size, long timestamp) {
        int fragmentOffset = packet.getShort(at + 2) & 0xFFFF;
        if (fragmentOffset > 0) {
            // The beginning may have been lost; that is no fault of this packet.
            boolean fits = fragment.size() == fragmentOffset && timestamp == fragmentTimestamp;
            return !fits || continued(packet, at + HEADER, size - HEADER);
        }
        byte[] data = new byte[size - HEADER];
        packet.get(at + HEADER, data);
        fragment.clear();
        try {
            return frames(packet, at + HEADER, data, timestamp);
        } catch (Malformed malformedFrame) {
            return false;
        }
    }

    private boolean frames(ByteBuffer packet, int from, byte[] data, long timestamp) {
        long time = timestamp;
        int at = 0;
        for (int count = 0; count < AudioFrame.MAX_FRAMES && at < data.length; count++) {
            MpegAudioHeader header = MpegAudioHeader.parse(data, at);
            int length = header.frameLength();
            if (length > data.length - at) {
                fragmentTimestamp = timestamp;
                fragmentLength = length;
                return count == 0 && fragment.add(packet, from, data.length);
            }
            byte[] frame = new byte[length];
            System.arraycopy(data, at, frame, 0, length);
            send(frame, time);
            time += (long) header.samples() * CLOCK / header.sampleRate();
            at += length;
        }
        return at == data.length;
    }

    private boolean continued(ByteBuffer packet, int from, int length) {
        if (!fragment.add(packet, from, length) || fragment.size() > fragmentLength) {
            return false;
        }
        if (fragment.size() == fragmentLength) {
            byte[] frame = fragment.toBytes();
            fragment.clear();
            send(frame, fragmentTimestamp);
        }
        return true;
    }

    private void send(byte[] frame, long timestamp) {
        AudioFrame sent = new AudioFrame(timestamp & 0xFFFF_FFFFL, frame, lossBefore);
        lossBefore = false;
        out.accept(sent);
    }

    @Override
    public long malformedPackets() {
        return malformed;
    }
}
