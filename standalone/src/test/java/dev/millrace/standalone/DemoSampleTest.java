package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.codecs.H264;
import dev.millrace.protocols.codecs.H264Sps;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed sample is what its README says. */
final class DemoSampleTest {
    private static final DemoSample SAMPLE = DemoSample.load();

    @Test
    void tenSecondsWithAKeyFrameEachTwo() {
        assertThat(SAMPLE.pictures()).hasSize(250);
        for (int n = 0; n < 250; n++) {
            assertThat(H264.hasKeyFrame(SAMPLE.pictures().get(n))).isEqualTo(n % 50 == 0);
        }
        H264Sps sps = H264Sps.parse(SAMPLE.pictures().getFirst().stream()
                .filter(nal -> H264.type(nal) == H264.SPS)
                .findFirst()
                .orElseThrow());
        assertThat(sps.width()).isEqualTo(1280);
        assertThat(sps.height()).isEqualTo(720);
        assertThat(sps.codecString()).isEqualTo("avc1.64001f");
        assertThat(sps.maxNumReorderFrames()).isZero();
    }

    @Test
    void soundForTheLongestLoop() {
        assertThat(SAMPLE.sound().codecString()).isEqualTo("mp4a.40.2");
        assertThat(SAMPLE.sound().sampleRate()).isEqualTo(44_100);
        assertThat(SAMPLE.sound().channels()).isEqualTo(2);
        assertThat(SAMPLE.sounds()).hasSizeGreaterThanOrEqualTo(SAMPLE.loop().soundsNeeded());
    }

    @Test
    void aMegabyteAtMost() {
        int bytes = SAMPLE.pictures().stream()
                        .flatMap(List::stream)
                        .mapToInt(nal -> nal.length)
                        .sum()
                + SAMPLE.sounds().stream().mapToInt(frame -> frame.length).sum();
        assertThat(bytes).isLessThan(1_000_000);
    }

    @Test
    void theDescription() {
        assertThat(new String(SAMPLE.sdp(), StandardCharsets.US_ASCII))
                .contains("a=rtpmap:96 H264/90000\r\n")
                .contains("profile-level-id=64001F; sprop-parameter-sets=Z2QAH")
                .contains("a=rtpmap:97 MPEG4-GENERIC/44100/2\r\n")
                .contains("config=1210;")
                .endsWith("a=control:trackID=1\r\n");
    }
}
