package dev.millrace.protocols.sip;

import java.util.function.Function;

/**
 * Reads one value of a header where it stands in the message, so that no text has to be made of it first.
 *
 * @param <T> the value
 */
record Field<T>(Parse<T> parse) implements Function<String, T> {
    /** Reads the slice, which has no white space around it. */
    interface Parse<T> {
        T of(byte[] b, int from, int to);
    }

    @Override
    public T apply(String text) {
        Slice slice = Slice.of(text);
        return parse.of(slice.b(), slice.from(), slice.to());
    }
}
