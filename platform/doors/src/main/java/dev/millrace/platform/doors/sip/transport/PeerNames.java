package dev.millrace.platform.doors.sip.transport;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who a certificate says its holder is: RFC 5922 section 7.1. Pure. */
final class PeerNames {
    /** Most names read of one certificate. */
    static final int NAMES_LIMIT = 100;

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    private PeerNames() {}

    /** The names of the peer's verified certificate; none where it showed none. */
    static List<String> of(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate ? of(certificate) : List.of();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    /** Subject alternative names: DNS names, SIP URIs without their scheme, and addresses. */
    static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives == null) {
                return List.of();
            }
            for (List<?> alternative : alternatives) {
                if (names.size() < NAMES_LIMIT && alternative.get(1) instanceof String name) {
                    switch ((Integer) alternative.get(0)) {
                        case DNS, ADDRESS -> names.add(name.toLowerCase(Locale.ROOT));
                        case URI -> sipName(name, names);
                        default -> {
                            // Mail addresses and the like name nobody here.
                        }
                    }
                }
            }
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
        return List.copyOf(names);
    }

    /** RFC 5922 section 7.1: a SIP URI in a certificate counts only without a user part. */
    private static void sipName(String uri, List<String> names) {
        String lower = uri.toLowerCase(Locale.ROOT);
        if (lower.startsWith("sip:") && lower.indexOf('@') < 0) {
            names.add(lower.substring("sip:".length()));
        }
    }

    /** Whether the host is one of the names; wildcards do not count (RFC 5922 section 7.2). */
    static boolean match(List<String> names, String host) {
        String plain = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return names.contains(plain.toLowerCase(Locale.ROOT));
    }
}
