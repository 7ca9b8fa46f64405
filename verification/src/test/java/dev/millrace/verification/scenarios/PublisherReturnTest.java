package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A publisher vanishes and comes back: the path and its readers wait for it. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({OneNode.class, Story.Frame.class})
final class PublisherReturnTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    /** As long as a publisher must have sent nothing before another one may take its place; the readers' clock is a little off. */
    private static final Duration SILENCE = Duration.ofMillis(1900);

    @Test
    void readersSeeOneStreamWhenTheTracksAreTheSame(NodeProcess node, Story story) {
        String url = node.rtsp("return/same");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer tcp = Viewer.open(story, "tcp", url);
        Viewer udp = Viewer.open(story, "udp", url);
        tcp.awaitFrames(25, SOON);
        udp.awaitFrames(25, SOON);
        HlsViewer hls = HlsViewer.open(story, node.playlist("return/same"));
        hls.awaitSegments(1, SOON);
        first.kill();
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        tcp.awaitFrames(75, SOON);
        udp.awaitFrames(75, SOON);
        hls.awaitSegments(2, SOON);
        sawOneStream(tcp);
        sawOneStream(udp);
        assertThat(hls.skipped() + hls.discontinuities() + hls.ended())
                .as("one stream by HLS: " + hls.segments())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"OTHER_TRACKS, 270", "OTHER_SOUND, 360"})
    void readersComeAgainWhenTheTracksAreOthers(Ffmpeg.Sample others, int height, NodeProcess node, Story story) {
        String path = "return/" + others.name().toLowerCase(Locale.ROOT);
        String url = node.rtsp(path);
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer viewer = Viewer.open(story, "tcp", url);
        HlsViewer hls = HlsViewer.open(story, node.playlist(path));
        Ffprobe.Watching decoder = Ffprobe.decode(story, node.playlist(path));
        viewer.awaitFrames(25, SOON);
        decoder.awaitPictures(360, 25, SOON);
        first.kill();
        Ffmpeg.publish(story, others, "tcp", url);
        Await.until("a second session", SOON, () -> viewer.sessions() >= 2, viewer::text);
        viewer.awaitFrames(50, SOON);
        Await.until("a discontinuity", SOON, () -> hls.discontinuities() > 0, () -> "" + hls.segments());
        decoder.awaitMorePictures(height, 75, SOON);
        assertThat(decoder.process().alive()).as("the decoder goes on").isTrue();
        assertThat(hls.backwards()).isEmpty();
        assertThat(hls.skipped()).as("numbers skipped: " + hls.segments()).isZero();
        assertThat(hls.discontinuities())
                .as("discontinuities: " + hls.segments())
                .isOne();
        assertThat(hls.ended()).as("playlists that ended").isZero();
        assertThat(Ffprobe.rtsp(story, "tcp", url, Duration.ofSeconds(2))
                        .audio()
                        .isEmpty())
                .as("without sound")
                .isEqualTo(others == Ffmpeg.Sample.OTHER_TRACKS);
    }

    @Test
    void aSecondPublisherIsRefusedWhileTheFirstOneSends(NodeProcess node, Story story) {
        String url = node.rtsp("return/second");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer viewer = Viewer.open(story, "tcp", url);
        viewer.awaitFrames(25, SOON);
        Proc second = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        assertThat(second.exit(SOON)).as("exit code of the second publisher").isNotZero();
        assertThat(second.output()).contains("403");
        viewer.awaitFrames(25, SOON);
        assertThat(first.alive()).isTrue();
        assertThat(viewer.sessions()).isOne();
    }

    @Test
    void afterTwoSecondsOfSilenceAnotherOneTakesOver(NodeProcess node, Story story) {
        String url = node.rtsp("return/frozen");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        List<Viewer> viewers = watching(story, url);
        Ffprobe.Watching decoder = decoding(story, url);
        first.freeze();
        // It tries again when it is refused, as people do.
        Publisher newcomer = Publisher.open(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        Viewer.awaitAll(viewers, 50, SOON);
        for (Viewer viewer : viewers) {
            assertThat(viewer.longestSilence()).as(viewer.text()).isBetween(SILENCE, SOON);
        }
        int starts = newcomer.starts();
        decoder.awaitMorePictures(360, 25, SOON);
        first.thaw();
        assertThat(first.exit(SOON))
                .as("exit code of the one that was replaced")
                .isNotZero();
        Viewer.awaitAll(viewers, 25, SOON);
        viewers.forEach(PublisherReturnTest::sawOneStream);
        assertThat(newcomer.starts()).as("starts of the newcomer").isEqualTo(starts);
    }

    @Test
    void withOverrideAnotherOneTakesOverAtOnce(NodeProcess node, Story story) {
        String url = node.rtsp("return/override");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        List<Viewer> viewers = watching(story, url);
        Ffprobe.Watching decoder = decoding(story, url);
        Proc second = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url + "?override");
        assertThat(first.exit(SOON)).as("exit code of the first").isNotZero();
        Viewer.awaitAll(viewers, 50, SOON);
        for (Viewer viewer : viewers) {
            assertThat(viewer.longestSilence()).as(viewer.text()).isLessThan(SILENCE);
            sawOneStream(viewer);
        }
        decoder.awaitMorePictures(360, 50, SOON);
        assertThat(second.alive()).isTrue();
    }

    /** Viewers over TCP and UDP that see the stream; their silences are counted from now on. */
    private static List<Viewer> watching(Story story, String url) {
        PublishAndReadTest.awaitStream(url);
        List<Viewer> viewers = List.of(Viewer.open(story, "tcp", url), Viewer.open(story, "udp", url));
        Viewer.awaitAll(viewers, 25, SOON);
        viewers.forEach(Viewer::longestSilence);
        return viewers;
    }

    /** ffprobe, which reads the stream and decodes it until the story ends. */
    private static Ffprobe.Watching decoding(Story story, String url) {
        Ffprobe.Watching decoder = Ffprobe.decode(story, url, "-rtsp_transport", "tcp");
        decoder.awaitPictures(360, 25, SOON);
        return decoder;
    }

    private static void sawOneStream(Viewer viewer) {
        assertThat(viewer.sessions()).as("sessions of " + viewer.text()).isOne();
        assertThat(viewer.lost() + viewer.broken()).as(viewer.text()).isZero();
    }
}
