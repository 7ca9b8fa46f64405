package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.tls.TestAuthority;
import dev.millrace.platform.runtime.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyProtocolTest {
    private static final TestAuthority OURS = new TestAuthority("ours");

    @TempDir
    static Path folder;

    @RegisterExtension
    static final Told told = new Told(() -> Map.of(
            "sip.transports", "tcp,tls",
            "sip.balancers", "127.0.0.0/8",
            "sip.source.connections", "5",
            "sip.source.rate", "50",
            "sip.message-time", "1s",
            "front", "sip.example:5070",
            "sip.tls.front-port", "5071",
            "advertise", "node-a.example",
            "tls.certificate",
                    OURS.leaf("EC", "a.example").write(folder.resolve("a.pem")).toString()));

    private static Peer connect() {
        return Peer.connect(told.listener(Transport.TCP).bound());
    }

    private static byte[] version2(int command, int family, byte[] addresses) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(Told.bytes("\r\n\r\n\0\r\nQUIT\n"));
        header.write(0x20 | command);
        header.write(family);
        header.write(addresses.length >> 8);
        header.write(addresses.length);
        header.writeBytes(addresses);
        return header.toByteArray();
    }

    private static byte[] pair(String source, int port) {
        ByteArrayOutputStream addresses = new ByteArrayOutputStream();
        byte[] address = InetAddress.ofLiteral(source).getAddress();
        addresses.writeBytes(address);
        addresses.writeBytes(address);
        addresses.write(port >> 8);
        addresses.write(port);
        addresses.write(0x13);
        addresses.write(0xc4);
        return addresses.toByteArray();
    }

    record Row(String name, byte[] header, String host, int port, boolean balanced) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "version 1, IPv4",
                        Told.bytes("PROXY TCP4 192.0.2.7 192.0.2.1 4711 5060\r\n"),
                        "192.0.2.7",
                        4711,
                        false),
                new Row(
                        "version 1, IPv6",
                        Told.bytes("PROXY TCP6 2001:db8::7 2001:db8::1 4711 5060\r\n"),
                        "2001:db8:0:0:0:0:0:7",
                        4711,
                        false),
                new Row("version 1, unknown", Told.bytes("PROXY UNKNOWN\r\n"), "127.0.0.1", 0, true),
                new Row("version 2, IPv4", version2(1, 0x11, pair("192.0.2.8", 4712)), "192.0.2.8", 4712, false),
                new Row(
                        "version 2, IPv6",
                        version2(1, 0x21, pair("2001:db8::8", 4712)),
                        "2001:db8:0:0:0:0:0:8",
                        4712,
                        false),
                new Row("version 2, a health check", version2(0, 0, new byte[0]), "127.0.0.1", 0, true));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theBalancerSaysWhoTheClientIs(Row row) {
        for (boolean together : new boolean[] {true, false}) {
            try (Peer peer = connect()) {
                byte[] message = Told.bytes(Told.options("TCP", "10.0.0.1", 5060, "p"));
                if (together) {
                    ByteArrayOutputStream both = new ByteArrayOutputStream();
                    both.writeBytes(row.header());
                    both.writeBytes(message);
                    peer.send(both.toByteArray());
                } else {
                    for (byte each : row.header()) {
                        peer.send(new byte[] {each});
                    }
                    peer.send(message);
                }
                assertThat(peer.receive()).startsWith("SIP/2.0 200").contains("received=" + row.host());
                Flow flow = Told.next(told.messages).flow();
                assertThat(flow.remote().getAddress().getHostAddress()).isEqualTo(row.host());
                assertThat(flow.balanced()).isEqualTo(row.balanced());
                if (row.port() > 0) {
                    assertThat(flow.remote().getPort()).isEqualTo(row.port());
                }
                assertThat(flow.listener().advertised(flow.remote()))
                        .hasToString("node-a.example:" + told.port(Transport.TCP));
                assertThat(flow.front()).hasToString("sip.example:5070");
            }
        }
        assertThat(told.transports.ours("SIP.example", 5070)).isTrue();
        assertThat(told.transports.ours("sip.example", 5071)).isTrue();
        assertThat(told.transports.ours("sip.example", 5060)).isFalse();
        assertThat(told.transports.ours("node-a.example", told.port(Transport.TCP)))
                .isTrue();
        assertThat(told.transports.ours("node-a.example", 5070)).isFalse();
    }

    @Test
    void theHeaderComesBeforeTheHandshake() throws IOException {
        try (Peer plain = Peer.connect(told.listener(Transport.TLS).bound())) {
            plain.send("PROXY TCP4 192.0.2.9 192.0.2.1 4713 5061\r\n");
            try (SSLSocket socket = (SSLSocket)
                    OURS.context().getSocketFactory().createSocket(plain.wire().socket(), "a.example", 5061, true)) {
                Peer peer = new Peer(socket);
                peer.send(Told.options("TLS", "10.0.0.1", 5061, "t"));
                assertThat(peer.receive()).contains("received=192.0.2.9", "rport=4713");
            }
        }
        assertThat(Told.next(told.messages).flow().front()).hasToString("sip.example:5071");
    }

    @Test
    void aBalancerMustSayIt() {
        try (Peer peer = connect()) {
            peer.send(Told.options("TCP", "127.0.0.1", 5060, "n"));
            assertThat(peer.rest()).doesNotContain("SIP/2.0");
        }
        try (Peer silent = connect()) {
            silent.send("PROXY TC");
            assertThat(silent.rest()).isEmpty();
        }
        for (String bad :
                List.of("PROXY TCP4 " + "1".repeat(200), "PROXY TCP4 a b c d\r\n", "PROXY TCP4 1.2.3.4\r\n")) {
            try (Peer wrong = connect()) {
                wrong.send(bad);
                assertThat(wrong.rest()).doesNotContain("SIP/2.0");
            }
        }
        assertThat(told.messages).isEmpty();
    }

    @Test
    void limitsCountForTheClientNotForTheBalancer() {
        List<Peer> open = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Peer peer = connect();
                open.add(peer);
                peer.send("PROXY TCP4 198.51.100." + i + " 192.0.2.1 4711 5060\r\n"
                        + Told.options("TCP", "10.0.0.1", 5060, "c" + i));
                assertThat(peer.receive()).startsWith("SIP/2.0 200");
            }
            double before = told.counter("millrace.sip.refused", "limit", "source");
            for (int i = 0; i < 8; i++) {
                Peer peer = connect();
                open.add(peer);
                peer.send("PROXY TCP4 198.51.100.200 192.0.2.1 4711 5060\r\n");
            }
            Await.until(
                    "three of eight were refused",
                    () -> told.counter("millrace.sip.refused", "limit", "source") - before == 3);
        } finally {
            open.forEach(Peer::close);
        }
    }

    @Test
    void aClientAboveItsRateIsDroppedAndABalancerIsNot() {
        String many = Told.options("TCP", "10.0.0.1", 5060, "r").repeat(200);
        double before = told.counter("millrace.sip.limited");
        try (Peer health = connect()) {
            health.send(version2(0, 0, new byte[0])).send(many);
            for (int i = 0; i < 200; i++) {
                assertThat(health.receive()).startsWith("SIP/2.0 200");
            }
        }
        assertThat(told.counter("millrace.sip.limited")).isEqualTo(before);
        try (Peer client = connect()) {
            client.send("PROXY TCP4 203.0.113.1 192.0.2.1 4711 5060\r\n" + many);
            Await.until("most were dropped", () -> told.counter("millrace.sip.limited") - before > 100);
            assertThat(client.receive()).startsWith("SIP/2.0 200");
        }
    }

    @Test
    void ourNamesDoNotDependOnThePeer() {
        InetSocketAddress anyone = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 5060);
        assertThat(told.listener(Transport.TLS).front(anyone)).hasToString("sip.example:5071");
        assertThat(told.listener(Transport.TCP).toString()).startsWith("TCP 127.0.0.1 port ");
    }
}
