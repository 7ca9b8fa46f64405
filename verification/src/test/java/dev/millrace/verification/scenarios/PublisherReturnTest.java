package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A publisher vanishes and comes back: the path and its readers wait for it. */
@ExtendWith({OneNode.class, Story.Frame.class})
final class PublisherReturnTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    @Test
    void readersSeeOneStreamWhenTheTracksAreTheSame(NodeProcess node, Story story) {
        String url = node.rtsp("return/same");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer tcp = Viewer.open(story, "tcp", url);
        Viewer udp = Viewer.open(story, "udp", url);
        tcp.awaitFrames(25, SOON);
        udp.awaitFrames(25, SOON);
        first.kill();
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        tcp.awaitFrames(75, SOON);
        udp.awaitFrames(75, SOON);
        assertThat(tcp.sessions()).as("sessions of " + tcp.text()).isOne();
        assertThat(udp.sessions()).as("sessions of " + udp.text()).isOne();
        assertThat(tcp.lost() + tcp.broken()).as(tcp.text()).isZero();
        assertThat(udp.lost() + udp.broken()).as(udp.text()).isZero();
    }

    @Test
    void readersComeAgainWhenTheTracksAreOthers(NodeProcess node, Story story) {
        String url = node.rtsp("return/other");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer viewer = Viewer.open(story, "tcp", url);
        viewer.awaitFrames(25, SOON);
        first.kill();
        Ffmpeg.publish(story, Ffmpeg.Sample.OTHER_TRACKS, "tcp", url);
        Await.until("a second session", SOON, () -> viewer.sessions() >= 2, viewer::text);
        viewer.awaitFrames(50, SOON);
        assertThat(Ffprobe.rtsp(story, "tcp", url, Duration.ofSeconds(2)).audio())
                .isEmpty();
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
}
