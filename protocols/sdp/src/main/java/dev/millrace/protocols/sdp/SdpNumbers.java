package dev.millrace.protocols.sdp;

/** Decimal numbers of peers that do not keep to the grammar. */
final class SdpNumbers {
    private SdpNumbers() {}

    /** The number, or {@code otherwise} where the text is none, is negative or lies above {@code max}. */
    static int read(String text, int max, int otherwise) {
        if (text.isEmpty() || text.length() > 10) {
            return otherwise;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return otherwise;
            }
            value = value * 10 + digit;
        }
        return value > max ? otherwise : (int) value;
    }
}
