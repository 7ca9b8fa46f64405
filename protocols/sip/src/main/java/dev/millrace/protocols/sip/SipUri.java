package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;
import java.util.Optional;

/**
 * A SIP or SIPS URI, RFC 3261 section 19.1.
 *
 * @param secure whether the scheme is {@code sips}
 * @param user as written, escapes kept; empty where there is none
 * @param password as written; empty where there is none
 * @param host name, IPv4 address, or IPv6 address in brackets, as written
 * @param port 1 to 65,535, or -1 where none is given
 * @param params of the URI
 * @param headers what stands behind the question mark; empty where there is none
 */
public record SipUri(boolean secure, String user, String password, String host, int port, Params params, String headers)
        implements Uri {

    /**
     * {@code sip:user@host:port}; an empty user and port -1 are left out.
     *
     * @param user without escapes
     * @param host an IPv6 address with or without brackets
     */
    public static SipUri of(String user, String host, int port) {
        return new SipUri(false, Escapes.done(user, Grammar.USER), "", bracketed(host), port, Params.NONE_OF_URI, "");
    }

    static String bracketed(String host) {
        return host.indexOf(':') < 0 || host.startsWith("[") ? host : "[" + host + "]";
    }

    /** Text of a SIP or SIPS URI; another scheme is {@link Malformed} here. */
    public static SipUri parse(String text) {
        if (Uri.parse(text) instanceof SipUri uri) {
            return uri;
        }
        throw new Malformed("uri", "a sip or sips URI, not " + Malformed.quote(text));
    }

    static SipUri read(byte[] b, int from, int to, boolean secure) {
        int at = Grammar.indexOf(b, from, to, '@');
        String user = "";
        String password = "";
        if (at >= 0) {
            int colon = Grammar.indexOf(b, from, at, ':');
            int userEnd = colon < 0 ? at : colon;
            if (userEnd == from || Grammar.run(b, from, userEnd, Grammar.USER) != userEnd) {
                throw Grammar.malformed("uri-user", "not a user: ", b, from, userEnd);
            }
            Grammar.escapes(b, from, at, "uri-user");
            user = Grammar.ascii(b, from, userEnd);
            if (colon >= 0) {
                password = password(b, colon + 1, at);
            }
        }
        int hostFrom = at + 1 > from ? at + 1 : from;
        int hostEnd = Grammar.host(b, hostFrom, to, "uri-host");
        int next = hostEnd;
        int port = -1;
        if (next < to && b[next] == ':') {
            next = Grammar.digits(b, hostEnd + 1, to);
            port = (int) Grammar.number(b, hostEnd + 1, next, 65_535, "uri-port");
        }
        int paramsEnd = Params.uriEnd(b, next, to);
        String host = Grammar.ascii(b, hostFrom, hostEnd);
        String headers = paramsEnd == to ? "" : headers(b, paramsEnd, to);
        return new SipUri(secure, user, password, host, port, Params.readOfUri(b, next, paramsEnd), headers);
    }

    private static String password(byte[] b, int from, int to) {
        if (Grammar.run(b, from, to, Grammar.PASSWORD) != to) {
            throw new Malformed("uri-user", "not a password");
        }
        return Grammar.ascii(b, from, to);
    }

    private static String headers(byte[] b, int from, int to) {
        if (b[from] != '?' || from + 1 == to || Grammar.run(b, from + 1, to, Grammar.HEADER) != to) {
            throw Grammar.malformed("uri", "port, parameters or headers expected at ", b, from, to);
        }
        Grammar.escapes(b, from, to, "uri");
        return Grammar.ascii(b, from + 1, to);
    }

    @Override
    public String scheme() {
        return secure ? "sips" : "sip";
    }

    /** The user without escapes. */
    public String plainUser() {
        return Escapes.undone(user);
    }

    /** The host in lower case without the brackets of an IPv6 address. */
    public String plainHost() {
        return plain(host);
    }

    static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") && lower.endsWith("]") ? lower.substring(1, lower.length() - 1) : lower;
    }

    /** The {@code transport} parameter in lower case. */
    public Optional<String> transport() {
        return params.value("transport").map(value -> value.toLowerCase(Locale.ROOT));
    }

    public Optional<String> maddr() {
        return params.value("maddr");
    }

    /** Whether a proxy of this URI routes loosely, RFC 3261 section 16.12. */
    public boolean loose() {
        return params.has("lr");
    }

    /** With this parameter; an empty value writes the name alone. */
    public SipUri with(String name, String value) {
        return with(params.with(name, value.isEmpty() ? null : value));
    }

    public SipUri without(String name) {
        return params.has(name) ? with(params.without(name)) : this;
    }

    private SipUri with(Params changed) {
        return new SipUri(secure, user, password, host, port, changed, headers);
    }

    /** What may stand in a Request-URI: without headers and method, RFC 3261 section 19.1.1. */
    public SipUri asRequestUri() {
        SipUri bare = headers.isEmpty() ? this : new SipUri(secure, user, password, host, port, params, "");
        return bare.without("method");
    }

    /**
     * The key under which a user is known: scheme sip, user with as few escapes as can be, host in lower case, no port, no
     * parameters, RFC 3261 section 10.3 step 5.
     */
    public String addressOfRecord() {
        String name = host.toLowerCase(Locale.ROOT);
        return user.isEmpty() ? "sip:" + name : "sip:" + Escapes.canonical(user, Grammar.USER) + "@" + name;
    }

    /** Whether both mean the same by RFC 3261 section 19.1.4, with IPv6 addresses as RFC 5954 has them. */
    public boolean sameAs(SipUri that) {
        return UriComparison.same(this, that);
    }

    @Override
    public String encode() {
        StringBuilder text = new StringBuilder(64).append(secure ? "sips:" : "sip:");
        if (!user.isEmpty()) {
            text.append(user);
            if (!password.isEmpty()) {
                text.append(':').append(password);
            }
            text.append('@');
        }
        text.append(host);
        if (port >= 0) {
            text.append(':').append(port);
        }
        text.append(params.encode());
        if (!headers.isEmpty()) {
            text.append('?').append(headers);
        }
        return text.toString();
    }

    /** Without the password, which must not reach a log. */
    @Override
    public String toString() {
        return password.isEmpty() ? encode() : new SipUri(secure, user, "", host, port, params, headers).encode();
    }
}
