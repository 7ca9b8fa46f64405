package dev.millrace.media.hls;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.hls.SegmentWindow;
import dev.millrace.protocols.hls.Segmenter;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the packager, read once.
 *
 * @param target wished length of a segment
 * @param maxFirst longest first segment: a longer first GOP is cut
 * @param segmentBytes largest segment
 * @param bound what is kept of one stream
 * @param firstWait how long a request waits for the first playlist
 * @param waiting requests that wait for one stream's first playlist
 * @param idle the packager stops after so long without a request
 * @param readDeadline an answer that is not taken within this time ends its connection
 * @param streams packaged by one node
 * @param ownerWait how long a request waits for a packager elsewhere that does not answer, or its successor
 */
public record PackagerConfig(
        Duration target,
        Duration maxFirst,
        int segmentBytes,
        SegmentWindow.Bound bound,
        Duration firstWait,
        int waiting,
        Duration idle,
        Duration readDeadline,
        int streams,
        Duration ownerWait) {
    private static final Setting<Duration> TARGET = Setting.duration(
            "hls.target",
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            "Wished length of a segment");
    private static final Setting<Duration> MAX_FIRST = Setting.duration(
            "hls.max-first",
            Duration.ofSeconds(12),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            "Longest first segment; a longer first GOP is cut at a frame that is no key frame");
    private static final Setting<Integer> WINDOW =
            Setting.number("hls.window", 6, 3, 1_000, "segments", "Segments in a playlist, at least");
    private static final Setting<Integer> MAX_SEGMENTS = Setting.number(
            "hls.max-segments",
            128,
            8,
            10_000,
            "segments",
            "Segments of one stream in memory, those that left the playlist included");
    private static final Setting<Long> MAX_BYTES = Setting.quantity(
            "hls.max-bytes", 128L << 20, 1L << 20, 1L << 40, "bytes", "Segments of one stream in memory");
    private static final Setting<Integer> SEGMENT_BYTES =
            Setting.number("hls.segment-bytes", 32 << 20, 1 << 16, 1 << 30, "bytes", "Largest segment");
    private static final Setting<Duration> FIRST_WAIT = Setting.duration(
            "hls.first-wait",
            Duration.ofSeconds(20),
            Duration.ofMillis(100),
            Duration.ofMinutes(2),
            "How long a request waits for a stream's first playlist; keep it below http.idle");
    private static final Setting<Integer> WAITING = Setting.number(
            "hls.waiting",
            1_000,
            1,
            100_000,
            "requests",
            "Requests that wait for one stream's first playlist; one more gets 503");
    private static final Setting<Duration> IDLE = Setting.duration(
            "hls.idle",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            "A stream's packager stops after so long without a request");
    private static final Setting<Duration> READ_DEADLINE = Setting.duration(
            "hls.read-deadline",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            "A reader that has not taken an answer by then is dropped");
    private static final Setting<Integer> STREAMS =
            Setting.number("hls.streams", 1_000, 1, 100_000, "streams", "Streams one node packages; one more gets 503");
    private static final Setting<Duration> OWNER_WAIT = Setting.duration(
            "hls.owner-wait",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "How long a request waits for another node's packager, or for the one that takes over from it");

    /** Every setting of this module. */
    public static final List<Setting<?>> ALL = List.of(
            TARGET,
            MAX_FIRST,
            WINDOW,
            MAX_SEGMENTS,
            MAX_BYTES,
            SEGMENT_BYTES,
            FIRST_WAIT,
            WAITING,
            IDLE,
            READ_DEADLINE,
            STREAMS,
            OWNER_WAIT);

    /** Reads the settings. */
    public static PackagerConfig of(Settings settings) {
        return new PackagerConfig(
                settings.get(TARGET),
                settings.get(MAX_FIRST),
                settings.get(SEGMENT_BYTES),
                new SegmentWindow.Bound(settings.get(WINDOW), settings.get(MAX_SEGMENTS), settings.get(MAX_BYTES)),
                settings.get(FIRST_WAIT),
                settings.get(WAITING),
                settings.get(IDLE),
                settings.get(READ_DEADLINE),
                settings.get(STREAMS),
                settings.get(OWNER_WAIT));
    }

    Segmenter.Settings segmenter(int targetSeconds) {
        return new Segmenter.Settings((int) target.toMillis(), (int) maxFirst.toMillis(), segmentBytes, targetSeconds);
    }
}
