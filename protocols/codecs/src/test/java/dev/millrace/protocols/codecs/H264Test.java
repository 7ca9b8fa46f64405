package dev.millrace.protocols.codecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Hex;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Start codes. */
class H264Test {
    @Test
    void splitsStartCodesOfThreeAndFourBytes() {
        List<byte[]> nals =
                H264.splitAnnexB(Hex.of("00 00 00 01 67 01 00 00 01 68 02 00 00 00 00 01 65 00 00 03 01 00"));

        assertThat(nals)
                .usingElementComparator(Arrays::compare)
                .containsExactly(Hex.of("67 01"), Hex.of("68 02"), Hex.of("65 00 00 03 01"));
        assertThat(H264.splitAnnexB(H264.joinAnnexB(nals)))
                .usingElementComparator(Arrays::compare)
                .isEqualTo(nals);
    }

    @Test
    void nothingComesOutOfBytesWithoutStartCode() {
        assertThat(H264.splitAnnexB(Hex.of("65 88 84"))).isEmpty();
        assertThat(H264.splitAnnexB(Hex.of("00 00 01"))).isEmpty();
        assertThat(H264.splitAnnexB(new byte[0])).isEmpty();
    }

    @Test
    void knowsKeyFrames() {
        assertThat(H264.hasKeyFrame(List.of(Hex.of("67"), Hex.of("65")))).isTrue();
        assertThat(H264.hasKeyFrame(List.of(Hex.of("67"), Hex.of("41"), new byte[0])))
                .isFalse();
        assertThat(H265.hasKeyFrame(List.of(Hex.of("40 01"), Hex.of("26 01")))).isTrue();
        assertThat(H265.hasKeyFrame(List.of(Hex.of("02 01"), Hex.of("26")))).isFalse();
    }
}
