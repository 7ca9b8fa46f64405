package dev.millrace.protocols.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ReaderWriterTest {
    private static final byte[] WHOLE = Hex.of("""
            ff                      # u8
            fffe                    # u16
            fffefd                  # u24
            fffefdfc                # u32
            80000000                # i32
            8000000000000001        # i64
            c3bc 6f 6b              # text
            01 02 03                # bytes
            """);

    /** One read and what it must find at the start of {@code bytes}. */
    record Read(String name, String bytes, Consumer<Reader> read) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Read> reads() {
        return Stream.of(
                new Read("u8", "ff", r -> assertThat(r.u8()).isEqualTo(255)),
                new Read("u16", "80ff", r -> assertThat(r.u16()).isEqualTo(0x80FF)),
                new Read("u24", "80ff01", r -> assertThat(r.u24()).isEqualTo(0x80FF01)),
                new Read("u32", "ffffffff", r -> assertThat(r.u32()).isEqualTo(0xFFFF_FFFFL)),
                new Read("i32", "ffffffff", r -> assertThat(r.i32()).isEqualTo(-1)),
                new Read("i64", "7fffffffffffffff", r -> assertThat(r.i64()).isEqualTo(Long.MAX_VALUE)),
                new Read("bytes", "0102", r -> assertThat(r.bytes(2)).containsExactly(1, 2)),
                new Read("text", "c3bc", r -> assertThat(r.text(2)).isEqualTo("\u00fc")),
                new Read("slice", "0102", r -> assertThat(r.slice(2).u16()).isEqualTo(0x0102)),
                new Read("skip", "0102", r -> r.skip(2)));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void readsAtAnOffset(Read row) {
        ByteBuffer bytes = Torn.atOffset(Hex.of(row.bytes));
        int position = bytes.position();
        Reader reader = Reader.of(bytes);
        row.read.accept(reader);
        assertThat(reader.remaining()).isZero();
        assertThat(reader.index()).isEqualTo(bytes.limit());
        assertThat(bytes.position()).isEqualTo(position);
    }

    @ParameterizedTest
    @MethodSource("reads")
    void refusesToReadPastTheEnd(Read row) {
        Torn.everyPrefix(Hex.of(row.bytes), prefix -> {
            Malformed why =
                    catchThrowableOfType(Malformed.class, () -> row.read.accept(Reader.of(Torn.atOffset(prefix))));
            assertThat(why).isNotNull();
            assertThat(why.rule()).isEqualTo("truncated");
        });
    }

    @Test
    void writesWhatItReads() {
        Writer writer = new Writer(0)
                .u8(0xFF)
                .u16(0xFFFE)
                .u24(0xFFFEFD)
                .u32(0xFFFEFDFCL)
                .u32(Integer.MIN_VALUE)
                .i64(Long.MIN_VALUE + 1)
                .text("\u00fcok")
                .bytes(new byte[] {0, 1, 2, 3, 4}, 1, 3);
        assertThat(writer.size()).isEqualTo(WHOLE.length);
        assertThat(writer.toBytes()).isEqualTo(WHOLE);
        Reader reader = Reader.of(writer.toBytes());
        assertThat(reader.u8()).isEqualTo(0xFF);
        assertThat(reader.u16()).isEqualTo(0xFFFE);
        assertThat(reader.u24()).isEqualTo(0xFFFEFD);
        assertThat(reader.u32()).isEqualTo(0xFFFEFDFCL);
        assertThat(reader.i32()).isEqualTo(Integer.MIN_VALUE);
        assertThat(reader.i64()).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(reader.text(4)).isEqualTo("\u00fcok");
        assertThat(reader.bytes(3)).containsExactly(1, 2, 3);
        assertThat(reader.remaining()).isZero();
    }

    @Test
    void patchesLengths() {
        Writer writer = new Writer().u16(0).u32(0).text("body");
        writer.patchU16(0, writer.size()).patchU32(2, 4);
        assertThat(writer.toBytes()).isEqualTo(Hex.of("000a 00000004 626f6479"));
        assertThatThrownBy(() -> writer.patchU16(9, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.patchU32(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesNegativeAndHugeCounts() {
        List<Consumer<Reader>> hostile = List.of(
                r -> r.bytes(-1),
                r -> r.bytes(Integer.MAX_VALUE),
                r -> r.bytes(Integer.MIN_VALUE),
                r -> r.text(-1),
                r -> r.slice(-1),
                r -> r.slice(Integer.MAX_VALUE),
                r -> r.skip(-1),
                r -> r.skip(Integer.MAX_VALUE));
        for (Consumer<Reader> read : hostile) {
            assertThatThrownBy(() -> read.accept(Reader.of(WHOLE))).isInstanceOf(Malformed.class);
        }
        ByteBuffer bytes = ByteBuffer.wrap(WHOLE);
        assertThatThrownBy(() -> Reader.of(bytes, -1, 1)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> Reader.of(bytes, 1, WHOLE.length)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> Reader.of(bytes, 1, Integer.MAX_VALUE)).isInstanceOf(Malformed.class);
    }

    @Test
    void keepsASliceInItsBounds() {
        Reader slice = Reader.of(WHOLE).slice(3);
        slice.skip(3);
        assertThatThrownBy(slice::u8).isInstanceOf(Malformed.class);
    }

    @Test
    void wantsBigEndian() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reader.of(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN)));
    }

    /** A little language of reads, steered by the input itself. */
    @Test
    void survivesMutation() {
        Mutator.of(4566).run("wire.Reader", 200_000, List.of(WHOLE, new byte[64]), input -> {
            try {
                Reader reader = Reader.of(input);
                while (reader.remaining() > 0) {
                    int command = reader.u8();
                    switch (command & 7) {
                        case 0 -> reader.u16();
                        case 1 -> reader.u24();
                        case 2 -> reader.bytes(reader.i32());
                        case 3 -> reader.text(command);
                        case 4 -> reader = reader.slice((int) reader.u32());
                        case 5 -> reader.skip(reader.i32());
                        case 6 -> reader.i64();
                        default -> reader.u8();
                    }
                }
            } catch (Malformed expected) {
                assertThat(expected.rule()).isEqualTo("truncated");
            }
        });
    }
}
