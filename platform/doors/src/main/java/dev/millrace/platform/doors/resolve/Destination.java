package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;
import java.util.Optional;

/**
 * What a URI says of the way to it, RFC 3263 section 4: the input of the procedure.
 *
 * @param host a name or an address, without the brackets of IPv6, in lower case
 * @param port -1 where none is told
 * @param transport empty where none is told
 * @param secure whether only TLS will do
 */
public record Destination(String host, int port, Optional<Transport> transport, boolean secure) {
    public Destination {
        host = host.toLowerCase(Locale.ROOT);
    }

    /** Of a URI: {@code maddr} in place of the host; {@link Malformed} with rule {@code transport} where we do not speak that. */
    public static Destination of(SipUri uri) {
        String host = uri.maddr().map(HostPort::bare).orElseGet(uri::plainHost);
        return new Destination(host, uri.port(), uri.transport().map(Transport::parse), uri.secure());
    }

    /** The transport that is told, made secure where it has to be: {@code sips} with {@code transport=tcp} is TLS. */
    Optional<Transport> wanted() {
        return transport.map(told -> switch (told) {
            case UDP, TCP, TLS -> secure ? Transport.TLS : told;
            case WS, WSS -> secure ? Transport.WSS : told;
        });
    }

    /** The transport where neither the URI nor the DNS tells one, RFC 3263 section 4.1. */
    Transport fallback() {
        return secure ? Transport.TLS : Transport.UDP;
    }
}
