package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two edges, one of them draining: it sends readers that follow to the other one, and serves the rest itself. */
@ExtendWith(Story.Frame.class)
final class RedirectTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    @Test
    void clientsThatFollowAreSentOnAndOthersAreServed(Story story) {
        NodeProcess first = NodeProcess.start(story, NodeProcess.Plan.of("first", "location,rtsp-edge,rtp-relay"));
        NodeProcess other = NodeProcess.start(
                story,
                NodeProcess.Plan.of("other", "location,rtsp-edge,rtp-relay").join(first));
        String url = first.rtsp("moved");
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        PublishAndReadTest.awaitStream(other.rtsp("moved"));
        first.drain("first", "rtsp-edge");
        RtspClient client = story.use(RtspClient.connect(url));
        Await.until(
                "a redirect", SOON, () -> asked(client, url, "Lavf59.27.100").status() == 302);

        RtspClient.Answer moved = asked(client, url, "Lavf59.27.100");
        URI to = URI.create(moved.header("Location"));
        assertThat(to.getPort()).isEqualTo(other.port("rtsp"));
        assertThat(to.getPath()).isEqualTo("/moved");
        assertThat(asked(client, url, "AndroidXMedia3/1.8.0").status())
                .as("a client that does not follow")
                .isEqualTo(200);

        Ffprobe.Seen seen = Ffprobe.rtsp(story, "tcp", url, Duration.ofSeconds(3));
        assertThat(seen.missing(25)).isZero();
        assertThat(seen.video()).hasSizeGreaterThan(50);
        Players.gstreamer(story, url, "tcp", 50);
        if (Tools.has(Players.OPEN_RTSP)) {
            Players.Received received = Players.openRtsp(story, url, true, Duration.ofSeconds(4));
            assertThat(received.packets()).as(received.said()).isGreaterThan(50);
            assertThat(received.said()).as("where it went").contains(":" + other.port("rtsp"));
        }
        if (Players.vlcSpeaksRtsp()) {
            assertThat(Players.vlc(story, url, true, Duration.ofSeconds(5)).video())
                    .as("pictures in VLC")
                    .hasSizeGreaterThan(50);
        }
    }

    private static RtspClient.Answer asked(RtspClient client, String url, String agent) {
        return client.ask("DESCRIBE", url, "Accept: application/sdp", "User-Agent: " + agent);
    }
}
