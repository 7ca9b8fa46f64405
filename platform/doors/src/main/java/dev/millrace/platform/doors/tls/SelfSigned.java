package dev.millrace.platform.doors.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate that a node makes for itself when it is given none: P-256, kept in a folder so that clients see the same one again. Blocks. */
final class SelfSigned {
    private static final Logger LOG = LoggerFactory.getLogger(SelfSigned.class);

    /** Browsers refuse certificates of longer life. */
    static final Duration LIFE = Duration.ofDays(397);

    /** One with less life left is made anew. */
    static final Duration REST = Duration.ofDays(30);

    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
    private static final int SERIAL_BITS = 120;

    private SelfSigned() {}

    /** The one in the folder, or a new one, which is put there; a folder that cannot be written to is said once and does no harm. */
    static Identity in(Path directory, List<String> names, Instant now) throws IOException, GeneralSecurityException {
        Path certificate = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        Optional<Identity> kept = kept(new TlsConfig.Pair(certificate, key), names, now);
        if (kept.isPresent()) {
            return kept.get();
        }
        Identity made = make(names, now);
        try {
            keep(directory, certificate, key, made);
            LOG.info("self-signed certificate made file={} names={}", certificate, names);
        } catch (IOException readOnly) {
            LOG.warn(
                    "self-signed certificate made and kept in memory only: folder={} cannot be written cause={} names={}",
                    directory,
                    readOnly.toString(),
                    names);
        }
        return made;
    }

    /** What an earlier start left, if it is whole and still good. */
    private static Optional<Identity> kept(TlsConfig.Pair files, List<String> names, Instant now) {
        if (!Files.exists(files.certificate()) || !Files.exists(files.key())) {
            return Optional.empty();
        }
        try {
            Identity kept = Identity.read(files);
            X509Certificate first = kept.chain().getFirst();
            boolean good = first.getNotAfter().toInstant().isAfter(now.plus(REST))
                    && names.stream().allMatch(kept::serves);
            return good ? Optional.of(kept) : Optional.empty();
        } catch (IOException | GeneralSecurityException unreadable) {
            LOG.warn("self-signed certificate cannot be used any more cause={}", unreadable.toString());
            return Optional.empty();
        }
    }

    private static void keep(Path directory, Path certificate, Path key, Identity made)
            throws IOException, GeneralSecurityException {
        Files.createDirectories(directory);
        replace(key, Pem.text("PRIVATE KEY", made.key().getEncoded()), "rw-------");
        replace(certificate, Pem.text("CERTIFICATE", made.chain().getFirst().getEncoded()), "rw-r--r--");
    }

    /** Whole or not at all, and never readable for others than {@code permissions} says, not even for a moment. */
    private static void replace(Path file, String text, String permissions) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + ".", "", attributes);
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** A new one for those names; the first is its common name. */
    static Identity make(List<String> names, Instant now) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, names.getFirst())
                .build();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(SERIAL_BITS, new SecureRandom()),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(LIFE)),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
            return Identity.of(pair.getPrivate(), List.of(certificate));
        } catch (CertIOException | OperatorCreationException failure) {
            throw new GeneralSecurityException(failure);
        }
    }

    private static GeneralNames alternatives(List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : Set.copyOf(names)) {
            boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
            all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }
}
