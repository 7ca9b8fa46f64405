package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.stun.Stun;
import dev.millrace.protocols.stun.StunMessage;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpTest {
    @RegisterExtension
    static final Told told =
            new Told(() -> Map.of("sip.transports", "udp", "sip.bind", "127.0.0.1, ::1", "sip.source.rate", "100000"));

    private static DatagramSocket peer(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(host));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(DatagramSocket from, byte[] bytes) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, to(from)));
    }

    private static InetSocketAddress to(DatagramSocket from) throws UnknownHostException {
        return new InetSocketAddress(from.getLocalAddress(), told.port(Transport.UDP));
    }

    private static byte[] receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        at.receive(packet);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aRequestIsAnsweredToWhereItCameFrom(String host) throws IOException {
        told.messages.clear();
        try (DatagramSocket peer = peer(host)) {
            send(peer, Told.bytes(Told.options("UDP", "192.0.2.1", 5060, "u" + host.length())));
            String address = peer.getLocalAddress().getHostAddress();
            assertThat(text(receive(peer)))
                    .startsWith("SIP/2.0 200 OK\r\n")
                    .contains("rport=" + peer.getLocalPort(), "received=" + address);
            Told.Heard heard = told.heard("u" + host.length());
            assertThat(heard.onLoop()).isTrue();
            FlowRef ref = heard.flow().ref();
            assertThat(ref).isEqualTo(new FlowRef("A", Transport.UDP, 0, ref.socket(), address, peer.getLocalPort()));
            assertThat(heard.flow().local()).isEqualTo(to(peer));
            assertThat(heard.flow().listener().advertised(heard.flow().remote()).port())
                    .isEqualTo(told.port(Transport.UDP));
            // Found again by its name, from another thread.
            Flow again = told.transports.flow(FlowRef.ofCompact(ref.compact())).orElseThrow();
            assertThat(again).isEqualTo(heard.flow());
            again.send(Told.bytes("hello"));
            assertThat(text(receive(peer))).isEqualTo("hello");
            told.transports.udp(heard.flow().remote()).send(Told.bytes("again"));
            assertThat(text(receive(peer))).isEqualTo("again");
        }
    }

    @Test
    void keepAlivesAndEmptyDatagramsAreNoMessages() throws IOException {
        told.refused.clear();
        double before = told.counter("millrace.sip.keepalives");
        double empty = told.counter("millrace.sip.empty");
        try (DatagramSocket peer = peer("127.0.0.1")) {
            for (String each : List.of("\r\n\r\n", "\r\n", "\0\0\0\0", "")) {
                send(peer, Told.bytes(each));
            }
            send(peer, Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "k")));
            assertThat(text(receive(peer))).startsWith("SIP/2.0 200");
        }
        assertThat(told.counter("millrace.sip.keepalives") - before).isEqualTo(3);
        assertThat(told.counter("millrace.sip.empty") - empty).isEqualTo(1);
        assertThat(told.refused).isEmpty();
    }

    @Test
    void aBindingRequestLearnsItsAddress() throws IOException {
        try (DatagramSocket peer = peer("127.0.0.1")) {
            byte[] transaction = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
            byte[] asked = new StunMessage(StunMessage.BINDING_REQUEST, transaction, List.of()).encode();
            send(peer, asked);
            byte[] answer = receive(peer);
            assertThat(Stun.looksLike(answer)).isTrue();
            StunMessage success = StunMessage.parse(answer, 0, answer.length);
            assertThat(success.type()).isEqualTo(StunMessage.BINDING_SUCCESS);
            assertThat(answer.length - asked.length).isLessThanOrEqualTo(Stun.MAX_GROWTH);
        }
        assertThat(told.counter("millrace.sip.stun")).isPositive();
    }

    @Test
    void aBrokenRequestThatCanBeAnsweredIsHandedOver() throws IOException {
        told.refused.clear();
        try (DatagramSocket peer = peer("127.0.0.1")) {
            send(peer, Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "b").replace("Length: 0", "Length: 99")));
            assertThat(text(receive(peer))).startsWith("SIP/2.0 400");
            send(peer, new byte[] {(byte) 0x80, 1, 2, 3});
            assertThat(Told.next(told.refused).answerable()).isPresent();
            assertThat(Told.next(told.refused).answerable()).isEmpty();
        }
    }

    @Test
    void aMessageMayBeAsLongAsADatagram() throws IOException {
        try (DatagramSocket peer = peer("127.0.0.1")) {
            String body = "x".repeat(60_000);
            send(
                    peer,
                    Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "long").replace("Length: 0", "Length: 60000")
                            + body));
            assertThat(text(receive(peer))).startsWith("SIP/2.0 200");
        }
    }

    @Test
    void everyLoopReceives() throws IOException {
        told.messages.clear();
        int peers = 64;
        for (int i = 0; i < peers; i++) {
            try (DatagramSocket peer = peer("127.0.0.1")) {
                send(peer, Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "l" + i)));
                assertThat(text(receive(peer))).startsWith("SIP/2.0 200");
            }
        }
        Await.until("all were told", () -> told.messages.size() >= peers);
        Set<Integer> sockets =
                told.messages.stream().map(heard -> heard.flow().ref().socket()).collect(Collectors.toSet());
        assertThat(sockets).hasSize(1);
        Set<Integer> loops = told.messages.stream().map(Told.Heard::loop).collect(Collectors.toSet());
        assertThat(loops).hasSameSizeAs(told.node.loops().all());
    }

    @Test
    void aPeerStaysOnItsLoop() throws IOException {
        told.messages.clear();
        try (DatagramSocket peer = peer("127.0.0.1")) {
            for (int i = 0; i < 20; i++) {
                send(peer, Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "s" + i)));
                receive(peer);
            }
        }
        assertThat(told.messages.stream().map(Told.Heard::loop).distinct()).hasSize(1);
    }

    /** The kernel refuses to broadcast; what lies before and behind it in the same batch leaves all the same. */
    @Test
    void aDatagramThatCannotBeSentHarmsNoOther() throws IOException {
        try (DatagramSocket peer = peer("127.0.0.1")) {
            InetSocketAddress there = new InetSocketAddress(peer.getLocalAddress(), peer.getLocalPort());
            InetSocketAddress all = new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 5060);
            told.node.loops().all().getFirst().run(() -> {
                told.transports.udp(there).send(Told.bytes("one"));
                told.transports.udp(all).send(Told.bytes("lost"));
                told.transports.udp(there).send(Told.bytes("two"));
            });
            assertThat(text(receive(peer))).isEqualTo("one");
            assertThat(text(receive(peer))).isEqualTo("two");
        }
    }

    /** Class 1 of the security list on the wire: whatever comes, the next honest request is answered. */
    @Test
    void mutantsDoNotKeepItFromAnswering() throws IOException {
        byte[] seed = Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "mutant"));
        Mutator mutator = Mutator.of(20_260_404);
        try (DatagramSocket attacker = peer("127.0.0.1");
                DatagramSocket peer = peer("127.0.0.1")) {
            for (int i = 0; i < 5_000; i++) {
                byte[] mutant = mutator.mutate(List.of(seed));
                send(attacker, java.util.Arrays.copyOf(mutant, Math.min(mutant.length, 60_000)));
                if (i % 500 == 0) {
                    send(peer, Told.bytes(Told.options("UDP", "127.0.0.1", 5060, "honest" + i)));
                    assertThat(text(receive(peer))).startsWith("SIP/2.0 200").contains("honest" + i);
                }
            }
        }
        assertThat(told.counter("millrace.sip.failures")).isZero();
        told.messages.clear();
    }

    /** A balancer's session leads to one process of a node: after a restart it may be anybody's. */
    @Test
    void aFlowThroughABalancerEndsWithItsProcess() throws IOException {
        Map<String, String> balanced = Map.of(
                "sip.transports",
                "udp",
                "sip.bind",
                "127.0.0.1",
                "sip.balancers",
                "127.0.0.1",
                "sip.proxy-protocol",
                "false");
        try (Told behind = new Told(() -> balanced).open();
                DatagramSocket peer = peer("127.0.0.1")) {
            byte[] options = Told.bytes(Told.options("UDP", "192.0.2.1", 5060, "b"));
            InetSocketAddress door = behind.listener(Transport.UDP).bound();
            peer.send(new DatagramPacket(options, options.length, door));
            FlowRef ref = Told.next(behind.messages).flow().ref();
            assertThat(ref.number()).isPositive();
            assertThat(behind.transports.flow(ref)).isPresent();
            FlowRef before = new FlowRef("A", Transport.UDP, ref.number() - 1, ref.socket(), ref.host(), ref.port());
            assertThat(behind.transports.flow(before)).isEmpty();
        }
    }
}
