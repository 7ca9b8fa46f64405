package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;

/** An address: RFC 3261 section 19.1 ({@code sip}, {@code sips}), RFC 3966 ({@code tel}), or any other absolute URI. */
public sealed interface Uri permits SipUri, TelUri, OtherUri {
    /** Throws {@link Malformed}; at most {@link Limits#URI} bytes. */
    static Uri parse(String text) {
        byte[] b = Grammar.bytes(text);
        return read(b, 0, b.length);
    }

    /** The scheme in lower case. */
    String scheme();

    /** The URI as it is written in a message. */
    String encode();

    /** The slice as a URI; nothing may stand around it. */
    static Uri read(byte[] b, int from, int to) {
        if (to - from > Limits.URI) {
            throw new Malformed("uri-length", "a URI longer than " + Limits.URI + " bytes");
        }
        int colon = Grammar.indexOf(b, from, to, ':');
        if (colon - from == 3 && is(b, from, 's', 'i', 'p')) {
            return SipUri.read(b, colon + 1, to, false);
        }
        if (colon - from == 4 && is(b, from, 's', 'i', 'p') && Grammar.lower(b[from + 3]) == 's') {
            return SipUri.read(b, colon + 1, to, true);
        }
        if (colon - from == 3 && is(b, from, 't', 'e', 'l')) {
            return TelUri.read(b, colon + 1, to);
        }
        return OtherUri.read(b, from, colon, to);
    }

    private static boolean is(byte[] b, int at, char first, char second, char third) {
        return Grammar.lower(b[at]) == first && Grammar.lower(b[at + 1]) == second && Grammar.lower(b[at + 2]) == third;
    }
}
