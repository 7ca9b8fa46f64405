package dev.millrace.platform.doors.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that lives for one test, and what it vouches for. */
public final class TestAuthority {
    private final String name;
    private final KeyPair pair;
    private final X509Certificate certificate;

    /** A key with its certificate. */
    public record Leaf(PrivateKey key, X509Certificate certificate, X509Certificate issuer) {
        /** Both in one PEM file. */
        public Path write(Path file) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(
                        file,
                        Pem.text("CERTIFICATE", certificate.getEncoded()) + Pem.text("PRIVATE KEY", key.getEncoded()));
                return file;
            } catch (IOException | GeneralSecurityException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    public TestAuthority(String name) {
        this.name = name;
        this.pair = pair("EC");
        this.certificate = sign(name, pair, pair, List.of(), Duration.ofDays(10), true);
    }

    private static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("EC") ? 256 : 2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    /** A certificate for those names: hosts, addresses or URIs. */
    public Leaf leaf(String algorithm, String... names) {
        return leaf(algorithm, Duration.ofDays(5), names);
    }

    /** @param life negative for one that has ended */
    public Leaf leaf(String algorithm, Duration life, String... names) {
        KeyPair own = pair(algorithm);
        return new Leaf(own.getPrivate(), sign(names[0], own, pair, List.of(names), life, false), certificate);
    }

    private X509Certificate sign(
            String subject, KeyPair own, KeyPair signer, List<String> names, Duration life, boolean authority) {
        try {
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + name),
                    new BigInteger(100, new SecureRandom()),
                    Date.from(now.minus(Duration.ofDays(20))),
                    Date.from(now.plus(life)),
                    new X500Name("CN=" + subject.replace(":", "_")),
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    private static GeneralNames alternatives(List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        for (String each : names) {
            int kind = each.startsWith("sip:")
                    ? GeneralName.uniformResourceIdentifier
                    : each.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
            all.add(new GeneralName(kind, each));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    /** Its certificate as a PEM file. */
    public Path write(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, Pem.text("CERTIFICATE", certificate.getEncoded()));
            return file;
        } catch (IOException | GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Trusts this authority alone and shows the leaf, if there is one. */
    public SSLContext context(Leaf... shown) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            // Java's own would keep a certificate to itself that the server has not asked for.
            LiveKeys keys = new LiveKeys();
            for (Leaf each : shown) {
                keys.load(List.of(Identity.of(each.key, List.of(each.certificate, each.issuer))), true);
            }
            TrustManager[] managers = trust.getTrustManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, managers, null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
