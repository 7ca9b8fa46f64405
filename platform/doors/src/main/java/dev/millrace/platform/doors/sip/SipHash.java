package dev.millrace.platform.doors.sip;

/** SipHash-2-4 of Aumasson and Bernstein: a keyed check of something short, in a few nanoseconds. Immutable. */
record SipHash(long k0, long k1) {
    /** The hash of 16 bytes, as two words. */
    long of(long first, long second) {
        // The last word carries the length in bytes.
        return new State(k0, k1).word(first).word(second).word(16L << 56).end();
    }

    /** The hash of texts and a number: of words of four characters each, and for each text a word with its length. */
    long of(String first, String second, String third, long number) {
        return new State(k0, k1)
                .text(first)
                .text(second)
                .text(third)
                .word(number)
                .word(3L << 56)
                .end();
    }

    /** The same of four texts, which hash otherwise than three. */
    long of(String first, String second, String third, String fourth, long number) {
        return new State(k0, k1)
                .text(first)
                .text(second)
                .text(third)
                .text(fourth)
                .word(number)
                .word(4L << 56)
                .end();
    }

    /** The four words that everything is mixed into. Used once. */
    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        State word(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
            return this;
        }

        State text(String text) {
            long word = 0;
            for (int i = 0; i < text.length(); i++) {
                word = word << 16 | text.charAt(i);
                if ((i & 3) == 3) {
                    word(word);
                    word = 0;
                }
            }
            if ((text.length() & 3) != 0) {
                word(word);
            }
            return word(text.length());
        }

        long end() {
            v2 ^= 0xff;
            for (int i = 0; i < 4; i++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
