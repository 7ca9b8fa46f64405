package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Malformed;

/** A host name or address with a port, written {@code host:port} or {@code [IPv6]:port}. */
public record HostPort(String host, int port) {
    /** Reads {@code host:port}; {@link Malformed} with rule {@code host-port} otherwise. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon < 0 || host.isEmpty() || !bracketed && host.indexOf(':') >= 0) {
            throw new Malformed("host-port", "host:port or [IPv6]:port, not " + Malformed.quote(text));
        }
        return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, port(text.substring(colon + 1)));
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
