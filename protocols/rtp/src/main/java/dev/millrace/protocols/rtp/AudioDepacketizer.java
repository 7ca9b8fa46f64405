package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * RTP packets to audio frames. Takes valid packets in order of sequence (behind {@link Reorder}); a gap in the numbers
 * costs only the frames it touches. Never throws for what a peer sent: a payload that breaks the format is counted.
 * Owned by one event loop; frames go to the consumer within the call.
 */
public sealed interface AudioDepacketizer
        permits AacDepacketizer, LatmDepacketizer, MpegAudioDepacketizer, PlainAudioDepacketizer {
    /**
     * The payload format of an encoding name, without regard to case; empty where there is none.
     *
     * @throws dev.millrace.protocols.wire.Malformed if the format parameters are broken
     */
    static Optional<AudioDepacketizer> of(
            String encoding, int clockRate, Map<String, String> fmtp, Consumer<AudioFrame> out) {
        return switch (encoding.toUpperCase(Locale.ROOT)) {
            case "MPEG4-GENERIC" -> Optional.of(AacDepacketizer.of(fmtp, clockRate, out));
            case "MP4A-LATM" -> Optional.of(LatmDepacketizer.of(fmtp, clockRate, out));
            case "MPA" -> Optional.of(new MpegAudioDepacketizer(out));
            case "OPUS", "PCMU", "PCMA", "G722", "L16", "G729", "GSM", "SPEEX" ->
                Optional.of(new PlainAudioDepacketizer(out));
            default -> Optional.empty();
        };
    }

    /** One RTP packet, header included, of which {@link RtpView#validity} says OK. */
    void onPacket(ByteBuffer packet, int offset, int length);

    /** Packets whose payload broke the format, ever. */
    long malformedPackets();
}
