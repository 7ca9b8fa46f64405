package dev.millrace.edges.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.rtsp.Keys;
import dev.millrace.protocols.rtsp.Method;
import dev.millrace.protocols.rtsp.Range;
import dev.millrace.protocols.rtsp.Response;
import dev.millrace.protocols.rtsp.RtpInfo;
import dev.millrace.protocols.rtsp.Status;
import dev.millrace.protocols.rtsp.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Publishers and readers over both ways. */
final class MediaTest {
    private static TestNodes nodes = EdgeNode.none();
    private static int port;

    @BeforeAll
    static void start() {
        nodes = EdgeNode.start(1, Map.of("rtsp.rtp-from", "30000", "rtsp.rtp-to", "30999"));
        port = EdgeNode.port(nodes, "A");
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static String url(String path) {
        return "rtsp://127.0.0.1:" + port + "/" + path;
    }

    private static RtpInfo.Entry start(Response play) {
        return play.headers().first(RtpInfo.KEY).orElseThrow().tracks().getFirst();
    }

    @Test
    void overTcpFromTheLastKeyFrameOn() {
        String url = url("tcp");
        try (RtspClient publisher = new RtspClient(port).publish(url);
                RtspClient reader = new RtspClient(port)) {
            for (int i = 0; i < 15; i++) {
                publisher.send(0, Video.frame(i));
            }
            Response described = awaitKept(reader, url);
            assertThat(new String(described.body(), StandardCharsets.UTF_8))
                    .contains("a=control:trackID=0", "sprop-parameter-sets")
                    .doesNotContain("c=IN IP4 127.0.0.1");
            Response play = RtspClient.expect(reader.setup(url).ask(Method.PLAY, url));
            RtpInfo.Entry first = start(play);
            assertThat(first.url()).isEqualTo(url + "/trackID=0");
            assertThat(play.headers().first(Range.KEY)).contains(Range.Npt.NOW);
            RtspClient.Packet packet = reader.packet(0);
            assertThat(packet.sequence()).isEqualTo(first.sequence());
            assertThat(packet.bytes()[12]).isEqualTo((byte) 0x65);
            publisher.send(0, Video.frame(15));
            for (int next = 1; next <= 5; next++) {
                assertThat(reader.packet(0).sequence()).isEqualTo(first.sequence() + next & 0xFFFF);
            }
        }
    }

    /** The lane works on a loop of its own: waits until it keeps what was sent. */
    private static Response awaitKept(RtspClient reader, String url) {
        Response described = RtspClient.expect(reader.ask(Method.DESCRIBE, url));
        Await.until("the lane has frames", () -> {
            try (RtspClient probe = new RtspClient(port)) {
                Response play = probe.setup(url).ask(Method.PLAY, url);
                return play.headers().has(RtpInfo.KEY);
            }
        });
        return described;
    }

    @Test
    void pauseStopsAndPlayGoesOn() {
        String url = url("pause");
        try (RtspClient publisher = new RtspClient(port).publish(url);
                RtspClient reader = new RtspClient(port)) {
            publisher.send(0, Video.frame(0));
            awaitKept(reader, url);
            RtspClient.expect(reader.setup(url).ask(Method.PLAY, url));
            reader.packet(0);
            RtspClient.expect(reader.ask(Method.PAUSE, url));
            publisher.send(0, Video.frame(10));
            publisher.send(0, Video.frame(11));
            Response play = RtspClient.expect(reader.ask(Method.PLAY, url));
            assertThat(reader.packet(0).sequence()).isEqualTo(start(play).sequence());
            RtspClient.expect(reader.ask(Method.TEARDOWN, url));
        }
    }

    @Test
    void reportsGoBothWays() {
        String url = url("reports");
        try (RtspClient publisher = new RtspClient(port).publish(url);
                RtspClient reader = new RtspClient(port)) {
            publisher.send(0, Video.frame(0));
            awaitKept(reader, url);
            RtspClient.expect(reader.setup(url).ask(Method.PLAY, url));
            RtspClient.Packet first = reader.packet(0);
            publisher.send(1, Video.senderReport(0));
            ByteBuffer report = ByteBuffer.wrap(reader.packet(1).bytes());
            assertThat(report.getShort(0)).isEqualTo((short) 0x80C8);
            assertThat(report.getInt(4))
                    .isEqualTo(ByteBuffer.wrap(first.bytes()).getInt(8));
            assertThat(report.getInt(8)).isEqualTo((int) 2_208_988_801L);
            assertThat(report.getInt(16))
                    .isEqualTo(ByteBuffer.wrap(first.bytes()).getInt(4));
            ByteBuffer back = ByteBuffer.wrap(publisher.packet(1).bytes());
            assertThat(back.getShort(0)).isEqualTo((short) 0x81C9);
            assertThat(back.getInt(8)).isEqualTo((int) Video.SSRC);
        }
    }

    @Test
    void overUdpInOrderAndFromThePublisherOnly() throws IOException {
        String url = url("udp");
        try (RtspClient publisher = new RtspClient(port);
                RtspClient reader = new RtspClient(port);
                DatagramSocket out = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"));
                DatagramSocket in = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            in.setSoTimeout(10_000);
            RtspClient.expect(publisher.announce(url));
            Response setup = RtspClient.expect(publisher.ask(
                    Method.SETUP, url + "/trackID=0", Transport.KEY, List.of(udp(out, Transport.Mode.RECORD))));
            int to = serverPort(setup);
            assertThat(to & 1).isZero();
            RtspClient.expect(publisher.ask(Method.RECORD, url));
            send(out, Video.frame(0), to);
            awaitKept(reader, url);
            setup = RtspClient.expect(
                    reader.ask(Method.SETUP, url + "/trackID=0", Transport.KEY, List.of(udp(in, Transport.Mode.PLAY))));
            int from = serverPort(setup);
            Response play = RtspClient.expect(reader.ask(Method.PLAY, url));
            int first = start(play).sequence();
            double foreign = EdgeNode.count(nodes, "A", "millrace.rtsp.packets.foreign");
            send(stranger, Video.frame(1), to);
            Await.until(
                    "the stranger is counted",
                    () -> EdgeNode.count(nodes, "A", "millrace.rtsp.packets.foreign") > foreign);
            for (int number : new int[] {1, 3, 2, 5, 4}) {
                send(out, Video.frame(number), to);
            }
            for (int next = 0; next < 5; next++) {
                DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
                in.receive(packet);
                assertThat(packet.getPort()).isEqualTo(from);
                assertThat(ByteBuffer.wrap(packet.getData()).getShort(2) & 0xFFFF)
                        .isEqualTo(first + next & 0xFFFF);
            }
        }
    }

    private static Transport udp(DatagramSocket socket, Transport.Mode mode) {
        return Transport.overUdp(new Transport.Pair(socket.getLocalPort(), socket.getLocalPort() + 1), mode);
    }

    private static int serverPort(Response setup) {
        Transport.Pair ports =
                setup.headers().first(Transport.KEY).orElseThrow().getFirst().serverPorts();
        return ports == null ? 0 : ports.rtp();
    }

    private static void send(DatagramSocket socket, byte[] packet, int to) throws IOException {
        socket.send(
                new DatagramPacket(packet, packet.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), to)));
    }

    @Test
    void theEndOfAStreamClosesItsReaders() {
        String url = url("end");
        try (RtspClient publisher = new RtspClient(port).publish(url);
                RtspClient reader = new RtspClient(port)) {
            publisher.send(0, Video.frame(0));
            awaitKept(reader, url);
            RtspClient.expect(reader.setup(url).ask(Method.PLAY, url));
            reader.packet(0);
            RtspClient.expect(publisher.ask(Method.TEARDOWN, url));
            assertThat(reader.isClosed()).isTrue();
        }
    }

    @Test
    void aSecondPublisherIsRefusedUnlessItAsksForOverride() {
        String url = url("override");
        try (RtspClient first = new RtspClient(port).publish(url);
                RtspClient second = new RtspClient(port)) {
            first.send(0, Video.frame(0));
            awaitKept(second, url);
            first.send(0, Video.frame(1));
            assertThat(second.announce(url).status()).isEqualTo(Status.FORBIDDEN);
            assertThat(second.announce(url + "?override").status()).isEqualTo(Status.OK);
            assertThat(first.isClosed()).isTrue();
        }
    }

    @Test
    void aReaderThatStopsReadingHurtsNobody() {
        String url = url("slow");
        try (RtspClient publisher = new RtspClient(port).publish(url);
                RtspClient slow = new RtspClient(port);
                RtspClient fast = new RtspClient(port)) {
            publisher.send(0, Video.frame(0));
            awaitKept(slow, url);
            RtspClient.expect(slow.setup(url).ask(Method.PLAY, url));
            Response play = RtspClient.expect(fast.setup(url).ask(Method.PLAY, url));
            int sequence = start(play).sequence();
            assertThat(fast.packet(0).sequence()).isEqualTo(sequence);
            byte[] large = java.util.Arrays.copyOf(Video.frame(0), 60_000);
            for (int number = 1; number <= 400; number++) {
                byte[] frame = large.clone();
                System.arraycopy(Video.frame(number), 0, frame, 0, 14);
                publisher.send(0, frame);
                assertThat(fast.packet(0).sequence()).isEqualTo(sequence + number & 0xFFFF);
            }
            assertThat(fast.ask(Method.OPTIONS, "*").headers().has(Keys.PUBLIC)).isTrue();
        }
    }
}
