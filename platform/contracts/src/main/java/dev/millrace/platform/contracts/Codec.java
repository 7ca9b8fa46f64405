package dev.millrace.platform.contracts;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a value travels between nodes: written and read in one place. Numbers are big-endian; texts are UTF-8 behind a
 * 32-bit length. A decoder ignores bytes behind the fields it knows, so that a newer version may append.
 */
public interface Codec<T> {
    /** Largest text or byte string, bytes. */
    int LENGTH_LIMIT = 1 << 20;

    /** Most elements of a list. */
    int LIST_LIMIT = 100_000;

    void encode(Writer writer, T value);

    /** Reads one value; {@link Malformed} when the bytes do not hold one. */
    T decode(Reader reader);

    /** The value's bytes. */
    default byte[] toBytes(T value) {
        Writer writer = new Writer();
        encode(writer, value);
        return writer.toBytes();
    }

    /** The value at the start of the bytes. */
    default T fromBytes(byte[] bytes) {
        return decode(Reader.of(bytes));
    }

    /** A codec of two functions. */
    static <T> Codec<T> of(java.util.function.BiConsumer<Writer, T> encode, Function<Reader, T> decode) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, T value) {
                encode.accept(writer, value);
            }

            @Override
            public T decode(Reader reader) {
                return decode.apply(reader);
            }
        };
    }

    Codec<Integer> U8 = of((writer, value) -> writer.u8(value), Reader::u8);
    Codec<Integer> U16 = of((writer, value) -> writer.u16(value), Reader::u16);
    Codec<Long> U32 = of((writer, value) -> writer.u32(value), Reader::u32);
    Codec<Integer> I32 = of((writer, value) -> writer.u32(value), Reader::i32);
    Codec<Long> I64 = of((writer, value) -> writer.i64(value), Reader::i64);
    Codec<Boolean> BOOL = of((writer, value) -> writer.u8(value ? 1 : 0), reader -> reader.u8() != 0);
    Codec<byte[]> BYTES = of(
            (writer, value) -> writer.u32(value.length).bytes(value),
            reader -> reader.bytes(length(reader, LENGTH_LIMIT, "bytes")));
    Codec<String> TEXT = mapped(
            BYTES,
            bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8),
            text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8));

    /** Nothing at all: the query or answer of a question without content. */
    Codec<Nothing> NOTHING = of((writer, value) -> {}, reader -> Nothing.NOTHING);

    /** The only value of a question without content. */
    enum Nothing {
        NOTHING
    }

    private static int length(Reader reader, int limit, String what) {
        long length = reader.u32();
        if (length > limit) {
            throw new Malformed("codec", length + " " + what + ", at most " + limit);
        }
        return (int) length;
    }

    static <T> Codec<List<T>> list(Codec<T> element) {
        return of(
                (writer, values) -> {
                    writer.u32(values.size());
                    values.forEach(value -> element.encode(writer, value));
                },
                reader -> {
                    int count = length(reader, LIST_LIMIT, "elements");
                    List<T> values = new ArrayList<>(Math.min(count, reader.remaining()));
                    for (int i = 0; i < count; i++) {
                        values.add(element.decode(reader));
                    }
                    return List.copyOf(values);
                });
    }

    static <T> Codec<Optional<T>> optional(Codec<T> element) {
        return of(
                (writer, value) -> {
                    writer.u8(value.isPresent() ? 1 : 0);
                    value.ifPresent(present -> element.encode(writer, present));
                },
                reader -> reader.u8() == 0 ? Optional.empty() : Optional.of(element.decode(reader)));
    }

    /** An enum by its number: constants are only ever appended. */
    static <E extends Enum<E>> Codec<E> enumeration(Class<E> type) {
        E[] values = type.getEnumConstants();
        return of((writer, value) -> writer.u8(value.ordinal()), reader -> {
            int number = reader.u8();
            if (number >= values.length) {
                throw new Malformed("codec", "no " + type.getSimpleName() + " has the number " + number);
            }
            return values[number];
        });
    }

    /** The same bytes, seen as another type. */
    static <S, T> Codec<T> mapped(Codec<S> source, Function<S, T> read, Function<T, S> write) {
        return of(
                (writer, value) -> source.encode(writer, write.apply(value)),
                reader -> read.apply(source.decode(reader)));
    }
}
