package dev.millrace.protocols.sip;

import java.util.Locale;

/**
 * An absolute URI of a scheme that is neither sip, sips nor tel, RFC 3261 section 25.1: carried, not understood.
 *
 * @param scheme in lower case
 * @param rest what stands behind the colon
 */
public record OtherUri(String scheme, String rest) implements Uri {
    static OtherUri read(byte[] b, int from, int colon, int to) {
        boolean scheme = colon > from && Grammar.lower(b[from]) >= 'a' && Grammar.lower(b[from]) <= 'z';
        for (int i = from; scheme && i < colon; i++) {
            scheme = b[i] == '+' || b[i] == '-' || b[i] == '.' || b[i] != '_' && Grammar.is(b[i], Grammar.HOST);
        }
        if (!scheme || colon + 1 >= to) {
            throw Grammar.malformed("uri", "a scheme, a colon and more, not ", b, from, to);
        }
        for (int i = colon + 1; i < to; i++) {
            if (b[i] <= ' ' || b[i] == 0x7F || b[i] == '<' || b[i] == '>' || b[i] == '"') {
                throw Grammar.malformed("uri", "white space, a bracket or a quote in ", b, from, to);
            }
        }
        return new OtherUri(Grammar.ascii(b, from, colon).toLowerCase(Locale.ROOT), Grammar.ascii(b, colon + 1, to));
    }

    @Override
    public String encode() {
        return scheme + ":" + rest;
    }

    @Override
    public String toString() {
        return encode();
    }
}
