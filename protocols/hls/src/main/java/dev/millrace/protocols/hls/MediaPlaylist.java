package dev.millrace.protocols.hls;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * A media playlist, RFC 8216 section 4.3.3. Immutable.
 *
 * @param targetSeconds EXT-X-TARGETDURATION: never changes over the life of a playlist (section 6.2.1)
 * @param mediaSequence number of the first segment in the list
 * @param discontinuitySequence EXT-X-DISCONTINUITY tags that have left the list
 * @param segments oldest first
 * @param ended EXT-X-ENDLIST: nothing will follow
 */
public record MediaPlaylist(
        int targetSeconds, long mediaSequence, long discontinuitySequence, List<Entry> segments, boolean ended) {
    /** The content type of a playlist, section 4. */
    public static final String CONTENT_TYPE = "application/vnd.apple.mpegurl";

    /** EXTINF with decimals needs version 3, section 7. */
    private static final int VERSION = 3;

    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    public MediaPlaylist {
        segments = List.copyOf(segments);
    }

    /**
     * One segment.
     *
     * @param uri relative to the playlist
     * @param duration90k EXTINF in ticks of 90 kHz
     * @param programMillis EXT-X-PROGRAM-DATE-TIME of its first picture, milliseconds of the Unix epoch
     * @param discontinuity whether EXT-X-DISCONTINUITY stands before it
     */
    public record Entry(String uri, long duration90k, long programMillis, boolean discontinuity) {}

    /** The text of the playlist, lines ended by LF. */
    public String encode() {
        StringBuilder text = new StringBuilder(256 + 128 * segments.size());
        text.append("#EXTM3U\n#EXT-X-VERSION:").append(VERSION);
        text.append("\n#EXT-X-TARGETDURATION:").append(targetSeconds);
        text.append("\n#EXT-X-MEDIA-SEQUENCE:").append(mediaSequence).append('\n');
        if (discontinuitySequence > 0) {
            text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                    .append(discontinuitySequence)
                    .append('\n');
        }
        for (Entry segment : segments) {
            if (segment.discontinuity) {
                text.append("#EXT-X-DISCONTINUITY\n");
            }
            text.append("#EXT-X-PROGRAM-DATE-TIME:");
            DATE_TIME.formatTo(Instant.ofEpochMilli(segment.programMillis), text);
            text.append("\n#EXTINF:");
            seconds(text, segment.duration90k);
            text.append(",\n").append(segment.uri).append('\n');
        }
        if (ended) {
            text.append("#EXT-X-ENDLIST\n");
        }
        return text.toString();
    }

    /** Five decimals: 10 microseconds, finer than a tick of 90 kHz. */
    private static void seconds(StringBuilder text, long ticks) {
        long units = (ticks * 10 + 4) / 9;
        text.append(units / 100_000).append('.');
        text.append(Long.toString(100_000 + units % 100_000), 1, 6);
    }
}
