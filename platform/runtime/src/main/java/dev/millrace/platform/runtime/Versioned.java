package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;

/** A table's value as it is kept: its version in 64 bits, then the value's own bytes, so that versions compare without a codec. */
final class Versioned {
    private static final int VERSION_BYTES = 8;

    private Versioned() {}

    static <V> byte[] encode(Tables.Spec<?, V> spec, V value) {
        Writer writer = new Writer().i64(spec.version().of(value));
        spec.value().encode(writer, value);
        return writer.toBytes();
    }

    static <V> V decode(Codec<V> codec, byte[] kept) {
        Reader reader = Reader.of(kept);
        reader.skip(VERSION_BYTES);
        return codec.decode(reader);
    }

    /** The version of kept bytes; bytes that hold none are older than all others. */
    static long version(byte[] kept) {
        return kept.length < VERSION_BYTES ? Long.MIN_VALUE : Reader.of(kept).i64();
    }
}
