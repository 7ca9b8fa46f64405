package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two edges, one of them draining: it sends readers that follow to the other one, and serves the rest itself. */
@ExtendWith(Story.Frame.class)
final class RedirectTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    @Test
    void clientsThatFollowAreSentOnAndOthersAreServed(Story story) {
        Pair nodes = Pair.start(story);
        String url = nodes.url();
        RtspClient client = story.use(RtspClient.connect(url));
        RtspClient.Answer moved = asked(client, url, "Lavf59.27.100");
        URI to = URI.create(moved.header("Location"));
        assertThat(to.getPort()).isEqualTo(nodes.other().port("rtsp"));
        assertThat(to.getPath()).isEqualTo("/moved");
        assertThat(asked(client, url, "AndroidXMedia3/1.8.0").status())
                .as("a client that does not follow")
                .isEqualTo(200);

        Ffprobe.Seen seen = Ffprobe.rtsp(story, "tcp", url, Duration.ofSeconds(3));
        assertThat(seen.missing(25)).isZero();
        assertThat(seen.video()).hasSizeGreaterThan(50);
        Players.gstreamer(story, url, "tcp", 50);
    }

    @Test
    void live555FollowsByTcpAndUdp(Story story) {
        Tools.wish(Players.OPEN_RTSP);
        Pair nodes = Pair.start(story);
        for (boolean tcp : List.of(true, false)) {
            Players.Received received = Players.openRtsp(story, nodes.url(), tcp, Duration.ofSeconds(4));
            assertThat(received.packets()).as(received.said()).isGreaterThan(50);
            assertThat(received.lost()).as(received.said()).isZero();
            assertThat(received.said())
                    .as("where it went")
                    .contains(":" + nodes.other().port("rtsp"));
        }
    }

    @Test
    void vlcFollows(Story story) {
        Tools.need("cvlc");
        assumeTrue(Players.vlcSpeaksRtsp(), "VLC's live555 module is not on this machine");
        Pair nodes = Pair.start(story);
        assertThat(Players.vlc(story, nodes.url(), true, Duration.ofSeconds(5)).video())
                .hasSizeGreaterThan(50);
    }

    /** The edge that readers ask, which sends them on, and the other one. */
    private record Pair(NodeProcess first, NodeProcess other) {
        static Pair start(Story story) {
            NodeProcess first = NodeProcess.start(story, NodeProcess.Plan.of("first", "location,rtsp-edge,rtp-relay"));
            NodeProcess other = NodeProcess.start(
                    story,
                    NodeProcess.Plan.of("other", "location,rtsp-edge,rtp-relay").join(first));
            Pair pair = new Pair(first, other);
            Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", pair.url());
            PublishAndReadTest.awaitStream(pair.url());
            PublishAndReadTest.awaitStream(other.rtsp("moved"));
            first.drain("first", "rtsp-edge");
            RtspClient client = story.use(RtspClient.connect(pair.url()));
            Await.until(
                    "a redirect",
                    SOON,
                    () -> asked(client, pair.url(), "Lavf59.27.100").status() == 302);
            return pair;
        }

        String url() {
            return first.rtsp("moved");
        }
    }

    private static RtspClient.Answer asked(RtspClient client, String url, String agent) {
        return client.ask("DESCRIBE", url, "Accept: application/sdp", "User-Agent: " + agent);
    }
}
