package dev.millrace.protocols.rtp;

import dev.millrace.protocols.codecs.LatmConfig;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;

/**
 * RTP payload format of AAC in LATM, RFC 6416 section 6, with the configuration in the SDP ({@code cpresent=0}): an
 * audio mux element, whole or over several packets up to the marker.
 */
public final class LatmDepacketizer implements AudioDepacketizer {
    private static final int MORE = 255;

    private final Consumer<AudioFrame> out;
    private final int subFrames;
    private final long frameTicks;
    private final SequenceGaps gaps = new SequenceGaps();
    private final FragmentBuffer element = new FragmentBuffer(AudioFrame.MAX_BYTES);
    private long timestamp;
    private boolean fragments;
    private boolean skipping;
    private boolean lossBefore;
    private long malformed;

    private LatmDepacketizer(LatmConfig config, int clockRate, Consumer<AudioFrame> out) {
        this.subFrames = config.subFrames();
        this.frameTicks = AacDepacketizer.ticks(config.audio(), clockRate);
        this.out = out;
    }

    /**
     * Of the format parameters.
     *
     * @throws Malformed if {@code config} is missing, broken, or comes in the stream
     */
    public static LatmDepacketizer of(Map<String, String> fmtp, int clockRate, Consumer<AudioFrame> out) {
        return new LatmDepacketizer(FormatParameters.latmConfig(fmtp), clockRate, out);
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length) {
        boolean gap = gaps.gapBefore(RtpView.sequence(packet, offset));
        if (gaps.late()) {
            return;
        }
        long now = RtpView.timestamp(packet, offset);
        boolean another = element.size() > 0 && now != timestamp;
        if (gap || another) {
            lossBefore = true;
            element.clear();
            // Behind a gap a packet may be the middle of an element, and nothing in it tells.
            skipping = fragments || skipping && now == timestamp;
        }
        timestamp = now;
        boolean marker = RtpView.marker(packet, offset);
        fragments |= !marker;
        if (!skipping) {
            int size = RtpView.payloadLength(packet, offset, length);
            boolean room = element.add(packet, RtpView.payloadOffset(packet, offset), size);
            if (!room || marker && !frames(element.toBytes())) {
                malformed++;
                lossBefore = true;
                skipping = !marker;
                element.clear();
            }
        }
        if (marker) {
            skipping = false;
            element.clear();
        }
    }

    /** {@code PayloadLengthInfo} and {@code PayloadMux}, ISO 14496-3 section 1.7.3. */
    private boolean frames(byte[] bytes) {
        int at = 0;
        for (int i = 0; i < subFrames && at < bytes.length; i++) {
            int size = 0;
            int next;
            do {
                if (at == bytes.length) {
                    return false;
                }
                next = bytes[at++] & 0xFF;
                size += next;
            } while (next == MORE);
            if (size > bytes.length - at) {
                return false;
            }
            if (size > 0) {
                byte[] frame = new byte[size];
                System.arraycopy(bytes, at, frame, 0, size);
                out.accept(new AudioFrame(timestamp + i * frameTicks & 0xFFFF_FFFFL, frame, lossBefore));
                lossBefore = false;
            }
            at += size;
        }
        return true;
    }

    @Override
    public long malformedPackets() {
        return malformed;
    }
}
