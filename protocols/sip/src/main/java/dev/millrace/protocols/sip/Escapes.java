package dev.millrace.protocols.sip;

import java.nio.charset.StandardCharsets;

/** {@code %} escapes of URIs and {@code \} escapes of quoted strings, RFC 3261 sections 19.1.2 and 25.1. */
public final class Escapes {
    private static final String HEX = "0123456789ABCDEF";

    private Escapes() {}

    /** Without {@code %} escapes; what is no escape stays as it is. */
    public static String undone(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] from = Grammar.bytes(text);
        byte[] to = new byte[from.length];
        int length = 0;
        for (int i = 0; i < from.length; i++) {
            if (from[i] == '%'
                    && i + 2 < from.length
                    && Grammar.hex(from[i + 1]) >= 0
                    && Grammar.hex(from[i + 2]) >= 0) {
                to[length++] = (byte) (Grammar.hex(from[i + 1]) << 4 | Grammar.hex(from[i + 2]));
                i += 2;
            } else {
                to[length++] = from[i];
            }
        }
        return new String(to, 0, length, StandardCharsets.UTF_8);
    }

    /** With everything escaped that is not of the class, the percent sign too. */
    static String done(String text, int classes) {
        if (Grammar.all(text, classes) && text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (byte b : Grammar.bytes(text)) {
            if (b != '%' && Grammar.is(b, classes)) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
            }
        }
        return escaped.toString();
    }

    /**
     * The one spelling of an escaped text: of its escapes those that stand for the class are undone, the others written in
     * capitals, RFC 3261 sections 10.3 step 5 and 19.1.4.
     * Octets are compared, not characters, so that broken UTF-8 stays apart from other broken UTF-8.
     */
    static String canonical(String text, int classes) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] from = Grammar.bytes(text);
        StringBuilder canonical = new StringBuilder(from.length);
        for (int i = 0; i < from.length; i++) {
            boolean escape = from[i] == '%' && i + 2 < from.length;
            int octet = escape ? Grammar.hex(from[i + 1]) << 4 | Grammar.hex(from[i + 2]) : from[i] & 0xFF;
            i += escape ? 2 : 0;
            if (!escape || octet != '%' && octet >= 0 && Grammar.is((byte) octet, classes)) {
                canonical.append((char) octet);
            } else {
                canonical.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
            }
        }
        return canonical.toString();
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 4).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || c == 0x7F) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    /** Without the quotes around it and the backslashes inside. */
    static String unquoted(String text) {
        String inner = text.length() >= 2 ? text.substring(1, text.length() - 1) : "";
        if (inner.indexOf('\\') < 0) {
            return inner;
        }
        StringBuilder plain = new StringBuilder(inner.length());
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '\\' && i + 1 < inner.length()) {
                c = inner.charAt(++i);
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
