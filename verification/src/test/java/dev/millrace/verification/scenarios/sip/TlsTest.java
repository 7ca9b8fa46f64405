package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** TLS: the certificate that was asked for, and the client certificate of a peer instead of a digest. */
@ExtendWith(Story.Frame.class)
final class TlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String OWN = "sip.example.com";
    private static final String OTHER = "sip.example.net";
    private static final String TRUNK = "trunk.example.org";
    private static final String STRANGER = "stranger.example.org";

    @Test
    void serverNamesAndClientCertificates(Story story) throws Exception {
        Certificates certificates =
                Certificates.of(story).issue(OWN).issue(OTHER).issue(TRUNK).issue(STRANGER);
        SipNode node = SipNode.start(
                        story,
                        SipNode.plan("tls")
                                .with("tls.certificate", certificates.path(OWN + ".pem"))
                                .with("tls.key", certificates.path(OWN + ".key"))
                                .with(
                                        "tls.sni",
                                        certificates.path(OTHER + ".pem") + ";" + certificates.path(OTHER + ".key"))
                                .with("tls.client-ca", certificates.path("ca.pem"))
                                .with("sip.peers", TRUNK))
                .users("tess", "tom");
        assertThat(shown(certificates, node, OWN)).contains("CN=" + OWN);
        assertThat(shown(certificates, node, OTHER)).contains("CN=" + OTHER);
        byOpenssl(certificates, node);
        callOverTls(certificates, node);
        assertThat(firstAnswer(certificates, node, TRUNK))
                .as("the peer's call is taken")
                .startsWith("SIP/2.0 480");
        assertThat(firstAnswer(certificates, node, STRANGER))
                .as("known authority, no peer")
                .startsWith("SIP/2.0 407");
        assertThat(firstAnswer(certificates, node, "")).as("no certificate").startsWith("SIP/2.0 407");
    }

    private static String shown(Certificates certificates, SipNode node, String name)
            throws SSLPeerUnverifiedException, java.io.IOException {
        try (SSLSocket socket = certificates.connect(node.tlsPort(), name, "")) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** TLS 1.2 and 1.3 are spoken, 1.1 is not, nor 1.0, with a client that speaks them all. */
    private static void byOpenssl(Certificates certificates, SipNode node) {
        for (String version : List.of("1.2", "1.3")) {
            assertThat(client(certificates, node, version).succeed(PATIENCE).output())
                    .contains("CN = " + OTHER)
                    .contains("TLSv" + version);
        }
        for (String version : List.of("1", "1.1")) {
            Proc refused = client(certificates, node, version);
            assertThat(refused.exit(PATIENCE)).isNotZero();
            // The node's own word: the client was willing.
            assertThat(refused.output()).contains("alert protocol version").doesNotContain("CN = " + OTHER);
        }
    }

    private static Proc client(Certificates certificates, SipNode node, String version) {
        return Proc.start(
                "openssl-" + version,
                certificates.story().folder(),
                Tools.path("openssl"),
                "s_client",
                "-connect",
                "127.0.0.1:" + node.tlsPort(),
                "-tls" + version.replace('.', '_'),
                "-cipher",
                "DEFAULT@SECLEVEL=0",
                "-servername",
                OTHER,
                "-CAfile",
                certificates.path("ca.pem"),
                "-verify_return_error");
    }

    private static void callOverTls(Certificates certificates, SipNode node) {
        try (TestPhone tess = phone(certificates, node, "tess", "");
                TestPhone tom = phone(certificates, node, "tom", "")) {
            assertThat(tess.register("")).startsWith("SIP/2.0 200");
            var answer = ExtensionTest.call(tom, "sip:tess@" + SipNode.DOMAIN, "tess");
            String invite = tess.wire().message();
            assertThat(Wire.header(invite, "Via")).startsWith("SIP/2.0/TLS");
            tess.answer(invite, "486 Busy Here");
            assertThat(answer.join()).startsWith("SIP/2.0 486");
        }
    }

    private static TestPhone phone(Certificates certificates, SipNode node, String user, String own) {
        return new TestPhone(TcpWire.over(certificates.connect(node.tlsPort(), OWN, own), "TLS"), user);
    }

    private static String firstAnswer(Certificates certificates, SipNode node, String own) {
        try (TestPhone peer = phone(certificates, node, "trunk", own)) {
            return peer.once("INVITE", "sip:tom@" + SipNode.DOMAIN, "tom", "Contact: <" + peer.uri() + ">");
        }
    }
}
