package dev.millrace.console.core;

import dev.millrace.protocols.codecs.AudioSpecificConfig;
import dev.millrace.protocols.codecs.H264;
import dev.millrace.protocols.codecs.H264Sps;
import dev.millrace.protocols.codecs.H265Sps;
import dev.millrace.protocols.codecs.LatmConfig;
import dev.millrace.protocols.sdp.MediaDescription;
import dev.millrace.protocols.sdp.RtpMap;
import dev.millrace.protocols.sdp.SessionDescription;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a description tells of one track. What it does not tell is 0 or empty: a camera may keep its parameter sets for the
 * stream itself.
 *
 * @param index the number of its {@code m=} section, from 0
 * @param kind {@code video}, {@code audio} or {@code other}
 * @param encoding the RTP encoding name
 * @param codec the name people use
 * @param detail profile and level: {@code High 3.1}
 * @param width pixels
 * @param height pixels
 * @param fps frames per second
 * @param rate of video the RTP clock, of audio the sample rate, Hz
 * @param channels of audio
 */
public record TrackFacts(
        int index,
        String kind,
        String encoding,
        String codec,
        String detail,
        int width,
        int height,
        double fps,
        int rate,
        int channels) {
    private static final double FPS_LIMIT = 1_000;

    /** The tracks of an SDP; none when it cannot be read. */
    public static List<TrackFacts> of(byte[] sdp) {
        List<MediaDescription> media;
        try {
            media = SessionDescription.parse(sdp).media();
        } catch (Malformed unreadable) {
            return List.of();
        }
        List<TrackFacts> tracks = new ArrayList<>();
        for (int i = 0; i < media.size(); i++) {
            tracks.add(of(i, media.get(i)));
        }
        return List.copyOf(tracks);
    }

    private static TrackFacts of(int index, MediaDescription media) {
        String kind = media.kind().equals("video") || media.kind().equals("audio") ? media.kind() : "other";
        Optional<RtpMap> map = media.rtpMap();
        String encoding = CodecNames.shown(map.map(RtpMap::encoding).orElse(""));
        TrackFacts plain = new TrackFacts(
                index,
                kind,
                encoding,
                CodecNames.of(encoding),
                "",
                0,
                0,
                framesPerSecond(media),
                map.map(RtpMap::clockRate).orElse(0),
                kind.equals("audio") ? map.map(RtpMap::channels).orElse(0) : 0);
        try {
            return plain.refined(media.fmtp()).measured(media);
        } catch (Malformed | IllegalArgumentException unreadable) {
            return plain.measured(media);
        }
    }

    private TrackFacts refined(Map<String, String> parameters) {
        return switch (encoding.toUpperCase(Locale.ROOT)) {
            case "H264" -> h264(parameters.getOrDefault("sprop-parameter-sets", ""));
            case "H265" -> h265(parameters.getOrDefault("sprop-sps", ""));
            case "MPEG4-GENERIC" -> aac(parameters.getOrDefault("config", ""), AudioSpecificConfig::parse);
            case "MP4A-LATM" ->
                aac(
                        parameters.getOrDefault("config", ""),
                        bytes -> LatmConfig.parse(bytes).audio());
            default -> this;
        };
    }

    private TrackFacts h264(String sets) {
        for (String set : sets.split(",")) {
            byte[] nal = Base64.getDecoder().decode(set.strip());
            if (nal.length > 0 && (nal[0] & 0x1F) == H264.SPS) {
                H264Sps sps = H264Sps.parse(nal);
                double told = sps.frameRate();
                return video(profile(sps) + " " + sps.level() / 10.0, sps.width(), sps.height(), told > 0 ? told : fps);
            }
        }
        return this;
    }

    private TrackFacts h265(String sets) {
        if (sets.isEmpty()) {
            return this;
        }
        H265Sps sps = H265Sps.parse(Base64.getDecoder().decode(sets.split(",")[0].strip()));
        String profile = switch (sps.profile()) {
            case 1 -> "Main";
            case 2 -> "Main 10";
            case 3 -> "Main Still Picture";
            default -> "profile " + sps.profile();
        };
        return video(profile + " " + sps.level() / 30.0, sps.width(), sps.height(), fps);
    }

    private TrackFacts aac(String config, java.util.function.Function<byte[], AudioSpecificConfig> read) {
        if (config.isEmpty()) {
            return this;
        }
        AudioSpecificConfig audio = read.apply(HexFormat.of().parseHex(config.strip()));
        String profile = audio.parametricStereo() ? "HE v2" : audio.sbr() ? "HE" : audio.objectType() == 2 ? "LC" : "";
        int counted = audio.channels() > 0 ? audio.channels() : channels;
        return new TrackFacts(index, kind, encoding, codec, profile, 0, 0, 0, audio.outputRate(), counted);
    }

    private TrackFacts video(String profile, int pixelsWide, int pixelsHigh, double rateOfFrames) {
        double known = rateOfFrames > 0 && rateOfFrames < FPS_LIMIT ? rateOfFrames : 0;
        return new TrackFacts(index, kind, encoding, codec, profile, pixelsWide, pixelsHigh, known, rate, channels);
    }

    /** {@code a=framesize:96 640-480}, 3GPP TS 26.234 section 5.3.3.2, where no parameter set told the size. */
    private TrackFacts measured(MediaDescription media) {
        String size = media.attribute("framesize").orElse("");
        if (width > 0 || !size.matches("\\d{1,3} \\d{1,5}-\\d{1,5}")) {
            return this;
        }
        String[] parts = size.split("[ -]");
        return video(detail, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), fps);
    }

    /** {@code a=framerate}, RFC 8866 section 6.14. */
    private static double framesPerSecond(MediaDescription media) {
        String told = media.attribute("framerate").orElse("").strip();
        double rate = told.matches("\\d{1,4}(\\.\\d{1,6})?") ? Double.parseDouble(told) : 0;
        return rate < FPS_LIMIT ? rate : 0;
    }

    private static String profile(H264Sps sps) {
        boolean constrained = (sps.constraints() & 0x40) != 0;
        return switch (sps.profile()) {
            case 66 -> constrained ? "Constrained Baseline" : "Baseline";
            case 77 -> "Main";
            case 88 -> "Extended";
            case 100 -> "High";
            case 110 -> "High 10";
            case 122 -> "High 4:2:2";
            case 244 -> "High 4:4:4";
            default -> "profile " + sps.profile();
        };
    }
}
