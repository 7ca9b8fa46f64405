package dev.millrace.edges.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.rtsp.Method;
import dev.millrace.protocols.rtsp.Status;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each: a clear answer or a close, and the door still answers. */
final class BadInputTest {
    private static final String HEAD = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n";
    private static TestNodes nodes = EdgeNode.none();
    private static int port;

    record Row(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Path(String name, String path, Status status) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() {
        nodes = EdgeNode.start(1, Map.of("rtsp.rtp-from", "32000", "rtsp.rtp-to", "32999"));
        port = EdgeNode.port(nodes, "A");
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    static Stream<Row> closing() {
        return Stream.of(
                new Row("garbage", "\u0001\u0002\u0003"),
                new Row("a leading space", " " + HEAD + "\r\n"),
                new Row("Content-Length -1", HEAD + "Content-Length: -1\r\n\r\n"),
                new Row("Content-Length 2^31", HEAD + "Content-Length: 2147483648\r\n\r\n"),
                new Row("Content-Length 10^12", HEAD + "Content-Length: 1000000000000\r\n\r\n"),
                new Row("two Content-Length", HEAD + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
                new Row("10^5 headers", HEAD + "A: b\r\n".repeat(100_000)),
                new Row("a request line of 1 MB", "OPTIONS rtsp://h/" + "a".repeat(1 << 20)),
                new Row("NUL in a path", "DESCRIBE rtsp://h/\0 RTSP/1.0\r\nCSeq: 1\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("closing")
    void isClosed(Row row) {
        try (RtspClient client = new RtspClient(port)) {
            client.write(row.text.getBytes(StandardCharsets.UTF_8));
            assertThat(client.isClosed()).isTrue();
        } catch (UncheckedIOException closedWhileWriting) {
            assertThat(closedWhileWriting).hasCauseInstanceOf(java.net.SocketException.class);
        }
        stillAnswers();
    }

    private static void stillAnswers() {
        try (RtspClient client = new RtspClient(port)) {
            assertThat(client.ask(Method.OPTIONS, "*").status()).isEqualTo(Status.OK);
        }
    }

    static Stream<Path> paths() {
        return Stream.of(
                new Path("no such stream", "nobody", Status.NOT_FOUND),
                new Path("up", "a/../b", Status.BAD_REQUEST),
                new Path("up, escaped", "%2e%2e/b", Status.BAD_REQUEST),
                new Path("escaped twice", "%252e%252e/b", Status.BAD_REQUEST),
                new Path("backslash", "a\\b", Status.BAD_REQUEST),
                new Path("4 KiB", "a".repeat(4_096), Status.BAD_REQUEST),
                new Path("256 bytes", "a".repeat(256), Status.BAD_REQUEST),
                new Path("reserved", "api/streams", Status.BAD_REQUEST),
                new Path("nothing", "", Status.BAD_REQUEST));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void path(Path row) {
        String url = "rtsp://127.0.0.1:" + port + "/" + row.path;
        try (RtspClient client = new RtspClient(port)) {
            assertThat(client.ask(Method.DESCRIBE, url).status()).isEqualTo(row.status);
            if (row.status.equals(Status.BAD_REQUEST)) {
                assertThat(client.announce(url).status()).isEqualTo(row.status);
            }
        }
    }

    static Stream<Row> descriptions() {
        return Stream.of(
                new Row("empty a=", Video.SDP + "a=\r\n"),
                new Row("no final line end", Video.SDP.stripTrailing()),
                new Row("m= before c=", Video.SDP.replace("c=IN IP4 127.0.0.1\r\n", "") + "c=IN IP4 127.0.0.1\r\n"),
                new Row("port 0/0", Video.SDP.replace("video 0 ", "video 0/0 ")),
                new Row("bare LF", Video.SDP.replace("\r\n", "\n")));
    }

    @ParameterizedTest
    @MethodSource("descriptions")
    void cameraGradeDescriptionIsTaken(Row row) {
        String url = "rtsp://127.0.0.1:" + port + "/camera/" + row.name.replaceAll("[^a-z]", "-");
        try (RtspClient client = new RtspClient(port)) {
            byte[] sdp = row.text.getBytes(StandardCharsets.UTF_8);
            assertThat(client.ask(client.request(Method.ANNOUNCE, url).with("application/sdp", sdp))
                            .status())
                    .isEqualTo(Status.OK);
        }
    }

    @Test
    void aDescriptionWithoutATrackIsRefused() {
        try (RtspClient client = new RtspClient(port)) {
            byte[] sdp = "v=0\r\n".getBytes(StandardCharsets.UTF_8);
            assertThat(client.ask(client.request(Method.ANNOUNCE, "rtsp://127.0.0.1/none")
                                    .with("application/sdp", sdp))
                            .status())
                    .isEqualTo(Status.BAD_REQUEST);
        }
    }

    @Test
    void oneByteInEachSegment() {
        try (RtspClient client = new RtspClient(port)) {
            for (byte b : ("\r\n" + HEAD + "\r\n").getBytes(StandardCharsets.UTF_8)) {
                client.write(new byte[] {b});
            }
            assertThat(client.response().status()).isEqualTo(Status.OK);
        }
    }

    @Test
    void manyRequestsAtOnceAreAnsweredInOrder() {
        try (RtspClient client = new RtspClient(port)) {
            StringBuilder many = new StringBuilder();
            for (int i = 1; i <= 300; i++) {
                many.append(i % 3 == 0 ? "DESCRIBE rtsp://127.0.0.1/nobody" : "OPTIONS *")
                        .append(" RTSP/1.0\r\nCSeq: ")
                        .append(i)
                        .append("\r\n\r\n");
            }
            client.write(many.toString().getBytes(StandardCharsets.UTF_8));
            for (long i = 1; i <= 300; i++) {
                assertThat(client.response().headers().first(dev.millrace.protocols.rtsp.Keys.CSEQ))
                        .contains(i);
            }
        }
    }

    @Test
    void liesOnChannelsAndInPacketsAreCounted() {
        String url = "rtsp://127.0.0.1:" + port + "/lies";
        try (RtspClient publisher = new RtspClient(port).publish(url)) {
            double stray = EdgeNode.count(nodes, "A", "millrace.rtsp.packets.stray");
            double invalid = EdgeNode.count(nodes, "A", "millrace.rtsp.packets.invalid");
            publisher.send(77, Video.frame(0));
            publisher.send(0, new byte[0]);
            publisher.send(0, new byte[] {(byte) 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            byte[] padding = Video.frame(0);
            padding[0] |= 0x20;
            padding[padding.length - 1] = (byte) 0xFF;
            publisher.send(0, padding);
            byte[] extension = Video.frame(0);
            extension[0] |= 0x10;
            extension[14] = 0x7F;
            publisher.send(0, extension);
            publisher.send(1, new byte[] {1, 2, 3, 4});
            assertThat(publisher.ask(Method.OPTIONS, "*").status()).isEqualTo(Status.OK);
            assertThat(EdgeNode.count(nodes, "A", "millrace.rtsp.packets.stray"))
                    .isEqualTo(stray + 1);
            assertThat(EdgeNode.count(nodes, "A", "millrace.rtsp.packets.invalid"))
                    .isEqualTo(invalid + 5);
        }
    }

    @Test
    void idleConnectionsAreCarried() {
        List<RtspClient> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                idle.add(new RtspClient(port));
            }
            stillAnswers();
            for (RtspClient client : idle) {
                assertThat(client.ask(Method.OPTIONS, "*").status()).isEqualTo(Status.OK);
            }
        } finally {
            idle.forEach(RtspClient::close);
        }
    }
}
