package dev.millrace.platform.contracts;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;

/** How a SIP message travels: RFC 3261 section 18, RFC 7118 for WebSocket. New ones go to the end: the number travels. */
public enum Transport {
    UDP,
    TCP,
    TLS,
    WS,
    WSS;

    static final Codec<Transport> CODEC = Codec.enumeration(Transport.class);

    /** Whether a message arrives once sent, so that nothing is retransmitted (RFC 3261 section 17). */
    public boolean reliable() {
        return this != UDP;
    }

    /** Whether nobody on the way can read along. */
    public boolean secure() {
        return this == TLS || this == WSS;
    }

    /** Whether the client always opens it, so that a connection that is gone cannot be opened by us. */
    public boolean webSocket() {
        return this == WS || this == WSS;
    }

    /** As a Via header writes it: {@code TLS}. */
    public String viaName() {
        return name();
    }

    /** As the {@code transport} parameter of a URI writes it: {@code tls}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The port where a URI or a Via names none (RFC 3261 section 19.1.2, RFC 7118 section 5.2). */
    public int defaultPort() {
        return switch (this) {
            case UDP, TCP -> 5060;
            case TLS -> 5061;
            case WS -> 80;
            case WSS -> 443;
        };
    }

    /** The transport of that name in any case; {@link Malformed} with rule {@code transport} otherwise. */
    public static Transport parse(String text) {
        for (Transport transport : values()) {
            if (transport.name().equalsIgnoreCase(text)) {
                return transport;
            }
        }
        throw new Malformed("transport", "no transport is called " + Malformed.quote(text));
    }
}
