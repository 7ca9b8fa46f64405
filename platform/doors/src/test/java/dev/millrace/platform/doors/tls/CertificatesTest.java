package dev.millrace.platform.doors.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest {
    private final Instant now = Instant.now();
    private static final List<String> NAMES = List.of("node.example", "127.0.0.1");

    @TempDir
    Path folder;

    @Test
    void theSelfSignedOneIsKeptAndReadAgain() throws IOException, GeneralSecurityException {
        Path directory = folder.resolve("data/tls");
        Identity made = SelfSigned.in(directory, NAMES, now);
        assertThat(made.serves("node.example")).isTrue();
        assertThat(made.serves("127.0.0.1")).isTrue();
        assertThat(made.serves("other.example")).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("key.pem"))))
                .isEqualTo("rw-------");
        Identity again = SelfSigned.in(directory, NAMES, now);
        assertThat(again.chain()).isEqualTo(made.chain());
        assertThat(again.key()).isEqualTo(made.key());
    }

    /** A start that was cut off, or two nodes that started in one folder at the same time. */
    @ParameterizedTest
    @ValueSource(strings = {"key.pem", "certificate.pem"})
    void whatDoesNotBelongTogetherIsMadeAnew(String file) throws IOException, GeneralSecurityException {
        SelfSigned.in(folder.resolve("other"), NAMES, now);
        Identity made = SelfSigned.in(folder, NAMES, now);
        for (String broken : List.of(Files.readString(folder.resolve("other").resolve(file)), "-----BEGIN", "")) {
            Files.writeString(folder.resolve(file), broken);
            Identity again = SelfSigned.in(folder, NAMES, now);
            assertThat(again.chain()).isNotEqualTo(made.chain());
            assertThat(SelfSigned.in(folder, NAMES, now).chain()).isEqualTo(again.chain());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("key.pem", "certificate.pem", "other");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key.pem"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyOfAnotherCertificateIsNamed() throws IOException {
        TestAuthority authority = new TestAuthority("ca");
        Path certificate = authority.leaf("EC", "a.example").write(folder.resolve("a.pem"));
        Path key = authority.leaf("EC", "a.example").write(folder.resolve("b.pem"));
        assertThatThrownBy(() -> Identity.read(new TlsConfig.Pair(certificate, key)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a.pem")
                .hasMessageContaining("b.pem");
    }

    @Test
    void itIsMadeAnewForAnotherNameAndBeforeItEnds() throws IOException, GeneralSecurityException {
        Identity made = SelfSigned.in(folder, NAMES, now);
        Identity other = SelfSigned.in(folder, List.of("moved.example"), now);
        assertThat(other.chain()).isNotEqualTo(made.chain());
        Instant late = now.plus(SelfSigned.LIFE).minus(SelfSigned.REST).plus(Duration.ofDays(1));
        assertThat(SelfSigned.in(folder, List.of("moved.example"), late).chain())
                .isNotEqualTo(other.chain());
    }

    @Test
    void aFolderThatCannotBeWrittenDoesNoHarm() throws IOException, GeneralSecurityException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThat(SelfSigned.in(file.resolve("tls"), NAMES, now).serves("node.example"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void keysAreReadAsOpensslWritesThem(String algorithm) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        var pair = generator.generateKeyPair();
        if (algorithm.equals("RSA")) {
            Path old = folder.resolve("old.pem");
            try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(old))) {
                writer.writeObject(pair);
            }
            assertThat(Files.readString(old)).contains("BEGIN RSA PRIVATE KEY");
            assertThat(Pem.key(old)).isEqualTo(pair.getPrivate());
        }
        Path modern = Files.writeString(
                folder.resolve("new.pem"),
                Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
        assertThat(Pem.key(modern)).isEqualTo(pair.getPrivate());
    }

    /** As {@code openssl ecparam -genkey} writes it. */
    @Test
    void aKeyWithItsParametersInFrontIsRead() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        BigInteger secret = ((java.security.interfaces.ECPrivateKey) key).getS();
        Path file = Files.writeString(
                folder.resolve("ec.pem"),
                Pem.text("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded())
                        + Pem.text(
                                "EC PRIVATE KEY",
                                new ECPrivateKey(256, secret, SECObjectIdentifiers.secp256r1).getEncoded()));
        assertThat(((java.security.interfaces.ECPrivateKey) Pem.key(file)).getS())
                .isEqualTo(secret);
    }

    @Test
    void filesThatHoldNothingAreNamed() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
        assertThatThrownBy(() -> Pem.key(empty)).isInstanceOf(IOException.class).hasMessageContaining("empty.pem");
        assertThatThrownBy(() -> Pem.certificates(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("empty.pem");
    }

    @ParameterizedTest
    @CsvSource({"a.example,true", "A.EXAMPLE,true", "x.b.example,true", "x.y.b.example,false", "b.example,false"})
    void namesAndWildcards(String host, boolean served) {
        TestAuthority.Leaf leaf = new TestAuthority("ca").leaf("EC", "a.example", "*.b.example");
        assertThat(Identity.of(leaf.key(), List.of(leaf.certificate())).serves(host))
                .isEqualTo(served);
    }
}
