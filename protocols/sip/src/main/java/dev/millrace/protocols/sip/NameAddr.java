package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/**
 * An address with a display name and parameters, RFC 3261 section 20.10: From, To, Route, Record-Route, Path ...
 *
 * @param display without quotes and escapes; empty where there is none
 * @param uri the address
 * @param params of the header, not of the URI
 */
public record NameAddr(String display, Uri uri, Params params) {
    /** {@code <uri>} and nothing else. */
    public static NameAddr of(Uri uri) {
        return new NameAddr("", uri, Params.NONE);
    }

    public static NameAddr parse(String text) {
        Slice slice = Slice.of(text);
        return read(slice.b(), slice.from(), slice.to());
    }

    /** The slice, without white space around it, as {@code name-addr} or {@code addr-spec} with parameters. */
    static NameAddr read(byte[] b, int from, int to) {
        if (from < to && b[from] == '"') {
            int end = Grammar.quoted(b, from, to);
            if (end < 0) {
                throw Grammar.malformed("name-addr", "a quoted string without end: ", b, from, to);
            }
            String display = Grammar.indexOf(b, from, end, '\\') < 0
                    ? Grammar.text(b, from + 1, end - 1)
                    : Escapes.unquoted(Grammar.text(b, from, end));
            return bracketed(display, b, Grammar.blank(b, end, to), to);
        }
        int mark = Grammar.run(b, from, to, Grammar.DISPLAY);
        if (mark < to && b[mark] == '<') {
            return bracketed(Grammar.text(b, from, Grammar.trimmed(b, from, mark)), b, mark, to);
        }
        return bare(b, from, to);
    }

    private static NameAddr bracketed(String display, byte[] b, int open, int to) {
        int close = open < to && b[open] == '<' ? Grammar.indexOf(b, open, to, '>') : -1;
        if (close < 0) {
            throw Grammar.malformed("name-addr", "a URI in angle brackets expected at ", b, open, to);
        }
        return new NameAddr(display, Uri.read(b, open + 1, close), Params.read(b, close + 1, to));
    }

    /** Without brackets whatever stands behind a semicolon belongs to the header, RFC 3261 section 20. */
    private static NameAddr bare(byte[] b, int from, int to) {
        int end = from;
        while (end < to && b[end] != ';' && b[end] != ' ' && b[end] != '\t') {
            if (b[end] == '?' || b[end] == ',') {
                throw Grammar.malformed("name-addr", "a URI with ? or , outside angle brackets: ", b, from, to);
            }
            end++;
        }
        return new NameAddr("", Uri.read(b, from, end), Params.read(b, end, to));
    }

    /** The {@code tag} parameter, RFC 3261 section 19.3. */
    public Optional<String> tag() {
        return params.value("tag");
    }

    /** With this parameter of the header; an empty value writes the name alone. */
    public NameAddr with(String name, String value) {
        return new NameAddr(display, uri, params.with(name, value.isEmpty() ? null : value));
    }

    public NameAddr with(Uri other) {
        return new NameAddr(display, other, params);
    }

    /** The address as SIP URI; {@link Malformed} where it is another one. */
    public SipUri sipUri() {
        if (uri instanceof SipUri sip) {
            return sip;
        }
        throw new Malformed("uri", "a sip or sips URI, not " + Malformed.quote(uri.scheme()));
    }

    public String encode() {
        String address = "<" + uri.encode() + ">" + params.encode();
        return display.isEmpty() ? address : Escapes.quoted(display) + " " + address;
    }

    @Override
    public String toString() {
        return (display.isEmpty() ? "" : Escapes.quoted(display) + " ") + "<" + uri + ">" + params;
    }
}
