package dev.millrace.platform.testkit;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Bytes as a person writes them in a test: hex digits with white space wherever it helps to read. */
public final class Hex {
    /** Bytes of a line of {@link #show}. */
    private static final int PER_LINE = 32;

    private Hex() {}

    /** The bytes of hex digits in pairs; white space between pairs is skipped, and a {@code #} starts a comment to the line's end. */
    public static byte[] of(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : text.split("\n")) {
            int comment = line.indexOf('#');
            String digits = (comment < 0 ? line : line.substring(0, comment)).replaceAll("\\s", "");
            bytes.writeBytes(HexFormat.of().parseHex(digits));
        }
        return bytes.toByteArray();
    }

    /** Pairs of digits with blanks, 32 bytes a line; {@link #of} reads it back. */
    public static String show(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 3);
        for (int i = 0; i < bytes.length; i++) {
            if (i > 0) {
                text.append(i % PER_LINE == 0 ? '\n' : ' ');
            }
            HexFormat.of().toHexDigits(text, bytes[i]);
        }
        return text.toString();
    }
}
