package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * RTP-Info, RFC 2326 section 12.33: the first packet of each track that PLAY sends.
 *
 * <p>The URL is absolute, exactly as the client wrote it in SETUP, and not in quotes: ffmpeg and rtspsrc compare it letter
 * by letter with their own.
 *
 * @param tracks one entry each
 */
public record RtpInfo(List<Entry> tracks) {
    public static final HeaderKey<RtpInfo> KEY = new HeaderKey<>("RTP-Info", "", RtpInfo::parse, RtpInfo::encode);
    /** Entries of one header. */
    public static final int MAX_TRACKS = 64;

    /**
     * @param url of the track
     * @param sequence of the first packet, 0 to 65,535, or -1 where it is not said
     * @param rtpTime its timestamp in units of the clock rate, or -1 where it is not said
     */
    public record Entry(String url, int sequence, long rtpTime) {}

    public RtpInfo {
        tracks = List.copyOf(tracks);
    }

    public static RtpInfo parse(String text) {
        List<Entry> entries = new ArrayList<>();
        String url = "";
        int sequence = -1;
        long rtpTime = -1;
        // A comma may stand inside a URL: a new entry begins only where "url=" does.
        for (String field : text.split("[;,]", MAX_TRACKS * 8)) {
            String part = field.trim();
            if (startsWith(part, "url=")) {
                if (!url.isEmpty()) {
                    entries.add(new Entry(url, sequence, rtpTime));
                }
                url = unquote(part.substring(4).trim());
                sequence = -1;
                rtpTime = -1;
            } else if (startsWith(part, "seq=")) {
                sequence = (int) number(part.substring(4).trim(), 0xFFFF);
            } else if (startsWith(part, "rtptime=")) {
                rtpTime = number(part.substring(8).trim(), 0xFFFF_FFFFL);
            }
        }
        if (url.isEmpty() || entries.size() >= MAX_TRACKS) {
            throw new Malformed("rtp-info", "1 to " + MAX_TRACKS + " entries with a url");
        }
        entries.add(new Entry(url, sequence, rtpTime));
        return new RtpInfo(entries);
    }

    private static boolean startsWith(String part, String name) {
        return part.regionMatches(true, 0, name, 0, name.length());
    }

    private static String unquote(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        String plain = quoted ? text.substring(1, text.length() - 1) : text;
        if (plain.isEmpty() || !plain.chars().allMatch(c -> c > ' ' && c != 0x7F && c != '"')) {
            throw new Malformed("rtp-info", "a url without blanks, not " + Malformed.quote(plain));
        }
        return plain;
    }

    private static long number(String text, long max) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Malformed("rtp-info", "a number up to " + max + ", not " + Malformed.quote(text));
        }
        long value = Long.parseLong(text);
        if (value > max) {
            throw new Malformed("rtp-info", value + " is above " + max);
        }
        return value;
    }

    public String encode() {
        return tracks.stream()
                .map(entry -> "url=" + entry.url
                        + (entry.sequence >= 0 ? ";seq=" + entry.sequence : "")
                        + (entry.rtpTime >= 0 ? ";rtptime=" + entry.rtpTime : ""))
                .collect(Collectors.joining(","));
    }
}
