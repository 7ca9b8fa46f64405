package dev.millrace.platform.contracts;

import dev.millrace.protocols.wire.Malformed;
import java.util.Set;

/**
 * The name of a stream, the same at every door: segments of {@code [A-Za-z0-9._~-]+} joined by {@code /}, none of them
 * {@code .} or {@code ..}, at most 255 bytes, the first one not reserved for the doors themselves.
 */
public record StreamPath(String text) implements Comparable<StreamPath> {
    /** Bytes. */
    public static final int LENGTH_LIMIT = 255;

    /** First segments that belong to the HTTP door and to the RTMP tunnel. */
    public static final Set<String> RESERVED =
            Set.of("api", "assets", "health", "sip", "open", "send", "idle", "close", "ident", "fcs");

    public static final Codec<StreamPath> CODEC = Codec.mapped(Codec.TEXT, StreamPath::parse, StreamPath::text);

    public StreamPath {
        if (text.isEmpty() || text.length() > LENGTH_LIMIT) {
            throw new Malformed("stream-path", "1 to " + LENGTH_LIMIT + " characters, not " + text.length());
        }
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '/') {
                checkSegment(text.substring(from, i), from == 0);
                from = i + 1;
            } else if (!allowed(text.charAt(i))) {
                throw new Malformed("stream-path", "letters, digits and . _ ~ - only, not " + Malformed.quote(text));
            }
        }
    }

    /** The path of that text; one leading and one trailing {@code /} are dropped. */
    public static StreamPath parse(String text) {
        int from = text.startsWith("/") ? 1 : 0;
        int to = text.length() > from && text.endsWith("/") ? text.length() - 1 : text.length();
        return new StreamPath(text.substring(from, to));
    }

    private static void checkSegment(String segment, boolean first) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new Malformed("stream-path", "no empty, . or .. segment");
        }
        if (first && RESERVED.contains(segment)) {
            throw new Malformed("stream-path", "the first segment " + segment + " is reserved");
        }
    }

    private static boolean allowed(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '_'
                || c == '~'
                || c == '-';
    }

    @Override
    public int compareTo(StreamPath other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
