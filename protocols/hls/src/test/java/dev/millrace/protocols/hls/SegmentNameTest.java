package dev.millrace.protocols.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Mutator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of segments come from outside: what is not exactly ours is none. */
final class SegmentNameTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 7, 10, 216_000_123, 999_999_999_999_999L})
    void thereAndBack(long sequence) {
        assertThat(SegmentName.parse(SegmentName.encode(sequence))).isEqualTo(OptionalLong.of(sequence));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".ts",
                "ts",
                "1",
                "01.ts",
                "-1.ts",
                "+1.ts",
                "1.TS",
                "1.ts ",
                "1e9.ts",
                "../1.ts",
                "1000000000000000.ts",
                "9223372036854775808.ts",
                "\u0661.ts"
            })
    void anythingElseIsNoName(String name) {
        assertThat(SegmentName.parse(name)).isEmpty();
    }

    @Test
    void numberingStartsLaterInALaterLife() {
        assertThat(SegmentName.first(0)).isZero();
        assertThat(SegmentName.first(1_795_000_002_000L)).isEqualTo(SegmentName.first(1_795_000_000_000L) + 2);
    }

    @Test
    void hostileNamesNeverThrow() {
        List<byte[]> samples =
                List.of("216000123.ts".getBytes(StandardCharsets.US_ASCII), "0.ts".getBytes(StandardCharsets.US_ASCII));
        Mutator.of(8216).run("SegmentName", 100_000, samples, input -> {
            String name = new String(input, StandardCharsets.UTF_8);
            SegmentName.parse(name)
                    .ifPresent(
                            sequence -> assertThat(SegmentName.encode(sequence)).isEqualTo(name));
        });
    }
}
