package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;

/**
 * Does this payload start a key frame? One rule per payload format, on borrowed bytes, without allocating. The answer
 * may be true for several packets of one key frame (parameter set, then slices): whoever starts a cache at a key frame
 * does so at the first true answer of a timestamp.
 */
public enum KeyFrames {
    /** RFC 6184: IDR slice or sequence parameter set, alone, aggregated, or in a first fragment. */
    H264,
    /** RFC 7798: IRAP picture or parameter set (VPS, SPS), alone, aggregated, or in a first fragment. */
    H265,
    /** RFC 7741. */
    VP8,
    /** RFC 9628. */
    VP9,
    /** AV1 RTP payload specification: first packet of a coded video sequence. */
    AV1,
    /** RFC 6416: visual object sequence, object layer, group of VOPs, or an intra VOP. */
    MP4V,
    /** RFC 2250: sequence header or an intra picture. */
    MPV,
    /** RFC 2435: every frame; the first fragment starts it. */
    JPEG,
    /** Every packet may be the first one. */
    AUDIO,
    /** We cannot tell: no packet is known to start a key frame. */
    UNKNOWN;

    private static final Map<String, KeyFrames> BY_ENCODING = Map.ofEntries(
            Map.entry("H264", H264),
            Map.entry("H265", H265),
            Map.entry("HEVC", H265),
            Map.entry("VP8", VP8),
            Map.entry("VP9", VP9),
            Map.entry("AV1", AV1),
            Map.entry("MP4V-ES", MP4V),
            Map.entry("MPV", MPV),
            Map.entry("JPEG", JPEG),
            Map.entry("PCMU", AUDIO),
            Map.entry("PCMA", AUDIO),
            Map.entry("GSM", AUDIO),
            Map.entry("G722", AUDIO),
            Map.entry("G723", AUDIO),
            Map.entry("G726-16", AUDIO),
            Map.entry("G726-24", AUDIO),
            Map.entry("G726-32", AUDIO),
            Map.entry("G726-40", AUDIO),
            Map.entry("G728", AUDIO),
            Map.entry("G729", AUDIO),
            Map.entry("DVI4", AUDIO),
            Map.entry("L8", AUDIO),
            Map.entry("L16", AUDIO),
            Map.entry("L24", AUDIO),
            Map.entry("MPA", AUDIO),
            Map.entry("MPA-ROBUST", AUDIO),
            Map.entry("MPEG4-GENERIC", AUDIO),
            Map.entry("MP4A-LATM", AUDIO),
            Map.entry("AC3", AUDIO),
            Map.entry("EAC3", AUDIO),
            Map.entry("OPUS", AUDIO),
            Map.entry("VORBIS", AUDIO),
            Map.entry("SPEEX", AUDIO),
            Map.entry("AMR", AUDIO),
            Map.entry("AMR-WB", AUDIO),
            Map.entry("ILBC", AUDIO),
            Map.entry("TELEPHONE-EVENT", AUDIO),
            Map.entry("CN", AUDIO));

    /** The rule of an encoding name as {@code a=rtpmap} writes it, without regard to case. */
    public static KeyFrames of(String encoding) {
        return BY_ENCODING.getOrDefault(encoding.toUpperCase(Locale.ROOT), UNKNOWN);
    }

    /** The rule of an encoding in a media section: any audio is {@link #AUDIO}. */
    public static KeyFrames of(String kind, String encoding) {
        return kind.equalsIgnoreCase("audio") ? AUDIO : of(encoding);
    }

    /** Whether key frames can be told at all. */
    public boolean known() {
        return this != UNKNOWN;
    }

    /** Whether the payload starts a key frame; false for an empty or torn one. */
    public boolean startsKeyFrame(ByteBuffer packet, int payloadOffset, int payloadLength) {
        if (payloadLength < 1) {
            return false;
        }
        return switch (this) {
            case H264 -> KeyFrameRules.h264(packet, payloadOffset, payloadLength);
            case H265 -> KeyFrameRules.h265(packet, payloadOffset, payloadLength);
            case VP8 -> KeyFrameRules.vp8(packet, payloadOffset, payloadLength);
            case VP9 -> KeyFrameRules.vp9(packet, payloadOffset, payloadLength);
            case AV1 -> (packet.get(payloadOffset) & 0x08) != 0;
            case MP4V -> KeyFrameRules.mp4v(packet, payloadOffset, payloadLength);
            case MPV -> KeyFrameRules.mpv(packet, payloadOffset, payloadLength);
            case JPEG -> KeyFrameRules.jpeg(packet, payloadOffset, payloadLength);
            case AUDIO -> true;
            case UNKNOWN -> false;
        };
    }
}
