package dev.millrace.protocols.digest;

import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One {@code auth-param}, RFC 9110 section 11.2. Reading does not care whether a value is quoted, because peers differ in what
 * they quote; an unquoted value ends at the comma.
 *
 * @param name in lower case
 * @param value without quotes and escapes
 */
public record AuthParam(String name, String value) {
    /** Longest header value read, characters. */
    public static final int MAX_LENGTH = 4_096;

    /** Most parameters of one header value. */
    public static final int MAX_PARAMS = 32;

    private static final String SCHEME = "Digest";

    /** Whether a header value is of the scheme Digest at all. */
    public static boolean isDigest(String header) {
        int from = blanks(header, 0);
        int end = from + SCHEME.length();
        return header.regionMatches(true, from, SCHEME, 0, SCHEME.length())
                && end < header.length()
                && isBlank(header.charAt(end));
    }

    /** The parameters behind the scheme; {@link Malformed} with the rule where they break the grammar. */
    static List<AuthParam> parse(String rule, String header) {
        if (header.length() > MAX_LENGTH) {
            throw new Malformed(rule, header.length() + " characters are above the limit of " + MAX_LENGTH);
        }
        if (!isDigest(header)) {
            throw new Malformed(rule, "the scheme Digest, not " + Malformed.quote(header));
        }
        List<AuthParam> params = new ArrayList<>(12);
        int at = separators(header, blanks(header, 0) + SCHEME.length());
        while (at < header.length()) {
            if (params.size() == MAX_PARAMS) {
                throw new Malformed(rule, "more than " + MAX_PARAMS + " parameters");
            }
            at = separators(header, one(rule, header, at, params));
        }
        return params;
    }

    /** Reads the parameter at {@code at}; gives back the index behind it. */
    private static int one(String rule, String header, int at, List<AuthParam> params) {
        int nameEnd = at;
        while (nameEnd < header.length() && isToken(header.charAt(nameEnd))) {
            nameEnd++;
        }
        int equals = blanks(header, nameEnd);
        if (nameEnd == at || equals == header.length() || header.charAt(equals) != '=') {
            throw new Malformed(rule, "name=value, not " + Malformed.quote(header.substring(at)));
        }
        String name = header.substring(at, nameEnd).toLowerCase(Locale.ROOT);
        int from = blanks(header, equals + 1);
        boolean quoted = from < header.length() && header.charAt(from) == '"';
        int end = quoted ? quotedEnd(rule, header, from) : plainEnd(rule, header, from);
        String value = quoted
                ? unescaped(header, from + 1, end - 1)
                : header.substring(from, end).stripTrailing();
        for (AuthParam before : params) {
            if (before.name.equals(name)) {
                throw new Malformed(rule, "the parameter " + Malformed.quote(name) + " twice");
            }
        }
        params.add(new AuthParam(name, value));
        int next = blanks(header, end);
        if (next < header.length() && header.charAt(next) != ',') {
            throw new Malformed(rule, "a comma, not " + Malformed.quote(header.substring(next)));
        }
        return next;
    }

    private static int quotedEnd(String rule, String header, int from) {
        for (int at = from + 1; at < header.length(); at++) {
            char c = header.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            refuseControl(rule, c);
            if (c == '\\' && at + 1 < header.length()) {
                at++;
                refuseControl(rule, header.charAt(at));
            }
        }
        throw new Malformed(rule, "a quoted value without its end");
    }

    private static int plainEnd(String rule, String header, int from) {
        int at = from;
        while (at < header.length() && header.charAt(at) != ',') {
            refuseControl(rule, header.charAt(at));
            at++;
        }
        return at;
    }

    private static void refuseControl(String rule, char c) {
        if (c < ' ' && c != '\t' || c == 0x7F) {
            throw new Malformed(rule, "a control character " + (int) c);
        }
    }

    private static String unescaped(String header, int from, int end) {
        if (header.indexOf('\\', from, end) < 0) {
            return header.substring(from, end);
        }
        StringBuilder text = new StringBuilder(end - from);
        for (int at = from; at < end; at++) {
            char c = header.charAt(at);
            if (c == '\\' && at + 1 < end) {
                c = header.charAt(++at);
            }
            text.append(c);
        }
        return text.toString();
    }

    /** Appends {@code name="value"} behind a comma where something stands already. */
    static void quoted(StringBuilder header, String name, String value) {
        start(header, name).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                header.append('\\');
            }
            header.append(c < ' ' && c != '\t' || c == 0x7F ? ' ' : c);
        }
        header.append('"');
    }

    /** Appends {@code name=value}. */
    static void plain(StringBuilder header, String name, String value) {
        start(header, name).append(value);
    }

    private static StringBuilder start(StringBuilder header, String name) {
        return (header.isEmpty() ? header.append(SCHEME).append(' ') : header.append(", "))
                .append(name)
                .append('=');
    }

    /** Steps over blanks and empty list elements, RFC 9110 section 5.6.1. */
    private static int separators(String text, int from) {
        int at = from;
        while (at < text.length() && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
            at++;
        }
        return at;
    }

    private static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** CR and LF count: a folded header line that was not unfolded. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isToken(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
