package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.protocols.sip.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which way a request goes: the transport of a long one (RFC 3261 section 18.1.1), and the next server (RFC 3263 section 4.3). */
class HopsTest extends TwoPeers {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String LONG = "Subject: " + "x".repeat(1_300) + "\r\n";

    @AutoClose
    private static DoorNodes nodes;

    private static InetSocketAddress door;

    @BeforeAll
    static void open() {
        nodes = DoorNodes.start(DoorNodes.spec("A", Map.of("sip.failover", "300ms"), Role.PROXY));
        door = nodes.address("A");
    }

    private void send(String method, String uri, String more) {
        alice.send(alice.request(method, uri, callId, branch, more), door);
    }

    private String hops(String more, Peer first, Peer second) {
        return "sip:bob@127.0.0.1:" + first.port() + more + ";hops=" + first.port() + "-" + second.port();
    }

    @Test
    void aLongRequestGoesByTcp() throws IOException {
        try (ServerSocket listening = TcpWire.listen(bob.port(), 5)) {
            send("MESSAGE", bob.uri(), LONG);
            try (Peer tcp = Peer.accept(listening)) {
                Peer.Received<Request> message = tcp.request("MESSAGE");
                assertThat(message.message().topVia().transport()).isEqualTo("TCP");
                tcp.answer(message, 200, "OK");
                alice.response(200);
            }
        }
        assertThat(bob.silent(SHORT, Request.class::isInstance)).isTrue();
    }

    @Test
    void aShortOneDoesNot() throws IOException {
        try (ServerSocket listening = TcpWire.listen(bob.port(), 5)) {
            send("MESSAGE", bob.uri(), "");
            assertThat(listening.isBound()).isTrue();
            bob.answer(bob.request("MESSAGE"), 200, "OK");
            alice.response(200);
        }
    }

    @Test
    void aLongRequestGoesByUdpWhereTcpIsRefused() {
        send("MESSAGE", bob.uri(), LONG);
        Peer.Received<Request> message = bob.request("MESSAGE");
        assertThat(message.message().topVia().transport()).isEqualTo("UDP");
        bob.answer(message, 200, "OK");
        alice.response(200);
    }

    @Test
    void aLongRequestGoesByUdpWhereTcpIsSilent() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try (ServerSocket listening = TcpWire.listen(bob.port(), 1)) {
            // A queue that is full drops whoever knocks.
            for (int i = 0; i < 4; i++) {
                SocketChannel each = SocketChannel.open();
                each.configureBlocking(false);
                each.connect(listening.getLocalSocketAddress());
                crowd.add(each);
            }
            send("MESSAGE", bob.uri(), LONG);
            Peer.Received<Request> message = bob.request("MESSAGE");
            assertThat(message.message().topVia().transport()).isEqualTo("UDP");
            bob.answer(message, 200, "OK");
            alice.response(200);
        } finally {
            for (SocketChannel each : crowd) {
                each.close();
            }
        }
    }

    @Test
    void aLongRequestStaysOnTheTransportThatWasAskedFor() throws IOException {
        try (ServerSocket listening = TcpWire.listen(bob.port(), 5)) {
            send("MESSAGE", bob.uri() + ";pinned", LONG);
            assertThat(listening.isBound()).isTrue();
            bob.answer(bob.request("MESSAGE"), 200, "OK");
            alice.response(200);
        }
    }

    @Test
    void aLongRequestStaysOnItsFlow() throws IOException {
        try (ServerSocket listening = TcpWire.listen(bob.port(), 5)) {
            send("MESSAGE", bob.uri() + ";flow=A", LONG);
            assertThat(listening.isBound()).isTrue();
            Peer.Received<Request> message = bob.request("MESSAGE");
            assertThat(message.message().topVia().transport()).isEqualTo("UDP");
            bob.answer(message, 200, "OK");
            alice.response(200);
        }
    }

    @Test
    void aSilentServerIsLeftForTheNextAndItsLateCallIsCancelled() {
        try (Peer next = new Peer()) {
            send("INVITE", hops("", bob, next), "");
            Peer.Received<Request> silent = bob.request("INVITE");
            Peer.Received<Request> second = next.request("INVITE");
            assertThat(second.message().topVia().branch())
                    .isNotEqualTo(silent.message().topVia().branch());
            bob.answer(silent, 180, "Ringing");
            bob.request("CANCEL");
            next.answer(second, 486, "Busy Here");
            alice.response(486);
        }
    }

    @Test
    void aServerThatWorksOnItIsNotLeft() {
        try (Peer next = new Peer()) {
            send("INVITE", hops("", bob, next), "");
            Peer.Received<Request> invite = bob.request("INVITE");
            bob.answer(invite, 100, "Trying");
            assertThat(next.silent(Duration.ofMillis(600), Request.class::isInstance))
                    .isTrue();
            bob.answer(invite, 486, "Busy Here");
            alice.response(486);
        }
    }

    @Test
    void anOverloadedServerIsLeftForTheNext() {
        try (Peer next = new Peer()) {
            send("INVITE", hops("", bob, next), "");
            bob.answer(bob.request("INVITE"), 503, "Service Unavailable");
            bob.request("ACK");
            next.answer(next.request("INVITE"), 200, "OK");
            alice.response(200);
        }
    }

    @Test
    void theLastServersRefusalIsTheCallers() {
        try (Peer next = new Peer()) {
            send("MESSAGE", hops("", bob, next), "");
            bob.answer(bob.request("MESSAGE"), 503, "Service Unavailable");
            next.answer(next.request("MESSAGE"), 503, "Service Unavailable");
            alice.response(503);
        }
    }

    @Test
    void aServerThatRefusesTheConnectionIsLeftForTheNext() throws IOException {
        try (Peer next = new Peer();
                ServerSocket listening = TcpWire.listen(next.port(), 5)) {
            send("MESSAGE", hops(";transport=tcp", bob, next), "");
            try (Peer tcp = Peer.accept(listening)) {
                tcp.answer(tcp.request("MESSAGE"), 200, "OK");
                alice.response(200);
            }
        }
    }

    @Test
    void whereAllRefuseItIs503() {
        try (Peer next = new Peer()) {
            send("MESSAGE", hops(";transport=tcp", bob, next), "");
            alice.response(503);
        }
    }

    @Test
    void aCancelledCallTriesNoOtherServer() {
        try (Peer next = new Peer()) {
            send("INVITE", hops("", bob, next), "");
            bob.request("INVITE");
            send("CANCEL", hops("", bob, next), "");
            alice.response(200);
            assertThat(next.silent(Duration.ofMillis(600), Request.class::isInstance))
                    .isTrue();
        }
    }
}
