package dev.millrace.protocols.wire;

import java.util.Locale;
import java.util.function.Function;

/**
 * A header's name with the way to read and to write its value: stated once, beside the record of the value.
 *
 * @param name the canonical spelling; names are compared without regard to case
 * @param compact the compact form, or the empty string where the protocol has none
 * @param parse text of one field value to the record; throws {@link Malformed}
 * @param encode the record to the text of one field value
 * @param <T> the value's type
 */
public record HeaderKey<T>(String name, String compact, Function<String, T> parse, Function<T, String> encode) {
    /** A header whose value stays text. */
    public static HeaderKey<String> text(String name) {
        return new HeaderKey<>(name, "", Function.identity(), Function.identity());
    }

    /** A header whose value is a decimal number between 0 and {@code max}. */
    public static HeaderKey<Long> number(String name, long max) {
        return new HeaderKey<>(name, "", text -> parseNumber(name, text, max), String::valueOf);
    }

    private static long parseNumber(String name, String text, long max) {
        String rule = name.toLowerCase(Locale.ROOT);
        if (text.isEmpty() || text.length() > 19) {
            throw new Malformed(rule, "a number from 0 to " + max + ", not " + Malformed.quote(text));
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (max - digit) / 10) {
                throw new Malformed(rule, "a number from 0 to " + max + ", not " + Malformed.quote(text));
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Whether a header line of this name carries this key. */
    public boolean matches(String headerName) {
        return name.equalsIgnoreCase(headerName) || !compact.isEmpty() && compact.equalsIgnoreCase(headerName);
    }
}
