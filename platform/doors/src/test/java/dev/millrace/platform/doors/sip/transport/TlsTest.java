package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.tls.Certificates;
import dev.millrace.platform.doors.tls.TestAuthority;
import dev.millrace.platform.runtime.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    private static final TestAuthority OURS = new TestAuthority("ours");
    private static final TestAuthority CLIENTS = new TestAuthority("clients");
    private static final TestAuthority STRANGERS = new TestAuthority("strangers");

    @TempDir
    static Path folder;

    @RegisterExtension
    static final Told told = new Told(() -> Map.of(
            "sip.transports",
            "tls",
            "sip.message-time",
            "4s",
            "tls.certificate",
            OURS.leaf("EC", "a.example", "127.0.0.1")
                    .write(folder.resolve("a.pem"))
                    .toString(),
            "tls.sni",
            OURS.leaf("RSA", "b.example").write(folder.resolve("b.pem")) + ","
                    + OURS.leaf("EC", "*.c.example").write(folder.resolve("c.pem")),
            "tls.client-ca",
            CLIENTS.write(folder.resolve("clients.pem")).toString(),
            "tls.peer-ca",
            OURS.write(folder.resolve("ours.pem")).toString()));

    private static SSLSocket socket(SSLContext context, String name) {
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
            socket.connect(told.listener(Transport.TLS).bound(), 5_000);
            socket.setSoTimeout(15_000);
            if (!name.isEmpty()) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(name)));
                socket.setSSLParameters(parameters);
            }
            return socket;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String subject(SSLSocket socket) throws IOException {
        socket.startHandshake();
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.example", "b.example", "x.c.example"})
    void theNameThatIsAskedForPicksTheCertificate(String name) throws IOException {
        try (SSLSocket socket = socket(OURS.context(), name)) {
            assertThat(subject(socket)).isEqualTo("CN=" + name.replace("x.", "*."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody.example"})
    void anyOtherNameGetsTheFirst(String name) throws IOException {
        try (SSLSocket socket = socket(OURS.context(), name)) {
            assertThat(subject(socket)).isEqualTo("CN=a.example");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsCarryMessages(String version) throws IOException {
        try (SSLSocket socket = socket(OURS.context(), "b.example")) {
            socket.setEnabledProtocols(new String[] {version});
            Peer peer = new Peer(socket);
            peer.send(Told.options("TLS", "192.0.2.9", 5061, "v"));
            assertThat(peer.receive()).startsWith("SIP/2.0 200").contains("received=127.0.0.1");
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
        Told.Heard heard = told.heard("v");
        assertThat(heard.onLoop()).isTrue();
        assertThat(heard.flow().transport()).isEqualTo(Transport.TLS);
        assertThat(heard.flow().peerNames()).isEmpty();
    }

    /**
     * Java's own client speaks nothing older than 1.2 any more, so this hello is written by hand: record and version, 32 random bytes, no
     * session, two suites, no compression, and the extensions that a handshake needs.
     */
    private static byte[] hello(int minor) throws IOException {
        byte[] groups = {0, 10, 0, 4, 0, 2, 0, 23};
        byte[] signatures = {0, 13, 0, 6, 0, 4, 4, 3, 4, 1};
        byte[] suites = {0, 6, (byte) 0xC0, 0x2B, (byte) 0xC0, 0x09, (byte) 0xC0, 0x13};
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(new byte[] {3, (byte) minor});
        body.write(new byte[32]);
        body.write(0);
        body.write(suites);
        body.write(new byte[] {1, 0});
        body.write(new byte[] {0, (byte) (groups.length + signatures.length)});
        body.write(groups);
        body.write(signatures);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(new byte[] {22, 3, 1, 0, (byte) (body.size() + 4), 1, 0, 0, (byte) body.size()});
        body.writeTo(record);
        return record.toByteArray();
    }

    @Test
    void olderThan12IsRefused() throws IOException {
        int alert = 21;
        int handshake = 22;
        for (int minor = 0; minor <= 3; minor++) {
            try (Peer peer = Peer.connect(told.listener(Transport.TLS).bound())) {
                peer.send(hello(minor));
                // The last row is TLS 1.2, which shows that the others are refused for their version alone.
                assertThat((int) peer.receive(1).charAt(0)).isEqualTo(minor == 3 ? handshake : alert);
            }
        }
    }

    @Test
    void aSecondHandshakeIsRefused() throws IOException {
        try (SSLSocket socket = socket(OURS.context(), "a.example")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            Peer peer = new Peer(socket);
            assertThat(peer.send(Told.options("TLS", "127.0.0.1", 5061, "first"))
                            .receive())
                    .startsWith("SIP/2.0 200");
            socket.startHandshake();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            peer.send(Told.options("TLS", "127.0.0.1", 5061, "again" + i))
                                    .receive(1);
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void aConnectionHasSoManyAliases() throws IOException {
        TestAuthority.Leaf trunk = CLIENTS.leaf("EC", "many.example");
        try (SSLSocket socket = socket(OURS.context(trunk), "a.example")) {
            Peer peer = new Peer(socket);
            int first = 40_000;
            for (int i = 0; i <= StreamChannel.ALIASES_LIMIT; i++) {
                peer.send(
                        Told.options("TLS", "many.example", first + i, "m" + i).replace(";rport", ";alias"));
                assertThat(peer.receive()).startsWith("SIP/2.0 200");
            }
            Flow flow = told.heard("m0").flow();
            int last = first + StreamChannel.ALIASES_LIMIT;
            assertThat(Await.get(told.transports.connect(Transport.TLS, loopback(last - 1), "many.example")))
                    .isSameAs(flow);
            assertThat(Await.failure(told.transports.connect(Transport.TLS, loopback(last), "many.example")))
                    .isInstanceOf(IOException.class);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    @Test
    void aClientCertificateNamesItsHolder() throws IOException {
        TestAuthority.Leaf trunk =
                CLIENTS.leaf("EC", "trunk.example", "sip:carrier.example", "sip:bob@carrier.example");
        try (SSLSocket socket = socket(OURS.context(trunk), "a.example")) {
            // The context trusts OURS for the server and shows what CLIENTS vouch for.
            Peer peer = new Peer(socket);
            peer.send(Told.options("TLS", "trunk.example", 5061, "c").replace(";rport", ";alias"));
            peer.receive();
            Flow flow = told.heard("c").flow();
            assertThat(flow.peerNames()).containsExactly("trunk.example", "carrier.example");
            // RFC 5923: requests to the Via's address take the same connection.
            InetSocketAddress alias = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5061);
            assertThat(Await.get(told.transports.connect(Transport.TLS, alias, "Trunk.example")))
                    .isSameAs(flow);
        }
    }

    @Test
    void withoutACertificateThereIsNoAlias() throws IOException {
        try (SSLSocket socket = socket(OURS.context(), "a.example")) {
            Peer peer = new Peer(socket);
            int nobody = 1;
            peer.send(Told.options("TLS", "trunk.example", nobody, "n").replace(";rport", ";alias"));
            peer.receive();
            InetSocketAddress alias = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), nobody);
            assertThat(Await.failure(told.transports.connect(Transport.TLS, alias, "trunk.example")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientCertificateOfAStrangerIsRefused() throws IOException {
        refused(STRANGERS.leaf("EC", "trunk.example"));
        refused(CLIENTS.leaf("EC", Duration.ofDays(-1), "trunk.example"));
    }

    private static void refused(TestAuthority.Leaf shown) throws IOException {
        try (SSLSocket socket = socket(OURS.context(shown), "a.example")) {
            assertThatThrownBy(() -> {
                        Peer peer = new Peer(socket);
                        peer.send(Told.options("TLS", "trunk.example", 5061, "r"));
                        String answer = peer.receive();
                        if (!answer.startsWith("SIP/2.0")) {
                            throw new SSLException("closed: " + answer);
                        }
                    })
                    .satisfiesAnyOf(
                            thrown -> assertThat(thrown).isInstanceOf(SSLException.class),
                            thrown -> assertThat(thrown).isInstanceOf(UncheckedIOException.class));
        }
    }

    @Test
    void aHandshakeThatDoesNotEndIsClosed() {
        try (Peer silent = Peer.connect(told.listener(Transport.TLS).bound());
                Peer plain = Peer.connect(told.listener(Transport.TLS).bound())) {
            plain.send(Told.options("TLS", "127.0.0.1", 5061, "p"));
            assertThat(plain.rest()).doesNotContain("SIP/2.0");
            assertThat(silent.rest()).doesNotContain("SIP/2.0");
        }
        assertThat(told.counter("millrace.sip.closed", "why", "tls")).isPositive();
    }

    @Test
    void aServerMustShowTheNameThatWasLookedUp() throws IOException {
        TestAuthority.Leaf leaf = OURS.leaf("EC", "peer.example");
        try (SSLServerSocket server = (SSLServerSocket) OURS.context(leaf)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress there = (InetSocketAddress) server.getLocalSocketAddress();
            CompletableFuture<Socket> accepted = accept(server);
            Flow flow = Await.get(told.transports.connect(Transport.TLS, there, "peer.example"));
            try (Peer peer = new Peer(accepted.join())) {
                flow.send(Told.bytes(Told.options("TLS", "a", 5061, "o")));
                assertThat(peer.receive()).startsWith("OPTIONS");
                accept(server);
                // The open connection is verified for one name only.
                assertThat(Await.failure(told.transports.connect(Transport.TLS, there, "other.example")))
                        .isInstanceOf(SSLException.class);
            }
        }
        // Nobody vouches for this one.
        try (SSLServerSocket server = (SSLServerSocket) STRANGERS
                .context(STRANGERS.leaf("EC", "peer.example"))
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            accept(server);
            InetSocketAddress there = (InetSocketAddress) server.getLocalSocketAddress();
            assertThat(Await.failure(told.transports.connect(Transport.TLS, there, "peer.example")))
                    .isInstanceOf(SSLException.class);
        }
    }

    /** RFC 5922 section 7.2; HTTPS takes it. */
    @Test
    void aServerWithAWildcardIsRefused() throws IOException {
        TestAuthority.Leaf leaf = OURS.leaf("EC", "*.wild.example", "named.wild.example", "127.0.0.1");
        try (SSLServerSocket server = (SSLServerSocket) OURS.context(leaf)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress there = (InetSocketAddress) server.getLocalSocketAddress();
            accept(server);
            assertThat(Await.failure(told.transports.connect(Transport.TLS, there, "any.wild.example")))
                    .isInstanceOf(SSLException.class);
            for (String named : List.of("Named.wild.example", "127.0.0.1")) {
                accept(server);
                assertThat(Await.get(told.transports.connect(Transport.TLS, there, named))
                                .open())
                        .isTrue();
            }
        }
    }

    private static CompletableFuture<Socket> accept(SSLServerSocket server) {
        CompletableFuture<Socket> accepted = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                socket.setSoTimeout(10_000);
                socket.startHandshake();
                accepted.complete(socket);
            } catch (IOException failure) {
                accepted.completeExceptionally(failure);
            }
        });
        return accepted;
    }

    @Test
    void aNewCertificateIsShownWithoutARestart() throws IOException {
        try (SSLSocket before = socket(OURS.context(), "x.c.example")) {
            Peer peer = new Peer(before);
            peer.send(Told.options("TLS", "127.0.0.1", 5061, "before")).receive();
            OURS.leaf("EC", "*.c.example", "new.example").write(folder.resolve("c.pem"));
            Await.get(told.node.shared(Certificates.class, Certificates::of).reload());
            try (SSLSocket after = socket(OURS.context(), "new.example")) {
                assertThat(subject(after)).isEqualTo("CN=*.c.example");
            }
            peer.send(Told.options("TLS", "127.0.0.1", 5061, "after"));
            assertThat(peer.receive()).startsWith("SIP/2.0 200");
        }
    }
}
