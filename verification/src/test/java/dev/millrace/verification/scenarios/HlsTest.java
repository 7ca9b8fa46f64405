package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.lindstrom.m3u8.model.MasterPlaylist;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.lindstrom.m3u8.parser.ParsingMode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same stream by HLS: read by ffprobe, and by a parser of playlists that is not ours. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({OneNode.class, Story.Frame.class})
final class HlsTest {
    private static final int RATE = 25;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource(
            value = Ffmpeg.Sample.class,
            names = {"PLAIN", "B_FRAMES", "LONG_GOP"})
    void ffprobeReadsMonotonousTimes(Ffmpeg.Sample sample, NodeProcess node, Story story) {
        String path = "hls/" + sample.name().toLowerCase(java.util.Locale.ROOT);
        Ffmpeg.publish(story, sample, "tcp", node.rtsp(path));
        PublishAndReadTest.awaitStream(node.rtsp(path));
        Ffprobe.Seen seen = Ffprobe.hls(story, node.playlist(path), Duration.ofSeconds(8));
        assertThat(seen.video()).as("pictures").hasSizeGreaterThan(6 * RATE);
        assertThat(seen.audio()).as("audio").isNotEmpty();
        assertThat(seen.backwards(seen.video())).as("video going back").isZero();
        assertThat(seen.backwards(seen.audio())).as("audio going back").isZero();
        assertThat(seen.doubled()).as("pictures at one time").isZero();
        assertThat(seen.missing(RATE)).as("pictures that are missing").isZero();
        assertThat(seen.said()).doesNotContain("discontinuity").doesNotContain("Packet corrupt");
    }

    @Test
    void playlistsAreRight(NodeProcess node, Story story) throws Exception {
        String path = "hls/playlist";
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", node.rtsp(path));
        PublishAndReadTest.awaitStream(node.rtsp(path));
        HttpResponse<String> first = get(node.playlist(path));
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Content-Type").orElse("")).startsWith("application/vnd.apple.mpegurl");
        assertThat(first.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        String url = node.playlist(path);
        if (first.body().contains("#EXT-X-STREAM-INF")) {
            MasterPlaylist all = new MasterPlaylistParser(ParsingMode.LENIENT).readPlaylist(first.body());
            assertThat(all.variants()).isNotEmpty();
            url = URI.create(url).resolve(all.variants().getFirst().uri()).toString();
        }
        String media = url;
        MediaPlaylist before = media(media);
        Await.until("three more segments", PATIENCE, () -> sequence(media(media)) >= sequence(before) + 3);
        MediaPlaylist after = media(media);
        assertThat(after.targetDuration()).isEqualTo(before.targetDuration());
        assertThat(after.mediaSegments()).allSatisfy(segment -> {
            assertThat(Math.round(segment.duration())).isLessThanOrEqualTo(after.targetDuration());
            assertThat(segment.discontinuity()).isFalse();
        });
        assertThat(after.mediaSegments())
                .anyMatch(segment -> segment.programDateTime().isPresent());
        HttpResponse<String> segment = get(
                URI.create(media).resolve(after.mediaSegments().getLast().uri()).toString());
        assertThat(segment.statusCode()).isEqualTo(200);
        assertThat(segment.headers().firstValue("Content-Type")).contains("video/mp2t");
    }

    private static long sequence(MediaPlaylist playlist) {
        return playlist.mediaSequence() + playlist.mediaSegments().size();
    }

    private static MediaPlaylist media(String url) {
        try {
            return new MediaPlaylistParser(ParsingMode.LENIENT).readPlaylist(get(url).body());
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static HttpResponse<String> get(String url) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
