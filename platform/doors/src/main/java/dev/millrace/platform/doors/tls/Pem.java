package dev.millrace.platform.doors.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys in files: RFC 7468, and the older forms of keys that OpenSSL writes. Blocks. */
final class Pem {
    /** Bytes of one file. */
    static final int FILE_LIMIT = 4 << 20;

    private Pem() {}

    /** All certificates of the file, in order. */
    static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        checkSize(file);
        List<X509Certificate> found = new ArrayList<>();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                PEMParser parser = new PEMParser(text)) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (PemObject next = parser.readPemObject(); next != null; next = parser.readPemObject()) {
                if (next.getType().endsWith("CERTIFICATE")) {
                    try (InputStream der = new java.io.ByteArrayInputStream(next.getContent())) {
                        Certificate certificate = factory.generateCertificate(der);
                        found.add((X509Certificate) certificate);
                    }
                }
            }
        } catch (IllegalStateException noBase64) {
            throw new IOException(file + " cannot be read: " + noBase64.getMessage(), noBase64);
        }
        if (found.isEmpty()) {
            throw new IOException(file + " holds no certificate");
        }
        return List.copyOf(found);
    }

    /** The first key of the file; one with a password is refused. */
    static PrivateKey key(Path file) throws IOException {
        checkSize(file);
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                PEMParser parser = new PEMParser(text)) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                if (next instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (next instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
            }
        } catch (IllegalStateException noBase64) {
            throw new IOException(file + " cannot be read: " + noBase64.getMessage(), noBase64);
        }
        throw new IOException(file + " holds no key without a password");
    }

    private static void checkSize(Path file) throws IOException {
        if (Files.size(file) > FILE_LIMIT) {
            throw new IOException(file + " has more than " + FILE_LIMIT + " bytes");
        }
    }

    /** One object as a file holds it. */
    static String text(String type, byte[] der) throws IOException {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        }
        return text.toString();
    }
}
