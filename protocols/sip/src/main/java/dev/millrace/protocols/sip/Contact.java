package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/** A value of the Contact header, RFC 3261 section 20.10. */
public sealed interface Contact {
    /** {@code *}: all bindings of the address of record; only in REGISTER, only alone, only with Expires 0. */
    record Star() implements Contact {
        @Override
        public String encode() {
            return "*";
        }
    }

    /** An address with its parameters. */
    record Address(NameAddr address) implements Contact {
        /** Where an {@code expires} that is no number counts as this, RFC 3261 section 20.10. Seconds. */
        public static final long DEFAULT_EXPIRES = 3_600;
        /** Reg-ids are 1 to 2^31-1, RFC 5626 section 4.2. */
        private static final long MAX_REG_ID = Integer.MAX_VALUE;

        public Uri uri() {
            return address.uri();
        }

        /** The preference in thousandths, 0 to 1,000; 1,000 where none is given. Another value is {@link Malformed}. */
        public int q1000() {
            return address.params().value("q").map(Contact::thousandths).orElse(1_000);
        }

        /** Seconds, or -1 where none are given. */
        public long expires() {
            return address.params().value("expires").map(Contact::seconds).orElse(-1L);
        }

        /** {@code +sip.instance} without its angle brackets: {@code urn:uuid:...}, RFC 5626 section 4.1. */
        public Optional<String> instance() {
            return address.params().value("+sip.instance").map(Contact::withoutBrackets);
        }

        /** RFC 5626 section 4.2; 0 where none is given. */
        public int regId() {
            return address.params()
                    .value("reg-id")
                    .map(value -> (int) Params.number(value, MAX_REG_ID, "reg-id"))
                    .orElse(0);
        }

        /** With this parameter of the header; an empty value writes the name alone. */
        public Address with(String name, String value) {
            return new Address(address.with(name, value));
        }

        @Override
        public String encode() {
            return address.encode();
        }
    }

    /** {@code <uri>} and nothing else. */
    static Address of(Uri uri) {
        return new Address(NameAddr.of(uri));
    }

    static Contact parse(String text) {
        Slice slice = Slice.of(text);
        return read(slice.b(), slice.from(), slice.to());
    }

    static Contact read(byte[] b, int from, int to) {
        return to - from == 1 && b[from] == '*' ? new Star() : new Address(NameAddr.read(b, from, to));
    }

    /** The value as it is written in a message. */
    String encode();

    /** The {@code qvalue} of 0 to 1,000 thousandths, RFC 3261 section 25.1, without zeros that say nothing. */
    static String q(int thousandths) {
        if (thousandths % 1_000 == 0) {
            return thousandths == 0 ? "0" : "1";
        }
        String digits = String.valueOf(1_000 + thousandths).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return "0." + digits.substring(0, end);
    }

    /** A {@code qvalue}: 0 or 1 with at most three digits behind the point. */
    private static int thousandths(String text) {
        boolean shape = !text.isEmpty() && text.length() <= 5 && (text.length() == 1 || text.charAt(1) == '.');
        int value = 0;
        for (int i = 0; shape && i < 5; i++) {
            if (i != 1) {
                int digit = i < text.length() ? text.charAt(i) - '0' : 0;
                shape = digit >= 0 && digit <= 9;
                value = value * 10 + digit;
            }
        }
        if (!shape || value > 1_000) {
            throw new Malformed("q", "0 to 1 with at most three decimals, not " + Malformed.quote(text));
        }
        return value;
    }

    /** RFC 3261 section 20.10 and RFC 4475 section 3.1.2.4: a value that is no number of 32 bits counts as an hour. */
    static long seconds(String text) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            value = value * 10 + digit;
            if (digit < 0 || digit > 9 || value > 0xFFFF_FFFFL) {
                return Address.DEFAULT_EXPIRES;
            }
        }
        return text.isEmpty() ? Address.DEFAULT_EXPIRES : value;
    }

    private static String withoutBrackets(String text) {
        return text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
    }
}
