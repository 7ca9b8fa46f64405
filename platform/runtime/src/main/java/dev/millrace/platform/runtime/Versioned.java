package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A table's value as it is kept: its version (64 bits), so that versions compare without a codec; the mark of the write that put
 * it there (64 bits, random), so that a write that runs twice knows its own work from another's that looks alike; in a lasting
 * table the table's name behind its length (8 bits), so that the merge after a split knows what it has before it; then the
 * value's own bytes.
 */
final class Versioned {
    private static final int VERSION_BYTES = 8;
    private static final int MARK_BYTES = 8;
    private static final int HEAD = VERSION_BYTES + MARK_BYTES;

    /** Most values are smaller. */
    private static final int FIRST_BYTES = 640;

    private Versioned() {}

    static <V> byte[] encode(Tables.Spec<?, V> spec, V value, long mark) {
        Writer writer = new Writer(FIRST_BYTES).i64(spec.version().of(value)).i64(mark);
        if (spec.lasting().isPresent()) {
            byte[] name = spec.name().getBytes(StandardCharsets.UTF_8);
            writer.u8(name.length).bytes(name);
        }
        spec.value().encode(writer, value);
        return writer.toBytes();
    }

    static <V> V decode(Tables.Spec<?, V> spec, byte[] kept) {
        Reader reader = Reader.of(kept);
        reader.skip(HEAD);
        if (spec.lasting().isPresent()) {
            reader.skip(reader.u8());
        }
        return spec.value().decode(reader);
    }

    /** The name in a lasting table's value. */
    static String table(byte[] kept) {
        Reader reader = Reader.of(kept);
        reader.skip(HEAD);
        return reader.text(reader.u8());
    }

    /** Whether both hold the same value, whoever wrote it. */
    static boolean sameValue(byte @Nullable [] left, byte @Nullable [] right) {
        if (left == null || right == null) {
            return left == right;
        }
        return Arrays.equals(
                        left, 0, Math.min(left.length, VERSION_BYTES), right, 0, Math.min(right.length, VERSION_BYTES))
                && Arrays.equals(
                        left,
                        Math.min(left.length, HEAD),
                        left.length,
                        right,
                        Math.min(right.length, HEAD),
                        right.length);
    }

    /** The version of kept bytes; bytes that hold none are older than all others. */
    static long version(byte[] kept) {
        return kept.length < VERSION_BYTES ? Long.MIN_VALUE : Reader.of(kept).i64();
    }
}
