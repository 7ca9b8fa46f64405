package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RTCP packets there and back. */
class RtcpTest {
    private static final int EXECUTIONS = 200_000;
    private static final ReportBlock BLOCK =
            new ReportBlock(0xDEADBEEFL, 12, -3, 0x0001_FFFEL, 77, 0xAABBCCDDL, 65_536);

    record Row(String name, List<Rtcp> packets, String hex) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        Rtcp sender = new Rtcp.SenderReport(
                1, new NtpTime(0xE000_0000_8000_0000L), 0xFFFF_FFFFL, 100, 0x8000_0000L, List.of(BLOCK));
        return List.of(
                new Row(
                        "sender report",
                        List.of(sender),
                        "81 c8 000c 00000001 e0000000 80000000 ffffffff 00000064 80000000"
                                + "deadbeef 0c fffffd 0001fffe 0000004d aabbccdd 00010000"),
                new Row(
                        "receiver report",
                        List.of(new Rtcp.ReceiverReport(2, List.of(BLOCK))),
                        "81 c9 0007 00000002 deadbeef 0c fffffd 0001fffe 0000004d aabbccdd 00010000"),
                new Row("empty receiver report", List.of(new Rtcp.ReceiverReport(2, List.of())), "80 c9 0001 00000002"),
                new Row(
                        "cname",
                        List.of(Rtcp.SourceDescription.cname(3, "a@b.c")),
                        "81 ca 0003 00000003 01 05 61 40 62 2e 63 00"),
                new Row(
                        "cname with a whole word of zeros",
                        List.of(Rtcp.SourceDescription.cname(3, "ab")),
                        "81 ca 0003 00000003 01 02 61 62 00000000"),
                new Row(
                        "two chunks",
                        List.of(new Rtcp.SourceDescription(List.of(
                                new Rtcp.Chunk(3, List.of(new Rtcp.Item(1, "x"), new Rtcp.Item(6, "yz"))),
                                new Rtcp.Chunk(4, List.of())))),
                        "82 ca 0005 00000003 01 01 78 06 02 79 7a 00 00000004 00000000"),
                new Row("bye", List.of(new Rtcp.Bye(List.of(5L, 6L), "")), "82 cb 0002 00000005 00000006"),
                new Row(
                        "bye with reason",
                        List.of(new Rtcp.Bye(List.of(5L), "gone")),
                        "81 cb 0003 00000005 04 67 6f 6e 65 000000"),
                new Row(
                        "feedback passes as it is",
                        List.of(new Rtcp.Unknown(206, 1, Hex.of("00000001 00000002"))),
                        "81 ce 0002 00000001 00000002"),
                new Row(
                        "compound",
                        List.of(sender, Rtcp.SourceDescription.cname(1, "ab")),
                        "81 c8 000c 00000001 e0000000 80000000 ffffffff 00000064 80000000"
                                + "deadbeef 0c fffffd 0001fffe 0000004d aabbccdd 00010000"
                                + "81 ca 0003 00000001 01 02 61 62 00000000"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void thereAndBack(Row row) {
        byte[] bytes = Rtcp.encode(row.packets);
        assertThat(bytes).isEqualTo(Hex.of(row.hex));
        ByteBuffer field = Torn.atOffset(bytes);
        List<Rtcp> read = Rtcp.parseCompound(field);
        assertThat(Rtcp.encode(read)).isEqualTo(bytes);
        assertThat(read).usingRecursiveComparison().isEqualTo(row.packets);
        assertThat(Rtcp.parseCompound(field, field.position(), bytes.length)).hasSameSizeAs(read);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tornAtEveryByteIsMalformedOrShorter(Row row) {
        Torn.everyPrefix(Hex.of(row.hex), cut -> {
            try {
                assertThat(Rtcp.parseCompound(ByteBuffer.wrap(cut)).size()).isLessThan(row.packets.size());
            } catch (Malformed expected) {
                assertThat(expected.rule()).isIn("truncated", "rtcp-empty");
            }
        });
    }

    @Test
    void applicationPacket() {
        byte[] bytes = new Rtcp.App(7, 9, "name", Hex.of("01020304")).encode();
        assertThat(bytes).isEqualTo(Hex.of("87 cc 0003 00000009 6e616d65 01020304"));
        assertThat(Rtcp.parseCompound(ByteBuffer.wrap(bytes)).getFirst())
                .isInstanceOfSatisfying(
                        Rtcp.App.class, app -> assertThat(app.name()).isEqualTo("name"));
    }

    record Bad(String name, String hex, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Bad> bad() {
        return List.of(
                new Bad("four bytes that say they are more", "81 c8 0006", "truncated"),
                new Bad("version 1", "41 c9 0001 00000002", "version"),
                new Bad("count of blocks that are not there", "9f c9 0001 00000002", "truncated"),
                new Bad("item beyond the chunk", "81 ca 0002 00000003 01 ff 61 62", "truncated"),
                new Bad("reason beyond the packet", "81 cb 0002 00000005 ff 67 6f 6e", "truncated"),
                new Bad("bye of 31 sources in one word", "9f cb 0001 00000005", "truncated"),
                new Bad("padding beyond the packet", "a0 c9 0002 00000002 000000ff", "padding"),
                new Bad("padding of 0", "a0 c9 0002 00000002 00000000", "padding"),
                new Bad("padding without a body", "a0 ce 0000", "padding"),
                new Bad("nothing", "", "rtcp-empty"),
                new Bad("too many packets", "80 c9 0001 00000002".repeat(Rtcp.MAX_PACKETS + 1), "rtcp-packets"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refuses(Bad row) {
        assertThatThrownBy(() -> Rtcp.parseCompound(ByteBuffer.wrap(Hex.of(row.hex))))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.rule()).isEqualTo(row.rule));
    }

    @Test
    void paddingIsReadOver() {
        assertThat(Rtcp.parseCompound(ByteBuffer.wrap(Hex.of("a0 c9 0002 00000002 00000004"))))
                .containsExactly(new Rtcp.ReceiverReport(2, List.of()));
    }

    @Test
    void chunkWithoutTerminatorAtTheEndIsRead() {
        assertThat(Rtcp.parseCompound(ByteBuffer.wrap(Hex.of("81 ca 0002 00000003 01 02 61 62"))))
                .containsExactly(Rtcp.SourceDescription.cname(3, "ab"));
    }

    @Test
    void ntpTimeThereAndBack() {
        for (long micros : new long[] {0, 1, 999_999, 1_700_000_000_123_456L, 2_085_978_496_000_000L}) {
            assertThat(NtpTime.ofEpochMicros(micros).epochMicros()).isEqualTo(micros);
        }
        assertThat(NtpTime.ofEpochMicros(500_000).bits()).isEqualTo(2_208_988_800L << 32 | 0x8000_0000L);
        assertThat(new NtpTime(0x1234_5678_9ABC_DEF0L).middle()).isEqualTo(0x5678_9ABCL);
    }

    @Test
    void mutated() {
        List<byte[]> samples = rows().stream().map(row -> Hex.of(row.hex)).toList();
        Mutator.of(12).run("Rtcp", EXECUTIONS, samples, bytes -> {
            try {
                List<Rtcp> read = Rtcp.parseCompound(Torn.atOffset(bytes));
                assertThat(Rtcp.parseCompound(ByteBuffer.wrap(Rtcp.encode(read))))
                        .hasSameSizeAs(read);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
