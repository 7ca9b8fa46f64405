package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The sample's repetition: no jump at the seam, no drift between sound and picture. */
final class DemoLoopTest {
    private static final DemoLoop LOOP = new DemoLoop(250, 25, 44_100, 1024);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void theFirstPictureAndSoundAreDueAtOnce() {
        assertThat(LOOP.picturesDue(0)).isEqualTo(1);
        assertThat(LOOP.soundsDue(0)).isEqualTo(1);
    }

    @Test
    void everythingHasTheTimeOfItsNumber() {
        for (long n = 1; n < 100_000; n++) {
            long picture = Math.ceilDiv(n * SECOND, 25L);
            assertThat(LOOP.picturesDue(picture)).isEqualTo(n + 1);
            assertThat(LOOP.picturesDue(picture - 1)).isEqualTo(n);
            long sound = Math.ceilDiv(n * 1024 * SECOND, 44_100L);
            assertThat(LOOP.soundsDue(sound)).isEqualTo(n + 1);
            assertThat(LOOP.soundsDue(sound - 1)).isEqualTo(n);
        }
    }

    @Test
    void soundFramesFollowOneAnotherAndStartOverWithThePictures() {
        int last = -1;
        for (long n = 0; n < 100_000; n++) {
            int frame = LOOP.sound(n);
            boolean over = frame == 0;
            assertThat(over || frame == last + 1).isTrue();
            assertThat(frame).isLessThan(LOOP.soundsNeeded());
            if (over) {
                // Samples into the loop of ten seconds: less than one frame.
                assertThat(n * 1024 % 441_000).isLessThan(1024);
            }
            last = frame;
        }
    }

    @Test
    void yearsDoNotOverflow() {
        long tenYears = 10L * 365 * 86_400 * SECOND;
        assertThat(LOOP.picturesDue(tenYears)).isEqualTo(10L * 365 * 86_400 * 25 + 1);
        assertThat(LOOP.soundsDue(tenYears)).isEqualTo(10L * 365 * 86_400 * 44_100 / 1024 + 1);
    }
}
