package dev.millrace.protocols.codecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequence parameter sets of H.265, all made by x265: {@code ffmpeg -f lavfi -i testsrc=s=... -c:v libx265 -f hevc}. */
class H265SpsTest {
    private static final int EXECUTIONS = 150_000;

    record Row(String name, String hex, String codec, int width, int height, int reorder) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row(
                        "x265 64x48",
                        "4201010408000003009e0800000300001e90041062cb2b35c995e02dc0808001000003000100000300" + "1908",
                        "hvc1.4.10.L30.9E.8",
                        64,
                        48,
                        2),
                new Row(
                        "x265 1080p",
                        "4201010408000003009e0800000300007890007810021cb2cacd24995e02dc0808001000000300"
                                + "10000003019080",
                        "hvc1.4.10.L120.9E.8",
                        1920,
                        1080,
                        2),
                new Row(
                        "x265 720p",
                        "4201010408000003009e0800000300005d9000501005a2cb2b349265780b7020200040000003004000" + "000642",
                        "hvc1.4.10.L93.9E.8",
                        1280,
                        720,
                        2),
                new Row(
                        "x265 10 bit without B",
                        "42010102200000030090000003000003003ca00a080f136592a4932bc05a0200000300" + "02000003003210",
                        "hvc1.2.4.L60.90",
                        320,
                        240,
                        0));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void reads(Row row) {
        H265Sps sps = H265Sps.parse(Hex.of(row.hex));

        assertThat(sps.width()).isEqualTo(row.width);
        assertThat(sps.height()).isEqualTo(row.height);
        assertThat(sps.codecString()).isEqualTo(row.codec);
        assertThat(sps.maxNumReorderFrames()).isEqualTo(row.reorder);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tornIsMalformed(Row row) {
        Torn.everyPrefix(Hex.of(row.hex), cut -> {
            try {
                assertThat(H265Sps.parse(cut).width()).isEqualTo(row.width);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isIn("truncated", "nal-type");
            }
        });
    }

    @Test
    void mutated() {
        List<byte[]> samples = rows().stream().map(row -> Hex.of(row.hex)).toList();
        Mutator.of(33).run("H265Sps", EXECUTIONS, samples, nal -> {
            try {
                H265Sps sps = H265Sps.parse(nal);
                assertThat(sps.width()).isBetween(1, H265Sps.MAX_SIDE);
                assertThat(sps.codecString()).startsWith("hvc1.");
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
