package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parameters in the order in which they stood, RFC 3261 sections 7.3.1 (of a header) and 19.1.1 (of a URI). Kept as the text
 * that came; looked through when asked. Names are compared without regard to case, the first of a name counts. Immutable.
 */
public final class Params {
    /** No parameter of a header. */
    public static final Params NONE = new Params("", false);
    /** No parameter of a URI. */
    public static final Params NONE_OF_URI = new Params("", true);

    /** Most URIs with parameters are routes, and most routes have just this one. */
    private static final Params LOOSE = new Params(";lr", true);

    private final String text;
    private final boolean ofUri;

    private Params(String text, boolean ofUri) {
        this.text = text;
        this.ofUri = ofUri;
    }

    /**
     * One parameter.
     *
     * @param name as written
     * @param value without quotes and escapes; null where no value was given
     */
    public record Param(String name, @Nullable String value) {}

    /** Parameters of a header: {@code ;name=value;name="quoted \" value";name}. */
    public static Params parse(String text) {
        Slice slice = Slice.of(text);
        return read(slice.b(), slice.from(), slice.to());
    }

    /** Everything from {@code from} to {@code to} has to be parameters of a header. */
    static Params read(byte[] b, int from, int to) {
        int at = Grammar.blank(b, from, to);
        int begin = at;
        for (int count = 0; at < to; count++) {
            bounded(count);
            if (b[at] != ';') {
                throw Grammar.malformed("parameter", "; expected at ", b, at, to);
            }
            at = Grammar.blank(b, at + 1, to);
            int nameEnd = Grammar.run(b, at, to, Grammar.TOKEN);
            if (nameEnd == at) {
                throw Grammar.malformed("parameter", "a name expected at ", b, at, to);
            }
            at = Grammar.blank(b, nameEnd, to);
            if (at < to && b[at] == '=') {
                at = Grammar.blank(b, valueEnd(b, Grammar.blank(b, at + 1, to), to), to);
            }
        }
        return begin >= to ? NONE : new Params(Grammar.text(b, begin, Grammar.trimmed(b, begin, to)), false);
    }

    private static void bounded(int count) {
        if (count == Limits.PARAMS) {
            throw new Malformed("parameter-count", "more than " + Limits.PARAMS + " parameters");
        }
    }

    private static int valueEnd(byte[] b, int from, int to) {
        int end = from < to && b[from] == '"' ? Grammar.quoted(b, from, to) : Grammar.run(b, from, to, Grammar.VALUE);
        if (end <= from || end > to) {
            throw Grammar.malformed("parameter", "a value expected at ", b, from, to);
        }
        return end;
    }

    /** Index behind the parameters of a URI that begin at {@code from}. */
    static int uriEnd(byte[] b, int from, int to) {
        int at = from;
        for (int count = 0; at < to && b[at] == ';'; count++) {
            bounded(count);
            int nameEnd = Grammar.run(b, at + 1, to, Grammar.PARAM);
            int end = nameEnd;
            if (nameEnd < to && b[nameEnd] == '=') {
                end = Grammar.run(b, nameEnd + 1, to, Grammar.PARAM);
            }
            if (nameEnd == at + 1 || end == nameEnd + 1) {
                throw Grammar.malformed("uri-parameter", "name or name=value expected at ", b, at, to);
            }
            at = end;
        }
        return at;
    }

