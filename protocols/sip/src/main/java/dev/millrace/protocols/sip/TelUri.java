package dev.millrace.protocols.sip;

/**
 * A telephone number, RFC 3966.
 *
 * @param number as written: a global number begins with {@code +}; visual separators are kept
 * @param params isdn-subaddress, extension, phone-context and others
 */
public record TelUri(String number, Params params) implements Uri {
    private static final String SEPARATORS = "-.()";
    /** Digits of a local number: hexadecimal, star, number sign. */
    private static final String MORE_DIGITS = "*#";

    static TelUri read(byte[] b, int from, int to) {
        int at = from < to && b[from] == '+' ? from + 1 : from;
        int digits = 0;
        while (at < to && b[at] != ';') {
            boolean digit = Grammar.hex(b[at]) >= 0 || MORE_DIGITS.indexOf(b[at]) >= 0;
            if (!digit && SEPARATORS.indexOf(b[at]) < 0) {
                throw Grammar.malformed("tel", "not a telephone number: ", b, from, to);
            }
            digits += digit ? 1 : 0;
            at++;
        }
        int end = Params.uriEnd(b, at, to);
        if (digits == 0 || end != to) {
            throw Grammar.malformed("tel", "not a telephone number: ", b, from, to);
        }
        return new TelUri(Grammar.ascii(b, from, at), Params.readOfUri(b, at, to));
    }

    @Override
    public String scheme() {
        return "tel";
    }

    /** The number without visual separators: what is compared and dialled. */
    public String digits() {
        StringBuilder digits = new StringBuilder(number.length());
        for (int i = 0; i < number.length(); i++) {
            if (SEPARATORS.indexOf(number.charAt(i)) < 0) {
                digits.append(number.charAt(i));
            }
        }
        return digits.toString();
    }

    @Override
    public String encode() {
        return "tel:" + number + params.encode();
    }

    @Override
    public String toString() {
        return encode();
    }
}
