package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.doors.tls.Names;
import dev.millrace.platform.runtime.HostPort;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who a certificate says its holder is: RFC 5922 section 7.1. Pure. */
final class PeerNames {
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

    /** Subject alternative names: DNS names, addresses, and SIP URIs without their scheme. */
    static List<String> of(X509Certificate certificate) {
        Names names = Names.of(certificate);
        return Stream.concat(names.hosts().stream(), names.uris().stream().flatMap(PeerNames::sipName))
                .toList();
    }

    /** RFC 5922 section 7.1: a SIP URI in a certificate counts only without a user part. */
    private static Stream<String> sipName(String uri) {
        return uri.startsWith("sip:") && uri.indexOf('@') < 0
                ? Stream.of(uri.substring("sip:".length()))
                : Stream.empty();
    }

    /** Whether the host is one of the names; wildcards do not count (RFC 5922 section 7.2). */
    static boolean match(List<String> names, String host) {
        // An address has several spellings, of which a certificate's is Java's.
        return names.contains(
                HostPort.literal(host).map(InetAddress::getHostAddress).orElseGet(() -> host.toLowerCase(Locale.ROOT)));
    }
}
