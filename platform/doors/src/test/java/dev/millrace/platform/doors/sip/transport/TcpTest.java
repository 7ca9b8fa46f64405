package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.TcpWire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TcpTest {
    @RegisterExtension
    static final Told told = new Told(() -> Map.of(
            "sip.transports", "udp,tcp",
            "sip.bind", "127.0.0.1,[::1]",
            "sip.idle", "3s",
            "sip.message-time", "1s",
            "sip.write-bytes", "65536",
            "sip.source.connections", "40"));

    @BeforeEach
    void forget() {
        // A connection of the test before may be told of late.
        awaitNone();
        told.forget();
    }

    private static void awaitNone() {
        Await.until(
                "no connection is counted any more",
                () -> told.gauge("millrace.sip.connections", "transport", "tcp") == 0);
    }

    private static Peer connect() {
        return Peer.connect(told.listener(Transport.TCP).bound());
    }

    private static String options(String branch) {
        return Told.options("TCP", "127.0.0.1", 5060, branch);
    }

    @Test
    void twoMessagesInOneSegmentAreTwo() {
        try (Peer peer = connect()) {
            peer.send(options("a") + "\r\n\r\n" + options("b"));
            assertThat(peer.receive()).contains("branch=z9hG4bKa", "received=127.0.0.1", "rport=");
            assertThat(peer.receive(2)).isEqualTo("\r\n");
            assertThat(peer.receive()).contains("branch=z9hG4bKb");
        }
        Told.Heard first = told.heard("a");
        assertThat(first.onLoop()).isTrue();
        assertThat(first.message().encode()).hasSize(options("a").length());
        assertThat(Told.next(told.messages).flow()).isSameAs(first.flow());
        told.awaitEnd(first.flow());
        assertThat(first.flow().open()).isFalse();
        assertThat(first.flow().send(new byte[1])).isFalse();
        assertThat(told.transports.flow(first.flow().ref())).isEmpty();
    }

    @Test
    void aMessageMayComeByteByByte() {
        try (Peer peer = connect()) {
            for (byte each : Told.bytes(options("torn"))) {
                peer.send(new byte[] {each});
            }
            assertThat(peer.receive()).startsWith("SIP/2.0 200");
        }
    }

    @Test
    void aFlowIsFoundByItsNameFromAnyThread() {
        try (Peer peer = connect()) {
            peer.send(options("ref")).receive();
            FlowRef ref = told.heard("ref").flow().ref();
            assertThat(ref.number()).isPositive();
            Flow flow = told.transports.flow(FlowRef.ofCompact(ref.compact())).orElseThrow();
            assertThat(flow.send(Told.bytes("hello"))).isTrue();
            assertThat(peer.receive(5)).isEqualTo("hello");
            assertThat(told.transports.flow(new FlowRef("B", ref.transport(), ref.number(), 0, ref.host(), 1)))
                    .isEmpty();
            // The connection of an exact remote address is taken again.
            Flow again = Await.get(told.transports.connect(Transport.TCP, flow.remote(), "peer"));
            assertThat(again).isSameAs(flow);
        }
    }

    record Lie(String name, String text, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Lie> lies() {
        return Stream.of(
                new Lie("Content-Length -1", options("x").replace("Length: 0", "Length: -1"), "content-length"),
                new Lie("Content-Length 2^31", options("x").replace("Length: 0", "Length: 2147483648"), ""),
                new Lie("Content-Length 2^63", options("x").replace("Length: 0", "Length: 9223372036854775808"), ""),
                new Lie("Content-Length 10^12", options("x").replace("Length: 0", "Length: 1000000000000"), ""),
                new Lie("two Content-Lengths", options("x").replace("Length: 0", "Length: 0\r\nl: 7"), ""),
                new Lie("none", options("x").replace("Content-Length: 0\r\n", ""), "content-length"),
                new Lie("no SIP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", ""),
                new Lie(
                        "PROXY v1 from a stranger",
                        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + options("x"),
                        "proxy-header"),
                new Lie(
                        "PROXY v2 from a stranger",
                        "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c" + "\0".repeat(12),
                        "proxy-header"),
                new Lie("a head without an end", "OPTIONS sip:a SIP/2.0\r\n" + "X: y\r\n".repeat(20_000), ""));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aLieEndsTheConnection(Lie lie) {
        try (Peer peer = connect()) {
            peer.send(lie.text());
            assertThat(peer.rest()).doesNotContain("200 OK");
        }
        Told.Refused refused = Told.next(told.refused);
        assertThat(refused.why().rule()).contains(lie.rule());
        told.awaitEnd(refused.flow());
    }

    @Test
    void aBrokenRequestIsAnsweredBeforeTheConnectionEnds() {
        try (Peer peer = connect()) {
            peer.send(options("x").replace("Content-Length: 0\r\n", ""));
            assertThat(peer.rest()).startsWith("SIP/2.0 400");
        }
    }

    /** The peer says that it will write no more: what it asked is answered, and the connection leaves nothing behind. */
    @Test
    void aHalfClosedConnectionIsAnsweredAndEnds() throws IOException {
        try (Peer peer = connect()) {
            peer.send(options("half") + options("half2"));
            peer.wire().socket().shutdownOutput();
            assertThat(peer.rest()).contains("branch=z9hG4bKhalf;", "branch=z9hG4bKhalf2;");
        }
        Flow flow = told.heard("half").flow();
        told.awaitEnd(flow);
        assertThat(told.transports.flow(flow.ref())).isEmpty();
        awaitNone();
    }

    /** Class 1 of the security list on the wire: whatever comes, the next honest connection is served. */
    @Test
    void mutantsDoNotKeepItFromAnswering() {
        Mutator mutator = Mutator.of(20_260_405);
        for (int i = 0; i < 300; i++) {
            try (Peer attacker = connect()) {
                attacker.send(mutator.mutate(List.of(Told.bytes(options("mutant")))));
                if (i % 30 == 0) {
                    try (Peer honest = connect()) {
                        assertThat(honest.send(options("honest" + i)).receive()).startsWith("SIP/2.0 200");
                    }
                }
            }
        }
        awaitNone();
        assertThat(told.counter("millrace.sip.failures")).isZero();
    }

    @Test
    void aSilentConnectionIsClosed() {
        try (Peer peer = connect()) {
            peer.send(options("i")).receive();
            assertThat(peer.rest()).isEmpty();
        }
        assertThat(told.counter("millrace.sip.closed", "why", "idle")).isPositive();
    }

    @Test
    void aConnectionThatIsKeptStaysOpen() throws IOException {
        try (Peer kept = connect();
                Peer idle = connect()) {
            kept.send(options("kept")).receive();
            told.heard("kept").flow().keep(Duration.ofSeconds(30));
            idle.send(options("idle")).receive();
            assertThat(idle.rest()).isEmpty();
            assertThat(kept.send("\r\n\r\n").receive(2)).isEqualTo("\r\n");
        }
    }

    @Test
    void aMessageThatDoesNotEndIsClosed() {
        try (Peer peer = connect()) {
            String text = options("slow");
            peer.send(text.substring(0, 20));
            Await.until("it is closed though bytes come", () -> {
                try {
                    peer.send("V: x\r\n");
                } catch (java.io.UncheckedIOException closed) {
                    return true;
                }
                return told.counter("millrace.sip.closed", "why", "unfinished") > 0;
            });
        }
        Await.until("it was counted", () -> told.counter("millrace.sip.closed", "why", "unfinished") > 0);
    }

    /** What was written a moment ago is no sign of a peer that does not read, also where nobody has looked before. */
    @Test
    void aYoungConnectionMayHaveBytesWaiting() {
        try (Peer peer = connect()) {
            // Told answers no ACK: nothing has been written yet.
            peer.send(options("young").replace("OPTIONS", "ACK"));
            Connection young = (Connection) told.heard("young").flow();
            young.loop().run(() -> {
                young.send(Told.bytes("hello"));
                young.look(told.node.clock().nanos(), Long.MAX_VALUE);
            });
            assertThat(peer.receive(5)).isEqualTo("hello");
            assertThat(young.open()).isTrue();
        }
    }

    @Test
    void aPeerThatDoesNotReadIsClosedAndNobodyElse() {
        try (Peer deaf = connect();
                Peer other = connect()) {
            deaf.send(options("deaf")).receive();
            Flow flow = told.heard("deaf").flow();
            byte[] message = Told.bytes(options("big") + "x".repeat(30_000));
            for (int i = 0; i < 2_000 && flow.send(message); i++) {
                other.send(options("other" + i)).receive();
            }
            told.awaitEnd(flow);
            assertThat(other.send(options("after")).receive()).startsWith("SIP/2.0 200");
        }
        assertThat(told.counter("millrace.sip.closed", "why", "slow")).isPositive();
    }

    @Test
    void oneSourceMayHaveSoManyConnections() throws IOException {
        List<Peer> open = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                open.add(connect());
            }
            Await.until("some were refused", () -> told.counter("millrace.sip.refused", "limit", "source") > 0);
        } finally {
            open.forEach(Peer::close);
        }
        Await.until("it serves again", () -> {
            try (Peer peer = connect()) {
                return peer.send(options("again")).receive().startsWith("SIP/2.0 200");
            } catch (java.io.UncheckedIOException reset) {
                return false;
            }
        });
    }

    @Test
    void aConnectionIsOpenedAndTakenAgain() throws IOException {
        try (ServerSocket server = TcpWire.listen(0, 5)) {
            InetSocketAddress there = (InetSocketAddress) server.getLocalSocketAddress();
            var first = told.transports.connect(Transport.TCP, there, "one");
            var second = told.transports.connect(Transport.TCP, there, "two");
            try (Peer peer = new Peer(TcpWire.accept(server))) {
                Flow flow = Await.get(first);
                assertThat(Await.get(second)).isSameAs(flow);
                assertThat(flow.remote()).isEqualTo(there);
                assertThat(flow.listener().advertised(flow.remote()).port()).isEqualTo(told.port(Transport.TCP));
                flow.send(Told.bytes(options("out")));
                assertThat(peer.receive()).startsWith("OPTIONS");
                peer.send("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
                assertThat(Told.next(told.messages).flow()).isSameAs(flow);
                Flow third = Await.get(told.transports.connect(Transport.TCP, there, "three"));
                assertThat(third).isSameAs(flow);
                peer.wire().socket().close();
                told.awaitEnd(flow);
            }
        }
        // Nobody there.
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        assertThat(Await.failure(told.transports.connect(Transport.TCP, nobody, "")))
                .isInstanceOf(IOException.class);
        assertThat(Await.failure(told.transports.connect(Transport.WS, nobody, "")))
                .hasMessageContaining("client");
        assertThat(Await.failure(told.transports.connect(Transport.TLS, nobody, "")))
                .hasMessageContaining("sip.transports");
    }

    @Test
    void ipv6() {
        Listener six = told.transports.listeners().stream()
                .filter(each -> each.transport() == Transport.TCP
                        && each.bound().getAddress().getAddress().length == 16)
                .findFirst()
                .orElseThrow();
        try (Peer peer = Peer.connect(six.bound())) {
            peer.send(Told.options("TCP", "[::1]", peer.wire().port(), "six"));
            assertThat(peer.receive()).startsWith("SIP/2.0 200");
            Flow flow = told.heard("six").flow();
            assertThat(flow.listener().advertised(flow.remote()).toString()).startsWith("[0:0:0:0:0:0:0:1]:");
            assertThat(flow.ref().host()).isEqualTo("0:0:0:0:0:0:0:1");
        }
    }

    @Test
    void addressesThatAreOurs() {
        int port = told.port(Transport.TCP);
        assertThat(told.transports.ours("127.0.0.1", port)).isTrue();
        assertThat(told.transports.ours("[::1]", port)).isTrue();
        assertThat(told.transports.ours("127.0.0.1", port + 1)).isFalse();
        assertThat(told.transports.ours("127.0.0.2", port)).isFalse();
        assertThat(told.transports.ours("example.com", port)).isFalse();
        assertThat(told.transports.ours("127.0.0.1")).isTrue();
        assertThat(told.transports.ours("example.com")).isFalse();
    }
}
