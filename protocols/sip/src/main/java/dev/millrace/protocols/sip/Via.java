package dev.millrace.protocols.sip;

import java.util.Locale;
import java.util.Optional;

/**
 * One hop that a request has come over, RFC 3261 section 20.42.
 *
 * @param transport in capitals: {@code UDP}, {@code TCP}, {@code TLS}, {@code WS}, {@code WSS}, or what the peer names
 * @param host the sender's name or address as it wrote it, IPv6 in brackets
 * @param port 1 to 65,535, or -1 where none is given
 * @param params branch, received, rport, maddr, ttl and others
 */
public record Via(String transport, String host, int port, Params params) {
    /** What a branch begins with whose maker speaks RFC 3261, section 8.1.1.7. */
    public static final String COOKIE = "z9hG4bK";

    private static final byte[] SIP = Grammar.bytes("sip");
    private static final byte[] VERSION = Grammar.bytes("2.0");
    private static final String[] KNOWN = {"UDP", "TCP", "TLS", "WS", "WSS", "SCTP"};

    /**
     * A Via of our own, still without branch.
     *
     * @param host an IPv6 address with or without brackets
     */
    public static Via of(String transport, String host, int port) {
        return new Via(transport, SipUri.bracketed(host), port, Params.NONE);
    }

    public static Via parse(String text) {
        Slice slice = Slice.of(text);
        return read(slice.b(), slice.from(), slice.to());
    }

    /** The slice, one member of the list; white space may stand around each part. */
    static Via read(byte[] b, int from, int to) {
        int at = part(b, from, to, SIP);
        at = part(b, mark(b, at, to, '/'), to, VERSION);
        int transportFrom = mark(b, at, to, '/');
        int transportEnd = Grammar.run(b, transportFrom, to, Grammar.TOKEN);
        int hostFrom = Grammar.blank(b, transportEnd, to);
        if (transportEnd == transportFrom || hostFrom == transportEnd) {
            throw Grammar.malformed("via", "a transport and a host expected at ", b, transportFrom, to);
        }
        int hostEnd = Grammar.host(b, hostFrom, to, "via");
        int next = Grammar.blank(b, hostEnd, to);
        int port = -1;
        if (next < to && b[next] == ':') {
            int portFrom = Grammar.blank(b, next + 1, to);
            next = Grammar.digits(b, portFrom, to);
            port = (int) Grammar.number(b, portFrom, next, 65_535, "via");
        }
        String host = Grammar.ascii(b, hostFrom, hostEnd);
        return new Via(transport(b, transportFrom, transportEnd), host, port, Params.read(b, next, to));
    }

    private static int part(byte[] b, int from, int to, byte[] lower) {
        int end = from + lower.length;
        if (end > to || !Grammar.spells(b, from, end, lower)) {
            throw Grammar.malformed("via", "SIP/2.0/transport expected at ", b, from, to);
        }
        return Grammar.blank(b, end, to);
    }

    private static int mark(byte[] b, int at, int to, char mark) {
        if (at >= to || b[at] != mark) {
            throw Grammar.malformed("via", mark + " expected at ", b, at, to);
        }
        return Grammar.blank(b, at + 1, to);
    }

    private static String transport(byte[] b, int from, int to) {
        for (String known : KNOWN) {
            if (known.length() == to - from && same(known, b, from)) {
                return known;
            }
        }
        return Grammar.ascii(b, from, to).toUpperCase(Locale.ROOT);
    }

    private static boolean same(String known, byte[] b, int from) {
        for (int i = 0; i < known.length(); i++) {
            if (Grammar.lower(known.charAt(i)) != Grammar.lower(b[from + i])) {
                return false;
            }
        }
        return true;
    }

    public Optional<String> branch() {
        return params.value("branch");
    }

    /** The source address that the next hop saw, without the brackets of an IPv6 address (RFC 5118 section 4.5 has both). */
    public Optional<String> received() {
        return params.value("received").map(SipUri::plain);
    }

    /** The source port that the next hop saw, RFC 3581; 0 where the sender asks for it; -1 where neither is so. */
    public int rport() {
        return params.value("rport")
                .map(value -> value.isEmpty() ? 0 : (int) Params.number(value, 65_535, "via"))
                .orElse(-1);
    }

    public Optional<String> maddr() {
        return params.value("maddr");
    }

    /** With this parameter; an empty value writes the name alone. */
    public Via with(String name, String value) {
        return new Via(transport, host, port, params.with(name, value.isEmpty() ? null : value));
    }

    /**
     * With what the receiver saw: {@code received} where the address is another than the sender wrote or rport was asked
     * for, and {@code rport} where it was asked for. RFC 3261 section 18.2.1, RFC 3581 section 4. What the peer claims to
     * have been seen is written over.
     *
     * @param address without brackets
     */
    public Via seenFrom(String address, int sourcePort) {
        boolean asked = params.has("rport");
        boolean other = !UriComparison.host(host).equals(UriComparison.host(address));
        Params seen = asked ? params.with("rport", Integer.toString(sourcePort)) : params;
        if (asked || other) {
            seen = seen.with("received", address);
        } else if (seen.has("received")) {
            seen = seen.without("received");
        }
        return seen == params ? this : new Via(transport, host, port, seen);
    }

    public String encode() {
        return "SIP/2.0/" + transport + " " + host + (port < 0 ? "" : ":" + port) + params.encode();
    }

    @Override
    public String toString() {
        return encode();
    }
}
