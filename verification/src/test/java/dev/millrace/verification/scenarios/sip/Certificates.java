package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An authority of one story, and the certificates that it gives, made by openssl. */
record Certificates(Story story) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String PASSWORD = "of the story";

    static Certificates of(Story story) {
        Certificates made = new Certificates(story);
        made.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=authority",
                "-keyout",
                made.path("ca.key"),
                "-out",
                made.path("ca.pem"));
        return made;
    }

    /** Certificate and key for that DNS name, in {@code <name>.pem} and {@code <name>.key}, and both in {@code <name>.p12}. */
    Certificates issue(String name) {
        Resources.write(story.folder().resolve(name + ".ext"), "subjectAltName=DNS:" + name + "\n");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                path(name + ".key"),
                "-out",
                path(name + ".csr"));
        openssl(
                "x509",
                "-req",
                "-days",
                "2",
                "-in",
                path(name + ".csr"),
                "-CA",
                path("ca.pem"),
                "-CAkey",
                path("ca.key"),
                "-CAcreateserial",
                "-extfile",
                path(name + ".ext"),
                "-out",
                path(name + ".pem"));
        openssl(
                "pkcs12",
                "-export",
                "-in",
                path(name + ".pem"),
                "-inkey",
                path(name + ".key"),
                "-out",
                path(name + ".p12"),
                "-passout",
                "pass:" + PASSWORD);
        return this;
    }

    String path(String file) {
        return story.folder().resolve(file).toString();
    }

    /** Runs openssl and returns what it says. */
    String openssl(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = Tools.path("openssl");
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Proc.start("openssl", story.folder(), command).succeed(PATIENCE).output();
    }

    /** A connection that trusts the authority, asks for {@code name} and shows the certificate of {@code own}, if not empty. */
    SSLSocket connect(int port, String name, String own) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509")
                            .generateCertificate(Files.newInputStream(Path.of(path("ca.pem")))));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.isEmpty() ? null : keys(own).getKeyManagers(), trust.getTrustManagers(), null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(java.util.List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException | IOException failure) {
            throw new AssertionError("no TLS with " + name, failure);
        }
    }

    private KeyManagerFactory keys(String own) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(Files.newInputStream(Path.of(path(own + ".p12"))), PASSWORD.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        return keys;
    }
}
