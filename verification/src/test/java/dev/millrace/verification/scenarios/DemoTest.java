package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the README. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(Story.Frame.class)
final class DemoTest {
    private static final Duration READ = Duration.ofSeconds(5);

    @Test
    void theDemoPlaysInBothWays(Story story) {
        NodeProcess demo = NodeProcess.start(story, NodeProcess.Plan.of("demo", ""), List.of("demo"));
        PublishAndReadTest.awaitStream(demo.rtsp("demo"));
        Ffprobe.Seen rtsp = Ffprobe.rtsp(story, "tcp", demo.rtsp("demo"), READ);
        assertThat(rtsp.video()).hasSizeGreaterThan(75);
        assertThat(rtsp.audio()).isNotEmpty();
        Ffprobe.Seen hls = Ffprobe.hls(story, demo.playlist("demo"), READ);
        assertThat(hls.video()).hasSizeGreaterThan(75);
        assertThat(hls.backwards(hls.video())).isZero();
        assertThat(demo.process().output()).contains("http://localhost:" + demo.port("http"));
        demo.terminate();
        assertThat(demo.process().exit(Duration.ofSeconds(45))).isIn(0, 143);
    }

    @ParameterizedTest
    @CsvSource({"rtsp.prot, 8554", "rtsp.port, 99999", "rtsp.port, no", "roles, everything", "join, there:5701"})
    void aBadSettingStopsTheStartWithASentence(String key, String value, Story story) {
        NodeProcess node = NodeProcess.launch(
                story,
                NodeProcess.Plan.of("bad", "").with("cluster.secret", key.equals("join") ? "" : "0123456789abcdef"),
                List.of("run", "--set", key + "=" + value));
        assertThat(node.process().exit(Duration.ofSeconds(20))).isEqualTo(2);
        assertThat(node.process().output()).contains(key.equals("join") ? "cluster.secret" : key);
        assertThat(node.process().output()).doesNotContain("\tat ");
    }
}
