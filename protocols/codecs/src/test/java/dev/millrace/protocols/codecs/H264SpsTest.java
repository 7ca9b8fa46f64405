package dev.millrace.protocols.codecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequence and picture parameter sets of H.264. */
class H264SpsTest {
    private static final int EXECUTIONS = 200_000;

    record Row(String name, String hex, String codec, int width, int height, int reorder, double rate) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row(
                        "x264 1080p 4:4:4",
                        "67f40028919b280f0044fc4e0220000003002000000641e30632c0",
                        "avc1.f40028",
                        1920,
                        1080,
                        2,
                        25),
                new Row(
                        "x264 PAL 4:4:4",
                        "67f4001e919b2816824d80880000030008000003019078b16cb0",
                        "avc1.f4001e",
                        720,
                        576,
                        2,
                        25),
                new Row(
                        "x264 baseline NTSC",
                        "6742c01fd9005005bb011000003e90000ea600f1832480",
                        "avc1.42c01f",
                        1280,
                        720,
                        0,
                        30_000 / 1001.0));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void reads(Row row) {
        H264Sps sps = H264Sps.parse(Hex.of(row.hex));

        assertThat(sps.codecString()).isEqualTo(row.codec);
        assertThat(sps.width()).isEqualTo(row.width);
        assertThat(sps.height()).isEqualTo(row.height);
        assertThat(sps.maxNumReorderFrames()).isEqualTo(row.reorder);
        assertThat(sps.vui().restrictionTold()).isTrue();
        assertThat(sps.frameRate()).isEqualTo(row.rate);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tornIsMalformed(Row row) {
        Torn.everyPrefix(Hex.of(row.hex), cut -> {
            try {
                // The last bits of the set are not read: a cut there leaves a whole one.
                assertThat(H264Sps.parse(cut).width()).isEqualTo(row.width);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isIn("truncated", "nal-type");
            }
        });
    }

    record Derived(String name, int profile, int constraints, int level, int orderType, int mbs, int reorder) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Derived> derived() {
        return List.of(
                new Derived("High 4.0 1080p", 100, 0, 40, 0, 8160, 4),
                new Derived("Main 3.1 720p", 77, 0, 31, 0, 3600, 5),
                new Derived("Main 4.1 small", 77, 0, 41, 0, 300, 16),
                new Derived("Main order type 2", 77, 0, 31, 2, 3600, 0),
                new Derived("Constrained baseline", 66, 0xC0, 31, 0, 3600, 0),
                new Derived("High 10 intra", 110, 0x10, 40, 0, 8160, 0),
                new Derived("Main 1b", 77, 0x10, 11, 0, 99, 4),
                new Derived("High 6.2 8K", 100, 0, 62, 0, 36864, 16));
    }

    @ParameterizedTest
    @MethodSource("derived")
    void derivesTheReorderDepthWhereItIsNotTold(Derived row) {
        int columns = row.mbs == 8160 ? 120 : row.mbs == 3600 ? 80 : row.mbs == 300 ? 20 : row.mbs == 99 ? 11 : 256;
        Bits bits = new Bits()
                .u(8, row.profile)
                .u(8, row.constraints)
                .u(8, row.level)
                .ue(0);
        if (row.profile >= 100) {
            bits.ue(1).ue(0).ue(0).flag(false).flag(false);
        }
        bits.ue(0).ue(row.orderType);
        if (row.orderType == 0) {
            bits.ue(0);
        }
        bits.ue(2)
                .flag(false)
                .ue(columns - 1)
                .ue(row.mbs / columns - 1)
                .flag(true)
                .flag(true);
        H264Sps sps = H264Sps.parse(bits.flag(false).flag(false).nal(0x67));

        assertThat(sps.macroblocks()).isEqualTo(row.mbs);
        assertThat(sps.maxNumReorderFrames()).isEqualTo(row.reorder);
        assertThat(sps.vui()).isEqualTo(H264Vui.NONE);
    }

    @Test
    void croppedAwayIsMalformed() {
        Bits bits = new Bits().u(8, 77).u(8, 0).u(8, 30).ue(0).ue(0).ue(2).ue(1).flag(false);
        bits.ue(0)
                .ue(0)
                .flag(true)
                .flag(true)
                .flag(true)
                .ue(4)
                .ue(4)
                .ue(0)
                .ue(0)
                .flag(false);

        assertThatThrownBy(() -> H264Sps.parse(bits.nal(0x67)))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("crop");
    }

    @Test
    void mutated() {
        List<byte[]> samples =
                new ArrayList<>(rows().stream().map(row -> Hex.of(row.hex)).toList());
        X264Sample.all().forEach(sample -> samples.add(sample.sps()));
        Mutator.of(32).run("H264Sps", EXECUTIONS, samples, nal -> {
            try {
                H264Sps sps = H264Sps.parse(nal);
                assertThat(sps.width()).isBetween(1, H264Sps.MAX_SIDE);
                assertThat(sps.height()).isBetween(1, 2 * H264Sps.MAX_SIDE);
                assertThat(sps.maxNumReorderFrames()).isBetween(0, 16);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
