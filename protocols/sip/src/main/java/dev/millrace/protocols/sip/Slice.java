package dev.millrace.protocols.sip;

/** Bytes {@code from} (inclusive) to {@code to} of an array that others own. Short-lived: the JIT mostly makes none. */
@SuppressWarnings("ArrayRecordComponent")
record Slice(byte[] b, int from, int to) {
    static Slice of(String text) {
        byte[] b = Grammar.bytes(text);
        int to = Grammar.trimmed(b, 0, b.length);
        return new Slice(b, Grammar.blank(b, 0, to), to);
    }

    boolean isEmpty() {
        return from >= to;
    }

    String text() {
        return Grammar.text(b, from, to);
    }
}
