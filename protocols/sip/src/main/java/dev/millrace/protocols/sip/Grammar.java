package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Character classes and small rules of RFC 3261 section 25.1, over slices {@code from} (inclusive) to {@code to}. */
final class Grammar {
    static final int TOKEN = 1;
    /** User part: unreserved, user-unreserved, and {@code %} of an escape. */
    static final int USER = 2;

    static final int PASSWORD = 4;
    /** URI parameter: unreserved, param-unreserved, {@code %}. */
    static final int PARAM = 8;
    /** Headers of a URI: unreserved, hnv-unreserved, {@code %}, and the marks between them. */
    static final int HEADER = 16;

    static final int HOST = 32;
    /** Value of a header's parameter; wider than token and host, for peers that forget the quotes. */
    static final int VALUE = 64;
    /** Display name without quotes; wider than tokens, but nothing that could end it or separate list members. */
    static final int DISPLAY = 128;

    /** What means the same escaped or not, RFC 3261 section 19.1.4. */
    static final int UNRESERVED = 256;

    private static final short[] CLASS = new short[256];

    static {
        for (int c = '0'; c <= 'z'; c++) {
            if (c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a') {
                CLASS[c] |= TOKEN | USER | PASSWORD | PARAM | HEADER | HOST | VALUE | DISPLAY | UNRESERVED;
            }
        }
        mark("-.!%*_+`'~", TOKEN | DISPLAY | VALUE);
        mark("-_.!~*'()", USER | PASSWORD | PARAM | HEADER | UNRESERVED);
        mark("%", USER | PASSWORD | PARAM | HEADER);
        // '#' is no user character, but feature codes such as *21# are dialled with it.
        mark("&=+$,;?/#", USER);
        mark("&=+$,", PASSWORD);
        mark("[]/:&+$", PARAM);
        mark("[]/?:+$=&", HEADER);
        // Names of containers and of machines in offices hold an underscore.
        mark("-._", HOST);
        mark("()=:/?@[]{}$&#|^", VALUE);
        mark("()=:/?@[]{}$&#|^ \t", DISPLAY);
        for (int c = 0x80; c < 256; c++) {
            CLASS[c] |= VALUE | DISPLAY;
        }
    }

    private Grammar() {}

    private static void mark(String characters, int classes) {
        for (int i = 0; i < characters.length(); i++) {
            CLASS[characters.charAt(i)] |= (short) classes;
        }
    }

    static boolean is(byte b, int classes) {
        return (CLASS[b & 0xFF] & classes) != 0;
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && all(text, TOKEN);
    }

