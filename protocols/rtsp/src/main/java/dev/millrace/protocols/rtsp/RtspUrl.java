package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;
import java.util.Optional;

/**
 * An absolute RTSP URL, RFC 2326 section 3.2, kept as it was written: nothing is percent-decoded here, so that a path with
 * {@code %2e} stays visible to whoever judges paths.
 *
 * @param secure whether the scheme is rtsps
 * @param userInfo before the {@code @}, or empty
 * @param host a name, an IPv4 address, or an IPv6 address without its brackets
 * @param port as written, or the scheme's default
 * @param path from the first slash on, or empty
 * @param query behind the question mark, or empty
 */
public record RtspUrl(boolean secure, String userInfo, String host, int port, String path, String query) {
    /** Characters of a URL. */
    public static final int MAX_LENGTH = 4_096;
    /** Port of the scheme rtsp. */
    public static final int PORT = 554;
    /** Port of the scheme rtsps. */
    public static final int SECURE_PORT = 322;

    /**
     * The stream and the track in it that a URL names.
     *
     * @param stream path without the slash at either end
     * @param control the track's control attribute, or empty for the whole
     */
    public record Target(String stream, String control) {}

    public static RtspUrl parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new Malformed("url", text.length() + " characters, at most " + MAX_LENGTH);
        }
        String lower = text.substring(0, Math.min(8, text.length())).toLowerCase(Locale.ROOT);
        boolean secure = lower.startsWith("rtsps://");
        if (!secure && !lower.startsWith("rtsp://")) {
            throw new Malformed("url", "rtsp:// or rtsps://, not " + Malformed.quote(text));
        }
        int from = secure ? 8 : 7;
        int end = from;
        while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
            end++;
        }
        String authority = text.substring(from, end);
        String rest = text.substring(end);
        int hash = rest.indexOf('#');
        rest = hash < 0 ? rest : rest.substring(0, hash);
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        String query = question < 0 ? "" : rest.substring(question + 1);
        checkCharacters(text);
        int at = authority.lastIndexOf('@');
        String userInfo = at < 0 ? "" : authority.substring(0, at);
        return hostAndPort(secure, userInfo, authority.substring(at + 1), path, query);
    }

    private static void checkCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7F || c == '"' || c == '<' || c == '>') {
                throw new Malformed("url", "a blank, quote or control character in " + Malformed.quote(text));
            }
        }
    }

    private static RtspUrl hostAndPort(boolean secure, String userInfo, String text, String path, String query) {
        String host;
        String behind;
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            if (bracket < 0) {
                throw new Malformed("url", "an IPv6 address without its closing bracket");
            }
            host = text.substring(1, bracket);
            behind = text.substring(bracket + 1);
        } else {
            int colon = text.indexOf(':');
            host = colon < 0 ? text : text.substring(0, colon);
            behind = colon < 0 ? "" : text.substring(colon);
        }
        if (host.isEmpty() || host.length() > 255) {
            throw new Malformed("url", "a host of 1 to 255 characters");
        }
        int standard = secure ? SECURE_PORT : PORT;
        int port = behind.isEmpty() || behind.equals(":") ? standard : port(behind);
        return new RtspUrl(secure, userInfo, host, port, path, query);
    }

    private static int port(String text) {
        int port = 0;
        boolean good = text.length() >= 2 && text.length() <= 6 && text.charAt(0) == ':';
        for (int i = 1; good && i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            good = digit >= 0 && digit <= 9;
            port = port * 10 + digit;
        }
        if (!good || port < 1 || port > 65_535) {
            throw new Malformed("url", "a port from 1 to 65535, not " + Malformed.quote(text));
        }
        return port;
    }

    /**
     * The stream and, where the last segment holds an equals sign as in {@code trackID=1} or {@code streamid=0}, its track. A
     * stream's own path cannot hold one. The track stands behind the query where the client glued it to the URL of the
     * description, as ffmpeg and live555 do.
     */
    public Target target() {
        int slash = query.lastIndexOf('/');
        if (slash >= 0) {
            return new Target(trim(path), query.substring(slash + 1));
        }
        String plain = trim(path);
        int last = plain.lastIndexOf('/');
        String tail = plain.substring(last + 1);
        return tail.indexOf('=') > 0 && last > 0 ? new Target(plain.substring(0, last), tail) : new Target(plain, "");
    }

    /** The control attribute behind this stream's path, whatever its shape; empty optional: another stream's URL. */
    public Optional<String> controlWithin(String stream) {
        int slash = query.lastIndexOf('/');
        String plain = trim(path);
        if (plain.equals(stream)) {
            return Optional.of(slash < 0 ? "" : query.substring(slash + 1));
        }
        boolean inside = plain.length() > stream.length() + 1
                && plain.startsWith(stream)
                && plain.charAt(stream.length()) == '/';
        return inside ? Optional.of(plain.substring(stream.length() + 1)) : Optional.empty();
    }

    private static String trim(String path) {
        int from = path.startsWith("/") ? 1 : 0;
        int to = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
        return path.substring(from, to);
    }

    /** Value of a query parameter, not decoded; empty text where only its name stands. */
    public Optional<String> parameter(String name) {
        int slash = query.lastIndexOf('/');
        for (String part : (slash < 0 ? query : query.substring(0, slash)).split("&", 64)) {
            int equals = part.indexOf('=');
            if ((equals < 0 ? part : part.substring(0, equals)).equals(name)) {
                return Optional.of(equals < 0 ? "" : part.substring(equals + 1));
            }
        }
        return Optional.empty();
    }

    /** The same resource at another address, with this query parameter set; user info is left out. */
    public RtspUrl movedTo(String newHost, int newPort, String parameter, String value) {
        // In front, because a slash in what was there may be taken for the start of a control attribute.
        StringBuilder more = new StringBuilder(parameter).append('=').append(value);
        for (String part : query.split("&", 64)) {
            if (!part.isEmpty() && !part.startsWith(parameter + "=")) {
                more.append('&').append(part);
            }
        }
        return new RtspUrl(secure, "", newHost, newPort, path, more.toString());
    }

    /** This URL as the base of its tracks: without user info, ending in a slash (RFC 2326 section C.1.1). */
    public String base() {
        String text = new RtspUrl(secure, "", host, port, path, query).encode();
        return text.endsWith("/") ? text : text + "/";
    }

    public String encode() {
        StringBuilder text = new StringBuilder(secure ? "rtsps://" : "rtsp://");
        if (!userInfo.isEmpty()) {
            text.append(userInfo).append('@');
        }
        text.append(host.indexOf(':') >= 0 ? "[" + host + "]" : host);
        if (port != (secure ? SECURE_PORT : PORT)) {
            text.append(':').append(port);
        }
        text.append(path);
        return query.isEmpty()
                ? text.toString()
                : text.append('?').append(query).toString();
    }

    /** Host and path only: user info and query may hold secrets. */
    @Override
    public String toString() {
        return "RtspUrl[" + host + ":" + port + path + "]";
    }
}
