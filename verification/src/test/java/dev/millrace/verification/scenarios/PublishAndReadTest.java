package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ffmpeg publishes, ffprobe reads: every picture arrives, whatever the transports, with B-frames too. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({OneNode.class, Story.Frame.class})
final class PublishAndReadTest {
    private static final Duration READ = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(150);
    private static final Duration APPEAR = Duration.ofSeconds(10);
    private static final int RATE = 25;

    record Row(String name, Ffmpeg.Sample sample, String publish, String read) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(Ffmpeg.Sample.PLAIN, Ffmpeg.Sample.B_FRAMES)
                .flatMap(sample -> Stream.of("tcp", "udp")
                        .flatMap(publish -> Stream.of("tcp", "udp")
                                .map(read -> new Row(
                                        sample.name().toLowerCase(Locale.ROOT) + " published by " + publish
                                                + " read by " + read,
                                        sample,
                                        publish,
                                        read))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void noPictureIsMissing(Row row, NodeProcess node, Story story) {
        String url = node.rtsp("ways/" + row.name.replace(' ', '-'));
        Ffmpeg.publish(story, row.sample, row.publish, url);
        awaitStream(url);
        whole(Ffprobe.rtsp(story, row.read, url, READ), READ);
    }

    @Test
    void anyCodecPassesUntouched(NodeProcess node, Story story) {
        String url = node.rtsp("ways/h265-opus");
        Ffmpeg.publish(story, Ffmpeg.Sample.H265_OPUS, "tcp", url);
        awaitStream(url);
        whole(Ffprobe.rtsp(story, "tcp", url, READ), READ);
        whole(Ffprobe.rtsp(story, "udp", url, READ), READ);
    }

    /** Longer than any session time-out: the publisher sends nothing but packets, the readers what ffmpeg sends. */
    @Test
    @Tag("long")
    void neitherPublisherNorReaderIsCutInALongSession(NodeProcess node, Story story) {
        String byTcp = node.rtsp("long/tcp");
        String byUdp = node.rtsp("long/udp");
        Proc first = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", byTcp);
        Proc second = Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "udp", byUdp);
        awaitStream(byTcp);
        awaitStream(byUdp);
        var tcp = Ffmpeg.record(story, "tcp", byUdp, LONG, story.folder().resolve("tcp.mkv"));
        var udp = Ffmpeg.record(story, "udp", byTcp, LONG, story.folder().resolve("udp.mkv"));
        tcp.succeed(LONG.plusSeconds(30));
        udp.succeed(LONG.plusSeconds(30));
        assertThat(first.alive()).as("publisher by TCP").isTrue();
        assertThat(second.alive()).as("publisher by UDP").isTrue();
        whole(Ffprobe.file(story, story.folder().resolve("tcp.mkv")).behindTheFirst(), LONG);
        whole(Ffprobe.file(story, story.folder().resolve("udp.mkv")).behindTheFirst(), LONG);
    }

    private static void whole(Ffprobe.Seen seen, Duration time) {
        assertThat(seen.video()).as("pictures").hasSizeGreaterThan((int) ((time.toSeconds() - 1) * RATE));
        assertThat(seen.audio()).as("audio").isNotEmpty();
        assertThat(seen.missing(RATE)).as("pictures that are missing").isZero();
        assertThat(seen.said()).doesNotContain("missed").doesNotContain("corrupt");
    }

    static void awaitStream(String url) {
        Await.until("a stream at " + url, APPEAR, () -> {
            try (RtspClient client = RtspClient.connect(url)) {
                return client.ask("DESCRIBE", url, "Accept: application/sdp").status() == 200;
            }
        });
    }
}