    static Params readOfUri(byte[] b, int from, int to) {
        if (from >= to) {
            return NONE_OF_URI;
        }
        if (to - from == 3 && b[from + 1] == 'l' && b[from + 2] == 'r') {
            return LOOSE;
        }
        Grammar.escapes(b, from, to, "uri-parameter");
        return new Params(Grammar.ascii(b, from, to), true);
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    public boolean has(String name) {
        return find(name) >= 0;
    }

    /** The value without quotes and escapes; the empty text where the parameter has none; nothing where it is not there. */
    public Optional<String> value(String name) {
        int at = find(name);
        return at < 0 ? Optional.empty() : Optional.of(valueOr(at, ""));
    }

    /** All parameters. */
    public List<Param> all() {
        List<Param> all = new ArrayList<>();
        for (int at = next(0); at >= 0; at = next(end(at))) {
            String name = text.substring(at, nameEnd(at));
            all.add(new Param(ofUri ? Escapes.undone(name) : name, valueBehind(at)));
        }
        return List.copyOf(all);
    }

    /** These with this one: in the place of the first of its name, else at the end. Null: without a value. */
    public Params with(String name, @Nullable String value) {
        String one =
                ";" + (ofUri ? Escapes.done(name, Grammar.PARAM) : name) + (value == null ? "" : "=" + written(value));
        int at = find(name);
        if (at < 0) {
            return new Params(text + one, ofUri);
        }
        return new Params(text.substring(0, mark(at)) + one + text.substring(end(at)), ofUri);
    }

    /** Without any of this name. */
    public Params without(String name) {
        Params left = this;
        for (int at = left.find(name); at >= 0; at = left.find(name)) {
            left = new Params(left.text.substring(0, left.mark(at)) + left.text.substring(left.end(at)), ofUri);
        }
        return left;
    }

    private String written(String value) {
        if (ofUri) {
            return Escapes.done(value, Grammar.PARAM);
        }
        boolean plain = !value.isEmpty()
                && (Grammar.all(value, Grammar.TOKEN) || Grammar.all(value, Grammar.HOST) || isAddress(value));
        return plain ? value : Escapes.quoted(value);
    }

    /** IPv6 addresses stand without quotes, with or without brackets, RFC 5118 section 4.5. */
    private static boolean isAddress(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Grammar.hex(c) < 0 && c != ':' && c != '.' && c != '[' && c != ']') {
                return false;
            }
        }
        return true;
    }

    /** Index of the name of the parameter, or -1. */
    private int find(String name) {
        for (int at = next(0); at >= 0; at = next(end(at))) {
            int end = nameEnd(at);
            if (end - at == name.length() && text.regionMatches(true, at, name, 0, name.length())) {
                return at;
            }
            if (ofUri
                    && text.indexOf('%', at) >= 0
                    && Escapes.undone(text.substring(at, end)).equalsIgnoreCase(name)) {
                return at;
            }
        }
        return -1;
    }

    /** Index of the next name at or behind {@code from}, which is not inside a parameter; or -1. */
    private int next(int from) {
        int at = text.indexOf(';', from);
        return at < 0 ? -1 : blank(at + 1);
    }

    /** Index of the semicolon before the name at {@code at}. */
    private int mark(int at) {
        return text.lastIndexOf(';', at);
    }

    private int nameEnd(int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) != '=' && !ends(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean ends(char c) {
        return c == ';' || c == ' ' || c == '\t';
    }

    private int blank(int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** Index of the value of the parameter at {@code at}, or -1 if it has none. */
    private int valueAt(int at) {
        int mark = blank(nameEnd(at));
        return mark < text.length() && text.charAt(mark) == '=' ? blank(mark + 1) : -1;
    }

    /** Index behind the parameter at {@code at}. */
    private int end(int at) {
        int value = valueAt(at);
        if (value < 0) {
            return nameEnd(at);
        }
        if (value == text.length() || text.charAt(value) != '"') {
            int end = value;
            while (end < text.length() && !ends(text.charAt(end))) {
                end++;
            }
            return end;
        }
        int end = value + 1;
        while (end < text.length() && text.charAt(end) != '"') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end + 1, text.length());
    }

    private @Nullable String valueBehind(int at) {
        return valueAt(at) < 0 ? null : valueOr(at, "");
    }

    private String valueOr(int at, String absent) {
        int from = valueAt(at);
        if (from < 0) {
            return absent;
        }
        String value = text.substring(from, end(at));
        if (ofUri) {
            return Escapes.undone(value);
        }
        return value.startsWith("\"") ? Escapes.unquoted(value) : value;
    }

    /** As it came. */
    public String encode() {
        return text;
    }

    /** A number in a parameter of a header; throws {@link Malformed} if it is none of 0 to {@code max}. */
    static long number(String value, long max, String rule) {
        byte[] b = Grammar.bytes(value);
        return Grammar.number(b, 0, b.length, max, rule);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Params that && text.equals(that.text) && ofUri == that.ofUri;
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