    static boolean all(String text, int classes) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF || (CLASS[c] & classes) == 0) {
                return false;
            }
        }
        return true;
    }

    /** First index at or behind {@code from} that is not of the class. */
    static int run(byte[] b, int from, int to, int classes) {
        int at = from;
        while (at < to && (CLASS[b[at] & 0xFF] & classes) != 0) {
            at++;
        }
        return at;
    }

    /** First index at or behind {@code from} that is no white space; folds are undone before. */
    static int blank(byte[] b, int from, int to) {
        int at = from;
        while (at < to && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** Index behind the last byte that is no white space. */
    static int trimmed(byte[] b, int from, int to) {
        int end = to;
        while (end > from && (b[end - 1] == ' ' || b[end - 1] == '\t')) {
            end--;
        }
        return end;
    }

    static int indexOf(byte[] b, int from, int to, char wanted) {
        for (int i = from; i < to; i++) {
            if (b[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Index behind the quoted string that begins at {@code from}; -1 if it never ends. */
    static int quoted(byte[] b, int from, int to) {
        int at = from + 1;
        while (at < to) {
            byte c = b[at];
            if (c == '"') {
                return at + 1;
            }
            at += c == '\\' ? 2 : 1;
        }
        return -1;
    }

    /** Index of the comma that ends the list member at {@code from}, or {@code to}. Quotes and angle brackets hide commas. */
    static int member(byte[] b, int from, int to) {
        int at = from;
        boolean bracket = false;
        while (at < to) {
            byte c = b[at];
            if (c == '"' && !bracket) {
                at = quoted(b, at, to);
                if (at < 0) {
                    return to;
                }
                continue;
            }
            if (c == ',' && !bracket) {
                return at;
            }
            bracket = c == '<' || bracket && c != '>';
            at++;
        }
        return to;
    }

    /** The slice as text; outside text may be UTF-8 anywhere. */
    static String text(byte[] b, int from, int to) {
        return from >= to ? "" : new String(b, from, to - from, StandardCharsets.UTF_8);
    }

    /** The slice as text where the grammar has already allowed nothing but ASCII. */
    static String ascii(byte[] b, int from, int to) {
        return from >= to ? "" : new String(b, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the slice spells the lower-case letters and marks of {@code lower}, in whatever case. */
    static boolean spells(byte[] b, int from, int to, byte[] lower) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (lower(b[from + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    /** Decimal number of 1 or more digits up to {@code max}; leading zeros may stand, as many as the line holds. */
    static long number(byte[] b, int from, int to, long max, String rule) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = b[i] - '0';
            if (digit < 0 || digit > 9 || value > (max - digit) / 10) {
                throw notANumber(b, from, to, max, rule);
            }
            value = value * 10 + digit;
        }
        if (from >= to) {
            throw notANumber(b, from, to, max, rule);
        }
        return value;
    }

    private static Malformed notANumber(byte[] b, int from, int to, long max, String rule) {
        return malformed(rule, "a number from 0 to " + max + ", not ", b, from, to);
    }

    /** Every {@code %} of the slice stands before two hexadecimal digits. */
    static void escapes(byte[] b, int from, int to, String rule) {
        for (int i = indexOf(b, from, to, '%'); i >= 0; i = indexOf(b, i + 1, to, '%')) {
            if (i + 2 >= to || hex(b[i + 1]) < 0 || hex(b[i + 2]) < 0) {
                throw malformed(rule, "% without two hexadecimal digits in ", b, from, to);
            }
        }
    }

    static int hex(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int low = lower(c);
        return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
    }

    /** Index behind a port number; the port itself is {@link #number}. */
    static int digits(byte[] b, int from, int to) {
        int at = from;
        while (at < to && b[at] >= '0' && b[at] <= '9') {
            at++;
        }
        return at;
    }

    /** Index behind the host that begins at {@code from}: a name, an IPv4 address or an IPv6 reference in brackets. */
    static int host(byte[] b, int from, int to, String rule) {
        int at;
        if (from < to && b[from] == '[') {
            at = from + 1;
            boolean colon = false;
            while (at < to && (hex(b[at]) >= 0 || b[at] == ':' || b[at] == '.')) {
                colon |= b[at] == ':';
                at++;
            }
            // RFC 5118 section 4.10: three colons come out of a bug of RFC 3261's grammar and are tolerated.
            if (at == to || b[at] != ']' || !colon) {
                throw malformed(rule, "no IPv6 address in brackets: ", b, from, to);
            }
            at++;
        } else {
            at = run(b, from, to, HOST);
        }
        if (at == from || at - from > Limits.HOST) {
            throw malformed(rule, "a host of 1 to " + Limits.HOST + " characters, not ", b, from, to);
        }
        return at;
    }

    static Malformed malformed(String rule, String detail, byte[] b, int from, int to) {
        int end = Math.min(to, from + 60);
        return new Malformed(rule, detail + Malformed.quote(text(b, Math.min(from, end), end)));
    }

    /** A folded line put on one line: each line end with the white space around it becomes one space. */
    static byte[] unfolded(byte[] b, int from, int to) {
        byte[] flat = new byte[to - from];
        int length = 0;
        int at = from;
        while (at < to) {
            if (b[at] != '\r' && b[at] != '\n') {
                flat[length++] = b[at++];
                continue;
            }
            length = trimmed(flat, 0, length);
            while (at < to && (b[at] == '\r' || b[at] == '\n' || b[at] == ' ' || b[at] == '\t')) {
                at++;
            }
            flat[length++] = ' ';
        }
        int end = trimmed(flat, 0, length);
        int begin = blank(flat, 0, end);
        return Arrays.copyOfRange(flat, begin, end);
    }
}
