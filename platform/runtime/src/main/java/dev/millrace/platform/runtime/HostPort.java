package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Malformed;
import java.net.InetAddress;
import java.util.Optional;

/** A host name or address with a port, written {@code host:port} or {@code [IPv6]:port}. */
public record HostPort(String host, int port) {
    /** Reads {@code host:port}; {@link Malformed} with rule {@code host-port} otherwise. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String bare = bare(host);
        if (colon < 0 || host.isEmpty() || bare.equals(host) && host.indexOf(':') >= 0) {
            throw new Malformed("host-port", "host:port or [IPv6]:port, not " + Malformed.quote(text));
        }
        return new HostPort(bare, port(text.substring(colon + 1)));
    }

    /** The host without the brackets of an IPv6 address. */
    public static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The address that a host is, in brackets or not; empty for a name. Nothing is looked up, and no exception made for a name. */
    public static Optional<InetAddress> literal(String host) {
        String bare = bare(host);
        if (bare.indexOf(':') < 0 && (bare.isEmpty() || !Character.isDigit(bare.charAt(bare.length() - 1)))) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one sentence about ports.
        }
        throw new Malformed("host-port", "a port is 1 to 65535, not " + Malformed.quote(text));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
