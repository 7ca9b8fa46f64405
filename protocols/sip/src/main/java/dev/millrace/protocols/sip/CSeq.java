package dev.millrace.protocols.sip;

/**
 * Number and method of a request, RFC 3261 section 20.16.
 *
 * @param number 0 to 2^32-1; RFC 3261 section 8.1.1.5 stops at 2^31-1, but senders take any 32 bits
 * @param method the method, case kept
 */
public record CSeq(long number, String method) {
    /** The largest number that is taken. */
    public static final long MAX = 0xFFFF_FFFFL;

    public static CSeq parse(String text) {
        Slice slice = Slice.of(text);
        return read(slice.b(), slice.from(), slice.to());
    }

    static CSeq read(byte[] b, int from, int to) {
        int end = Grammar.digits(b, from, to);
        long number = Grammar.number(b, from, end, MAX, "cseq");
        int method = Grammar.blank(b, end, to);
        if (method == end || method == to || Grammar.run(b, method, to, Grammar.TOKEN) != to) {
            throw Grammar.malformed("cseq", "a number and a method, not ", b, from, to);
        }
        return new CSeq(number, Methods.of(b, method, to));
    }

    public String encode() {
        return number + " " + method;
    }
}
