package dev.millrace.protocols.hls;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A multivariant ("master") playlist with one variant, RFC 8216 section 4.3.4. Immutable.
 *
 * @param uri the variant's media playlist, relative to this one
 * @param bandwidth peak segment bit rate, bits per second (section 4.3.4.2)
 * @param averageBandwidth bits per second, 0 if unknown
 * @param codecs RFC 6381 names: {@code avc1.64001f}, {@code mp4a.40.2}
 * @param picture the video's size and rate, if there is video
 */
public record MultivariantPlaylist(
        String uri, long bandwidth, long averageBandwidth, List<String> codecs, Optional<Picture> picture) {
    public MultivariantPlaylist {
        codecs = List.copyOf(codecs);
    }

    /** Size in pixels as shown; {@code frameRate} is 0 if unknown. */
    public record Picture(int width, int height, double frameRate) {}

    /** The text of the playlist, lines ended by LF. */
    public String encode() {
        StringBuilder text = new StringBuilder(256);
        text.append("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-STREAM-INF:BANDWIDTH=").append(bandwidth);
        if (averageBandwidth > 0) {
            text.append(",AVERAGE-BANDWIDTH=").append(averageBandwidth);
        }
        if (!codecs.isEmpty()) {
            text.append(",CODECS=\"").append(String.join(",", codecs)).append('"');
        }
        picture.ifPresent(shown -> {
            text.append(",RESOLUTION=").append(shown.width).append('x').append(shown.height);
            if (shown.frameRate > 0) {
                text.append(String.format(Locale.ROOT, ",FRAME-RATE=%.3f", shown.frameRate));
            }
        });
        return text.append('\n').append(uri).append('\n').toString();
    }
}
