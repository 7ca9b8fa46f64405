package dev.millrace.media.hls.core;

import dev.millrace.platform.contracts.Packagings.LeftOut;
import dev.millrace.protocols.codecs.Aac;
import dev.millrace.protocols.codecs.Adts;
import dev.millrace.protocols.codecs.AudioSpecificConfig;
import dev.millrace.protocols.rtp.FormatParameters;
import dev.millrace.protocols.sdp.MediaDescription;
import dev.millrace.protocols.sdp.RtpMap;
import dev.millrace.protocols.sdp.SessionDescription;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which tracks of a stream go into transport stream segments, the first H.264 and the first AAC, and which are left out and
 * why. Immutable.
 */
public record TrackPlan(Optional<Video> video, Optional<Audio> audio, List<LeftOut> leftOut) {
    public TrackPlan {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * The carried video.
     *
     * @param track index among the description's media
     * @param parameterSets SPS and PPS of the description, if it has any
     */
    public record Video(int track, int clockRate, List<byte[]> parameterSets) {}

    /**
     * The carried audio.
     *
     * @param encoding RTP encoding name, which tells the payload format
     * @param fmtp its format parameters
     */
    public record Audio(
            int track, int clockRate, String encoding, Map<String, String> fmtp, AudioSpecificConfig config) {}

    /** Whether HLS can carry anything of it. */
    public boolean carries() {
        return video.isPresent() || audio.isPresent();
    }

    /** Plans for a description; throws {@link Malformed} if it cannot be read at all. */
    public static TrackPlan of(byte[] sdp) {
        return of(SessionDescription.parse(sdp));
    }

    /** Plans for a description. */
    public static TrackPlan of(SessionDescription description) {
        Optional<Video> video = Optional.empty();
        Optional<Audio> audio = Optional.empty();
        List<LeftOut> leftOut = new ArrayList<>();
        for (int track = 0; track < description.media().size(); track++) {
            MediaDescription media = description.media().get(track);
            RtpMap map = media.rtpMap().orElse(new RtpMap(0, "unknown", 90_000, 1));
            String encoding = map.encoding().toUpperCase(Locale.ROOT);
            String refusal = refusal(media, map);
            if (refusal.isEmpty() && encoding.equals("H264") && video.isEmpty()) {
                List<byte[]> sets = FormatParameters.h264ParameterSets(media.fmtp());
                video = Optional.of(new Video(track, map.clockRate(), sets));
            } else if (refusal.isEmpty() && !encoding.equals("H264") && audio.isEmpty()) {
                AudioSpecificConfig config = config(encoding, media.fmtp());
                audio = Optional.of(new Audio(track, map.clockRate(), encoding, media.fmtp(), config));
            } else {
                String reason = refusal.isEmpty() ? "only the first " + media.kind() + " track is carried" : refusal;
                leftOut.add(new LeftOut(track, map.encoding(), reason));
            }
        }
        return new TrackPlan(video, audio, leftOut);
    }

    /** Why the track cannot be carried; empty if it can. */
    private static String refusal(MediaDescription media, RtpMap map) {
        return switch (map.encoding().toUpperCase(Locale.ROOT)) {
            case "H264" ->
                "2".equals(media.fmtp().get("packetization-mode"))
                        ? "H.264 in interleaved packetization (mode 2) is not read"
                        : map.clockRate() > 0 ? "" : "the description names no clock rate";
            case "MPEG4-GENERIC", "MP4A-LATM" -> audioRefusal(media.fmtp(), map);
            case "H265", "HEVC" -> "HLS players take H.265 in fMP4 segments only, and these are MPEG-TS";
            case "AV1", "VP8", "VP9" -> map.encoding() + " has no place in MPEG-TS segments";
            case "OPUS" -> "HLS players take Opus in fMP4 segments only, and these are MPEG-TS";
            case "UNKNOWN" -> "the description does not name its encoding";
            default -> "HLS players do not take " + map.encoding();
        };
    }

    private static String audioRefusal(Map<String, String> fmtp, RtpMap map) {
        try {
            AudioSpecificConfig config = config(map.encoding().toUpperCase(Locale.ROOT), fmtp);
            if (config.objectType() > Aac.LTP) {
                return "AAC of object type " + config.objectType() + " has no ADTS form";
            }
            Adts.header(config, 1);
            return map.clockRate() > 0 ? "" : "the description names no clock rate";
        } catch (Malformed malformed) {
            return "its AAC configuration cannot be used (" + malformed.rule() + ")";
        }
    }

    private static AudioSpecificConfig config(String encoding, Map<String, String> fmtp) {
        if (encoding.equals("MP4A-LATM")) {
            return FormatParameters.latmConfig(fmtp).audio();
        }
        return FormatParameters.aacConfig(fmtp)
                .orElseThrow(() -> new Malformed("aac-config", "the description has no config"));
    }
}
