package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request's method, RFC 2326 section 10: an open set, compared with regard to case (section 6.1).
 *
 * @param name the token as it stands on the wire
 */
public record Method(String name) {
    public static final Method OPTIONS = new Method("OPTIONS");
    public static final Method DESCRIBE = new Method("DESCRIBE");
    public static final Method ANNOUNCE = new Method("ANNOUNCE");
    public static final Method SETUP = new Method("SETUP");
    public static final Method PLAY = new Method("PLAY");
    public static final Method PAUSE = new Method("PAUSE");
    public static final Method RECORD = new Method("RECORD");
    public static final Method GET_PARAMETER = new Method("GET_PARAMETER");
    public static final Method SET_PARAMETER = new Method("SET_PARAMETER");
    public static final Method TEARDOWN = new Method("TEARDOWN");
    /** Sent by servers only: a client that sends it is told 405. */
    public static final Method REDIRECT = new Method("REDIRECT");

    /** What this server implements, in the order in which Public and Allow list it. */
    public static final List<Method> SERVED =
            List.of(OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, PAUSE, RECORD, GET_PARAMETER, SET_PARAMETER, TEARDOWN);

    private static final Map<String, Method> KNOWN = Stream.concat(SERVED.stream(), Stream.of(REDIRECT))
            .collect(Collectors.toUnmodifiableMap(Method::name, Function.identity()));

    /** Parses the token; a known method is not made anew. */
    public static Method parse(String token) {
        Method known = KNOWN.get(token);
        if (known != null) {
            return known;
        }
        if (token.isEmpty() || token.length() > 32) {
            throw new Malformed("method", "a token of 1 to 32 characters, not " + Malformed.quote(token));
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-')) {
                throw new Malformed("method", "not a token: " + Malformed.quote(token));
            }
        }
        return new Method(token);
    }

    /** Whether RFC 2326 names it. */
    public boolean known() {
        return KNOWN.containsKey(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
