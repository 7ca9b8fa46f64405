package dev.millrace.protocols.sdp;

import java.util.Map;
import java.util.Optional;

/**
 * What a payload type means: {@code a=rtpmap}, RFC 8866 section 6.6, or the static assignment of RFC 3551 section 6.
 *
 * @param payloadType 0 to 127
 * @param encoding the encoding name as written
 * @param clockRate ticks of the RTP timestamp per second, at least 1
 * @param channels audio channels; 1 where not told
 */
public record RtpMap(int payloadType, String encoding, int clockRate, int channels) {
    /** Seven bits. */
    static final int MAX_PAYLOAD_TYPE = 127;

    /** Largest clock rate accepted: above it timestamps wrap within seconds. */
    public static final int MAX_CLOCK_RATE = 1_000_000_000;

    /** Largest number of channels accepted. */
    public static final int MAX_CHANNELS = 255;

    private static final int VIDEO_CLOCK = 90_000;

    private static final Map<Integer, RtpMap> STATIC = Map.ofEntries(
            fixed(0, "PCMU", 8000, 1),
            fixed(3, "GSM", 8000, 1),
            fixed(4, "G723", 8000, 1),
            fixed(5, "DVI4", 8000, 1),
            fixed(6, "DVI4", 16000, 1),
            fixed(7, "LPC", 8000, 1),
            fixed(8, "PCMA", 8000, 1),
            fixed(9, "G722", 8000, 1),
            fixed(10, "L16", 44100, 2),
            fixed(11, "L16", 44100, 1),
            fixed(12, "QCELP", 8000, 1),
            fixed(13, "CN", 8000, 1),
            fixed(14, "MPA", VIDEO_CLOCK, 1),
            fixed(15, "G728", 8000, 1),
            fixed(16, "DVI4", 11025, 1),
            fixed(17, "DVI4", 22050, 1),
            fixed(18, "G729", 8000, 1),
            fixed(25, "CelB", VIDEO_CLOCK, 1),
            fixed(26, "JPEG", VIDEO_CLOCK, 1),
            fixed(28, "nv", VIDEO_CLOCK, 1),
            fixed(31, "H261", VIDEO_CLOCK, 1),
            fixed(32, "MPV", VIDEO_CLOCK, 1),
            fixed(33, "MP2T", VIDEO_CLOCK, 1),
            fixed(34, "H263", VIDEO_CLOCK, 1));

    private static Map.Entry<Integer, RtpMap> fixed(int payloadType, String encoding, int clockRate, int channels) {
        return Map.entry(payloadType, new RtpMap(payloadType, encoding, clockRate, channels));
    }

    /** The static assignment of a payload type, if it has one. */
    public static Optional<RtpMap> ofStatic(int payloadType) {
        return Optional.ofNullable(STATIC.get(payloadType));
    }

    /**
     * Reads the value of {@code a=rtpmap}: {@code 97 MPEG4-GENERIC/44100/2}. Camera-grade: extra blanks and slashes are
     * passed over, a clock rate that is missing or not a number becomes 90000; empty where there is no payload type or
     * no name.
     */
    public static Optional<RtpMap> parse(String value) {
        String text = value.trim();
        int blank = 0;
        while (blank < text.length() && !Character.isWhitespace(text.charAt(blank))) {
            blank++;
        }
        int payloadType = SdpNumbers.read(text.substring(0, blank), MAX_PAYLOAD_TYPE, -1);
        String[] parts = text.substring(blank).trim().split("/", 4);
        String encoding = parts[0].trim();
        if (payloadType < 0 || encoding.isEmpty()) {
            return Optional.empty();
        }
        int clock = parts.length > 1 ? SdpNumbers.read(parts[1].trim(), MAX_CLOCK_RATE, 0) : 0;
        int channels = parts.length > 2 ? SdpNumbers.read(parts[2].trim(), MAX_CHANNELS, 1) : 1;
        return Optional.of(new RtpMap(payloadType, encoding, clock == 0 ? VIDEO_CLOCK : clock, Math.max(1, channels)));
    }

    /** The value of {@code a=rtpmap}; the channels are written only where there are several. */
    public String encode() {
        return payloadType + " " + encoding + "/" + clockRate + (channels > 1 ? "/" + channels : "");
    }

    /** Whether the encoding has this name; encoding names are compared without regard to case. */
    public boolean is(String name) {
        return encoding.equalsIgnoreCase(name);
    }
}
