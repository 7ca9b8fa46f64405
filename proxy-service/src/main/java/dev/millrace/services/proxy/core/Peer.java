package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;
import java.util.Set;

/**
 * A neighbour that calls are given to by configuration: {@code host[:port][/transport]}.
 *
 * @param host name or address, an IPv6 address in brackets
 * @param port -1: found by RFC 3263
 * @param transport {@code udp}, {@code tcp}, {@code tls}; empty: found by RFC 3263
 */
public record Peer(String host, int port, String transport) {
    private static final Set<String> TRANSPORTS = Set.of("udp", "tcp", "tls");
    private static final int HOST_LIMIT = 255;

    /** Reads one; {@link Malformed} with rule {@code peer} otherwise. */
    public static Peer parse(String text) {
        int slash = text.indexOf('/');
        String transport = slash < 0 ? "" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
        String place = slash < 0 ? text : text.substring(0, slash);
        int colon = place.lastIndexOf(':');
        boolean port = colon > place.lastIndexOf(']');
        String host = (port ? place.substring(0, colon) : place).toLowerCase(Locale.ROOT);
        if (host.isEmpty() || host.length() > HOST_LIMIT || !host.chars().allMatch(Peer::ofHost)) {
            throw new Malformed("peer", "host[:port][/transport], not " + Malformed.quote(text));
        }
        if (slash >= 0 && !TRANSPORTS.contains(transport)) {
            throw new Malformed("peer", "udp, tcp or tls behind the slash of " + Malformed.quote(text));
        }
        return new Peer(host, port ? number(place.substring(colon + 1), text) : -1, transport);
    }

    private static boolean ofHost(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || ".-_[]:".indexOf(c) >= 0;
    }

    private static int number(String digits, String text) {
        try {
            int port = Integer.parseInt(digits);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through: the same sentence as for a number out of range.
        }
        throw new Malformed("peer", "a port from 1 to 65535 in " + Malformed.quote(text));
    }

    /** Its address as the next hop. */
    public SipUri uri() {
        SipUri bare = SipUri.of("", host, port);
        return transport.isEmpty() ? bare : bare.with("transport", transport);
    }

    @Override
    public String toString() {
        return host + (port < 0 ? "" : ":" + port) + (transport.isEmpty() ? "" : "/" + transport);
    }
}
