package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.KeyFrames;
import dev.millrace.protocols.sdp.MediaDescription;
import dev.millrace.protocols.sdp.RtpMap;

/**
 * One medium of a stream, as its description names it.
 *
 * @param index position among the description's media, from 0
 * @param payloadType the first format's RTP payload type
 * @param encoding the encoding name in upper case, {@code UNKNOWN} where the description names none
 * @param clockRate RTP timestamp units per second
 * @param keyFrames how to see where a key frame starts
 * @param media the description it comes from
 */
public record Track(
        int index,
        Kind kind,
        int payloadType,
        String encoding,
        int clockRate,
        KeyFrames keyFrames,
        MediaDescription media) {
    /** What the lane does with a track depends on this alone. */
    public enum Kind {
        /** Packets of one timestamp leave together; key frames start a picture. */
        VIDEO,
        /** Every packet leaves at once. */
        AUDIO,
        /** Passed like audio. */
        OTHER
    }

    static Track of(int index, MediaDescription media) {
        Kind kind = switch (media.kind()) {
            case "video" -> Kind.VIDEO;
            case "audio" -> Kind.AUDIO;
            default -> Kind.OTHER;
        };
        int payloadType =
                media.payloadTypes().isEmpty() ? 0 : media.payloadTypes().getFirst();
        RtpMap map = media.rtpMap().orElse(new RtpMap(payloadType, "UNKNOWN", 90_000, 1));
        String encoding = map.encoding().toUpperCase(java.util.Locale.ROOT);
        return new Track(
                index, kind, payloadType, encoding, map.clockRate(), KeyFrames.of(media.kind(), encoding), media);
    }

    /** Whether a reader that knows this track can go on with the other one. */
    boolean continues(Track other) {
        return kind == other.kind
                && payloadType == other.payloadType
                && clockRate == other.clockRate
                && encoding.equals(other.encoding)
                && media.fmtp().equals(other.media.fmtp());
    }
}
