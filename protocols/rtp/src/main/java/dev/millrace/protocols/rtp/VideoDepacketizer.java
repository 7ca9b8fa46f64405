package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * RTP packets to access units. Takes valid packets in order of sequence (behind {@link Reorder}); a gap in the numbers
 * damages only the units it touches. Never throws for what a peer sent: a payload that breaks the format is counted and
 * its unit damaged. Owned by one event loop; units go to the consumer within the call.
 */
public sealed interface VideoDepacketizer permits H264Depacketizer, H265Depacketizer {
    /** The payload format of an encoding name, without regard to case; empty where there is none. */
    static Optional<VideoDepacketizer> of(String encoding, Map<String, String> fmtp, Consumer<AccessUnit> out) {
        return switch (encoding.toUpperCase(Locale.ROOT)) {
            case "H264" -> Optional.of(new H264Depacketizer(out));
            case "H265", "HEVC" -> Optional.of(H265Depacketizer.of(fmtp, out));
            default -> Optional.empty();
        };
    }

    /** One RTP packet, header included, of which {@link RtpView#validity} says OK. */
    void onPacket(ByteBuffer packet, int offset, int length);

    /** The stream pauses or ends: what is there goes out. */
    void flush();

    /** Access units that went out damaged or could not go out, ever. */
    long damagedUnits();

    /** Packets whose payload broke the format, ever. */
    long malformedPackets();
}
