package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Players that people have: GStreamer's rtspsrc and VLC. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({OneNode.class, Story.Frame.class})
final class PlayersTest {
    private static final int PICTURES = 75;
    private static final Duration PLAY = Duration.ofSeconds(6);

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void gstreamerPlays(String transport, NodeProcess node, Story story) {
        Tools.need("gst-launch-1.0");
        String url = publish(node, story, "players/gstreamer-" + transport);
        Players.gstreamer(story, url, transport, PICTURES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void live555Plays(String transport, NodeProcess node, Story story) {
        Tools.wish(Players.OPEN_RTSP);
        String url = publish(node, story, "players/live555-" + transport);
        Players.Received received = Players.openRtsp(story, url, transport.equals("tcp"), PLAY);
        assertThat(received.packets()).as(received.said()).isGreaterThan(PICTURES);
        assertThat(received.lost()).as(received.said()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void vlcPlaysRtsp(String transport, NodeProcess node, Story story) {
        Tools.need("cvlc");
        assumeTrue(Players.vlcSpeaksRtsp(), "VLC's live555 module is not on this machine");
        String url = publish(node, story, "players/vlc-" + transport);
        played(Players.vlc(story, url, transport.equals("tcp"), PLAY));
    }

    @Test
    void vlcPlaysHls(NodeProcess node, Story story) {
        Tools.need("cvlc");
        publish(node, story, "players/vlc-hls");
        played(Players.vlc(story, node.playlist("players/vlc-hls"), false, PLAY.multipliedBy(2)));
    }

    private static void played(Ffprobe.Seen seen) {
        assertThat(seen.video()).as("pictures").hasSizeGreaterThan(PICTURES);
        assertThat(seen.audio()).as("audio").isNotEmpty();
        assertThat(seen.missing(25)).as("pictures that are missing").isZero();
    }

    private static String publish(NodeProcess node, Story story, String path) {
        String url = node.rtsp(path);
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        return url;
    }
}
