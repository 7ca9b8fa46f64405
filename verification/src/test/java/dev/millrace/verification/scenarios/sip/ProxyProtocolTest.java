package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The PROXY protocol of a balancer, version 1 by nginx and version 2 by its bytes: the client's own address counts. */
@ExtendWith(Story.Frame.class)
final class ProxyProtocolTest {
    /** No balancer. */
    private static final String STRANGER = "127.0.0.9";

    /** The node's patience with a header that does not come is longer. */
    private static final Duration AT_ONCE = Duration.ofSeconds(4);

    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    @Test
    void clientsAreSeenThroughTheirBalancer(Story story) {
        Tools.need("nginx");
        SipNode node = SipNode.start(
                        story,
                        SipNode.plan("proxied").with("sip.bind", "127.0.0.1").with("sip.balancers", "127.0.0.1"))
                .users("one", "two");
        int front = SipNode.freePort();
        Path file = Resources.copy(
                "nginx-proxy-protocol.conf",
                story.folder(),
                Map.of(
                        "MODULE",
                        Balancer.module(),
                        "FOLDER",
                        story.folder().toString(),
                        "FRONT",
                        "127.0.0.1:" + front,
                        "SERVER",
                        node.sip()));
        Balancer.start(story, file, front);
        try (TestPhone phone = new TestPhone(Wire.tcp(front), "one")) {
            String registered = phone.register("");
            assertThat(registered).startsWith("SIP/2.0 200");
            assertThat(Wire.header(registered, "Via"))
                    .contains("rport=" + phone.wire().port());
            assertThat(node.bindings("one").getFirst().getString("received"))
                    .isEqualTo("127.0.0.1:" + phone.wire().port());
        }
        try (TestPhone phone = new TestPhone(Wire.tcp(node.port()), "two")) {
            phone.wire().send(version2());
            assertThat(phone.register(""))
                    .startsWith("SIP/2.0 200")
                    .contains("received=192.0.2.7")
                    .contains("rport=4321");
            assertThat(node.bindings("two").getFirst().getString("received")).isEqualTo("192.0.2.7:4321");
        }
        byTheirOwn(node);
    }

    /** Behind the header an OPTIONS is answered; a balancer's connection without it is none of its; a stranger's is not believed. */
    private static void byTheirOwn(SipNode node) {
        try (TcpWire told = Wire.tcp(node.port())) {
            told.send(version2());
            told.sendLines(options(told));
            assertThat(told.message()).startsWith("SIP/2.0 200");
        }
        try (TcpWire bare = Wire.tcp(node.port())) {
            bare.sendLines(options(bare));
            assertEnded(bare);
        }
        try (TcpWire stranger = stranger(node.port())) {
            stranger.sendLines(options(stranger));
            assertThat(stranger.message()).startsWith("SIP/2.0 200").contains("received=" + STRANGER);
        }
        try (TcpWire stranger = stranger(node.port())) {
            stranger.send(version2());
            stranger.sendLines(options(stranger));
            assertEnded(stranger);
        }
    }

    /** Well before anything could be a matter of patience, and without an answer. */
    private static void assertEnded(TcpWire wire) {
        Instant begin = Instant.now();
        assertThat(wire.rest()).isIn("", "<reset>");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(AT_ONCE);
    }

    private static TcpWire stranger(int port) {
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            return TcpWire.over(new Socket(loopback, port, InetAddress.ofLiteral(STRANGER), 0), "TCP");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String options(TcpWire wire) {
        return wire.head("OPTIONS", "sip:127.0.0.1:" + wire.sender().getPort(), "bare") + """
                From: <sip:one@example.com>;tag=f
                To: <sip:node@example.com>
                Call-ID: bare-%d
                CSeq: 1 OPTIONS
                Content-Length: 0

                """.formatted(wire.port());
    }

    /** TCP over IPv4 from 192.0.2.7:4321 to 192.0.2.1:5060. */
    private static byte[] version2() {
        return ByteBuffer.allocate(28)
                .put(SIGNATURE)
                .put((byte) 0x21)
                .put((byte) 0x11)
                .putShort((short) 12)
                .put(new byte[] {(byte) 192, 0, 2, 7})
                .put(new byte[] {(byte) 192, 0, 2, 1})
                .putShort((short) 4321)
                .putShort((short) 5060)
                .array();
    }
}
