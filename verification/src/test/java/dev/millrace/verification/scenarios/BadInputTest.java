package dev.millrace.verification.scenarios;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile bytes at the RTSP door: a clear answer or a close, and nobody else notices. */
@ExtendWith({OneNode.Own.class, Story.Frame.class})
final class BadInputTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int IDLE = 5000;
    private static final long MEGA = 1 << 20;

    /** What the node may hold for each idle connection, and keep of all of them when they are gone, bytes. */
    private static final long OF_ONE_IDLE = 8 << 10;

    private static final long OF_IDLE_GONE = 2 * MEGA;
    private static final String SDP_HEAD = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n";

    /** @param statuses answers that are clear; 0 stands for a close without an answer, 200 for harmless input */
    record Row(String name, byte[] bytes, List<Integer> statuses) {
        Row(String name, String text, Integer... statuses) {
            this(name, text.getBytes(ISO_8859_1), List.of(statuses));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        String options = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n";
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        garbage[0] = 'x';
        return Stream.of(
                new Row("garbage", garbage, List.of(400, 0)),
                new Row("another protocol", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400, 405, 501, 505, 0),
                new Row("another version", "OPTIONS * RTSP/7.0\r\nCSeq: 1\r\n\r\n", 505),
                new Row("Content-Length -1", options + "Content-Length: -1\r\n\r\n", 400, 0),
                new Row("Content-Length 0", options + "Content-Length: 0\r\n\r\n", 200),
                new Row("Content-Length 2^31", options + "Content-Length: 2147483648\r\n\r\n", 400, 413, 0),
                new Row("Content-Length 10^12", options + "Content-Length: 1000000000000\r\n\r\n", 400, 413, 0),
                new Row(
                        "two different Content-Length",
                        options + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                        400,
                        0),
                new Row("10^5 headers", options + "X: 1\r\n".repeat(100_000) + "\r\n", 400, 0),
                new Row(
                        "1 MB request line",
                        "OPTIONS " + "a".repeat(1 << 20) + " RTSP/1.0\r\nCSeq: 1\r\n\r\n",
                        400,
                        414,
                        0),
                new Row("leading space", " OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, 0),
                new Row("leading CRLF", "\r\n\r\n" + options + "\r\n", 200),
                new Row("NUL in the path", "DESCRIBE rtsp://h/a\0b RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, 0),
                path("..", "a/../b"),
                path("%2e", "a/%2e%2e/b"),
                path("%00", "a%00b"),
                path("backslash", "a\\b"),
                path("4 KiB", "a".repeat(4096)),
                path("reserved", "api/x"),
                announce(
                        "no final newline", SDP_HEAD + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000", 200, 400, 403),
                announce("empty a=", SDP_HEAD + "a=\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=\r\n", 200),
                announce(
                        "m= before c=",
                        SDP_HEAD + "m=video 0/0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:96 H264/90000\r\n",
                        200),
                announce("no track", SDP_HEAD, 400, 415, 451),
                announce("not SDP at all", "\u0001\u0002\u0003", 400, 415, 451),
                new Row("lie about a channel", interleaved(200, new byte[] {(byte) 0x80, 96, 0, 1}), List.of(200, 0)),
                new Row("packet of nothing", interleaved(0, new byte[0]), List.of(200, 0)));
    }

    private static Row path(String name, String path) {
        return new Row(
                "path with " + name,
                "ANNOUNCE rtsp://127.0.0.1/" + path
                        + " RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nContent-Length: "
                        + (SDP_HEAD + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n").length() + "\r\n\r\n"
                        + SDP_HEAD
                        + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
                400,
                403,
                404,
                414,
                451);
    }

    private static Row announce(String name, String sdp, Integer... statuses) {
        return new Row(
                "SDP with " + name,
                "ANNOUNCE rtsp://127.0.0.1/bad/" + name.replaceAll("[^a-z]", "") + " RTSP/1.0\r\nCSeq: 1\r\n"
                        + "Content-Type: application/sdp\r\nContent-Length: " + sdp.length() + "\r\n\r\n" + sdp,
                statuses);
    }

    /** A frame out of the blue, then an honest request. */
    private static byte[] interleaved(int channel, byte[] packet) {
        byte[] after = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".getBytes(ISO_8859_1);
        return ByteBuffer.allocate(4 + packet.length + after.length)
                .put(frame(channel, packet))
                .put(after)
                .array();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isAnsweredOrClosed(Row row, NodeProcess node) {
        try (RtspClient client = RtspClient.connect(node.rtsp("bad"))) {
            client.send(row.bytes);
            RtspClient.Answer answer = client.answer();
            assertThat(row.statuses)
                    .as("answer " + answer.head().lines().findFirst().orElse(""))
                    .contains(answer.status());
            assertThat(answer.status() != 0 || client.ended())
                    .as("answered or closed")
                    .isTrue();
        }
    }

    @Test
    void aRequestMayComeByteByByte(NodeProcess node) {
        try (RtspClient client = RtspClient.connect(node.rtsp("bad"))) {
            for (byte one : "OPTIONS * RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 3\r\n\r\nabc".getBytes(ISO_8859_1)) {
                client.send(new byte[] {one});
            }
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    /** Packets that are no RTP, from a publisher that is let in: ignored, and its honest ones still pass. */
    @Test
    void aPublisherThatLiesAboutItsPacketsIsStillServed(NodeProcess node, Story story) {
        String url = node.rtsp("bad/lies");
        int logged = node.process().output().length();
        try (RtspClient client = RtspClient.connect(url)) {
            RtspClient.Answer recording = record(client, url);
            assertThat(recording.status()).isEqualTo(200);
            String session = "Session: " + recording.session();
            for (int round = 0; round < 1_000; round++) {
                for (byte[] lie : LIES) {
                    client.send(frame(round % 2, lie));
                }
            }
            assertThat(client.ask("OPTIONS", url, session).status()).isEqualTo(200);
            assertThat(client.ask("TEARDOWN", url, session).status()).isEqualTo(200);
        }
        String said = node.process().output().substring(logged);
        assertThat(said).doesNotContain("\tat ");
        assertThat(said.lines().count()).as("log lines about lies").isLessThan(20);
    }

    /** Publishes one video track, interleaved: the answer to RECORD. */
    static RtspClient.Answer record(RtspClient client, String url) {
        String sdp = SDP_HEAD + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=0\r\n";
        client.send(("ANNOUNCE " + url + " RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nContent-Length: "
                        + sdp.length() + "\r\n\r\n" + sdp)
                .getBytes(ISO_8859_1));
        client.answer();
        RtspClient.Answer setup =
                client.ask("SETUP", url + "/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1;mode=record");
        return client.ask("RECORD", url, "Session: " + setup.session());
    }

    /** One of the lies below in an interleaved frame. */
    static byte[] lie(int channel, Random random) {
        return frame(channel, LIES.get(random.nextInt(LIES.size())));
    }

    /** Wrong version, padding beyond the end, extension beyond the end, more sources than bytes, too short. */
    private static final List<byte[]> LIES = List.of(
            rtp(0x40, 12),
            rtp(0xA0, 13),
            rtp(0x90, 16),
            rtp(0x8F, 14),
            new byte[] {(byte) 0x80},
            new byte[0],
            new byte[] {(byte) 0x81, (byte) 200, 0, 40});

    private static byte[] rtp(int first, int length) {
        byte[] packet = new byte[length];
        packet[0] = (byte) first;
        packet[1] = 96;
        packet[length - 1] = (byte) 0xFF;
        return packet;
    }

    private static byte[] frame(int channel, byte[] packet) {
        return ByteBuffer.allocate(4 + packet.length)
                .put((byte) '$')
                .put((byte) channel)
                .putShort((short) packet.length)
                .put(packet)
                .array();
    }

    @Test
    void hostileConnectionsLeaveOthersAlone(NodeProcess node, Story story) {
        String url = node.rtsp("bad/others");
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer tcp = Viewer.open(story, "tcp", url);
        Viewer udp = Viewer.open(story, "udp", url);
        tcp.awaitFrames(25, SOON);
        udp.awaitFrames(25, SOON);
        int logged = node.process().output().length();
        List<Row> rows = rows().toList();
        for (int round = 0; round < 20; round++) {
            for (Row row : rows) {
                try (RtspClient client = RtspClient.connect(url)) {
                    client.send(row.bytes);
                }
            }
        }
        tcp.awaitFrames(50, SOON);
        udp.awaitFrames(50, SOON);
        assertThat(tcp.lost() + tcp.broken()).as(tcp.text()).isZero();
        assertThat(udp.lost() + udp.broken()).as(udp.text()).isZero();
        assertThat(tcp.sessions() + udp.sessions()).isEqualTo(2);
        String said = node.process().output().substring(logged);
        assertThat(said).doesNotContain("\tat ");
        assertThat(said.lines().count()).as("log lines about hostile input").isLessThan(rows.size() * 20L);
    }

    @Test
    void idleConnectionsCostLittle(NodeProcess node, Story story) throws IOException {
        String url = node.rtsp("bad/idle");
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer viewer = Viewer.open(story, "tcp", url);
        viewer.awaitFrames(25, SOON);
        // Once, so that what is made for the first of them and kept does not count.
        idle(node, viewer, url);
        Footprint before = Footprint.of(node);
        Footprint grown = idle(node, viewer, url).minus(before);
        Footprint left = Footprint.of(node).minus(before);
        System.out.println("bad input: " + IDLE + " idle connections hold " + grown + "; gone, " + left);
        assertThat(grown.heap() + grown.direct()).as("bytes").isLessThan(IDLE * OF_ONE_IDLE);
        assertThat(grown.resident()).as("resident memory, bytes").isLessThan(IDLE * OF_ONE_IDLE);
        assertThat(left.heap() + left.direct()).as("bytes left").isLessThan(OF_IDLE_GONE);
    }

    /** Holds idle connections while the viewer gets a second of pictures: what the node holds then. */
    private static Footprint idle(NodeProcess node, Viewer viewer, String url) throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < IDLE; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), node.port("rtsp")));
            }
            viewer.awaitFrames(25, SOON);
            assertThat(viewer.lost() + viewer.broken()).as(viewer.text()).isZero();
            try (RtspClient client = RtspClient.connect(url)) {
                assertThat(client.ask("OPTIONS", url).status()).isEqualTo(200);
            }
            return Footprint.of(node);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
            viewer.awaitFrames(25, SOON);
        }
    }
}
