package dev.millrace.platform.doors.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The subject alternative names of a certificate, RFC 5280 section 4.2.1.6, in lower case and in order. Pure.
 *
 * @param hosts DNS names and addresses
 */
public record Names(List<String> hosts, List<String> uris) {
    /** Most names read of one certificate. */
    public static final int LIMIT = 100;

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    public Names {
        hosts = List.copyOf(hosts);
        uris = List.copyOf(uris);
    }

    /** None where the certificate has none or they cannot be read. */
    public static Names of(X509Certificate certificate) {
        List<String> hosts = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        for (List<?> alternative : alternatives(certificate)) {
            if (hosts.size() + uris.size() < LIMIT && alternative.get(1) instanceof String name) {
                switch ((Integer) alternative.get(0)) {
                    case DNS, ADDRESS -> hosts.add(name.toLowerCase(Locale.ROOT));
                    case URI -> uris.add(name.toLowerCase(Locale.ROOT));
                    default -> {
                        // Mail addresses and the like name nobody here.
                    }
                }
            }
        }
        return new Names(hosts, uris);
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null ? List.of() : all;
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
