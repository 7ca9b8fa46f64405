package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Players that people have: GStreamer's rtspsrc and VLC. */
@ExtendWith({OneNode.class, Story.Frame.class})
final class PlayersTest {
    private static final int PICTURES = 75;

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void gstreamerPlays(String transport, NodeProcess node, Story story) {
        Tools.need("gst-launch-1.0");
        String url = publish(node, story, "players/gstreamer-" + transport);
        Players.gstreamer(story, url, transport, PICTURES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void vlcPlays(String transport, NodeProcess node, Story story) {
        Tools.need("cvlc");
        String url = publish(node, story, "players/vlc-" + transport);
        Ffprobe.Seen seen = Players.vlc(story, url, transport.equals("tcp"), Duration.ofSeconds(6));
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
