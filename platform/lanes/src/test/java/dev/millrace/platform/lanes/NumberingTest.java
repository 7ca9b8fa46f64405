package dev.millrace.platform.lanes;

import static dev.millrace.platform.lanes.Packets.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class NumberingTest {
    private static final long SECOND = 1_000_000_000L;

    private final Numbering numbers = new Numbering(0, 90_000);

    private Frame accepted(Frame frame, long nanos) {
        return Objects.requireNonNull(numbers.next(frame, nanos));
    }

    @Test
    void aFirstPublisherKeepsItsOwnNumbers() {
        Frame first = accepted(frame(true, 65_535, 1000, 7), 0);
        Frame second = accepted(frame(false, 0, 4600, 7), SECOND / 25);
        assertThat(first.ssrc()).isEqualTo(7);
        assertThat(second.sequence()).isZero();
        assertThat(second.timestamp()).isEqualTo(4600);
        assertThat(numbers.lost()).isZero();
        assertThat(numbers.takeChanged()).isFalse();
    }

    @Test
    void aFrameThatWasThereAlreadyIsOld() {
        accepted(frame(true, 10, 1000, 7), 0);
        accepted(frame(false, 11, 4600, 7), 1);
        assertThat(numbers.next(frame(true, 10, 1000, 7), 2)).isNull();
        assertThat(numbers.next(frame(false, 11, 4600, 7), 2)).isNull();
        assertThat(accepted(frame(false, 12, 8200, 7), 3).sequence()).isEqualTo(12);
    }

    @Test
    void aPublisherThatCameBackGoesOnWhereTheFirstOneStopped() {
        accepted(frame(true, 100, 90_000, 7), 0);
        Frame back = accepted(frame(true, 5_000, 12_345, 99), 2 * SECOND);
        assertThat(back.ssrc()).isEqualTo(7);
        assertThat(back.sequence()).isEqualTo(101);
        assertThat(back.timestamp()).isEqualTo(90_000 + 2 * 90_000);
        assertThat(numbers.takeChanged()).isTrue();
        Frame next = accepted(frame(false, 5_001, 12_345 + 3600, 99), 2 * SECOND + 1);
        assertThat(next.sequence()).isEqualTo(102);
        assertThat(next.timestamp()).isEqualTo(90_000 + 2 * 90_000 + 3600);
        assertThat(numbers.outward(12_345)).isEqualTo(270_000);
    }

    @Test
    void anotherHomeThatAdoptsTheRestampSeesTheSameNumbers() {
        accepted(frame(true, 100, 90_000, 7), 0);
        accepted(frame(true, 5_000, 12_345, 99), 2 * SECOND);
        Numbering other = new Numbering(0, 90_000);
        other.adopt(Objects.requireNonNull(numbers.restamp()));
        Frame there = Objects.requireNonNull(other.next(frame(true, 5_000, 12_345, 99), 0));
        assertThat(there.ssrc()).isEqualTo(7);
        assertThat(there.sequence()).isEqualTo(101);
        assertThat(there.timestamp()).isEqualTo(270_000);
    }

    @Test
    void theSameSsrcWithWildNumbersIsARestartedCamera() {
        accepted(frame(true, 100, 90_000, 7), 0);
        Frame back = accepted(frame(true, 30_000, 5, 7), SECOND);
        assertThat(back.sequence()).isEqualTo(101);
        assertThat(back.timestamp()).isEqualTo(180_000);
    }

    @Test
    void theSameSsrcWithLowerNumbersIsOldForAMomentOnly() {
        accepted(frame(true, 1_000, 90_000, 7), 0);
        assertThat(numbers.next(frame(true, 0, 0, 7), SECOND)).isNull();
        assertThat(numbers.next(frame(false, 1, 3_600, 7), 2 * SECOND)).isNull();
        Frame again = accepted(frame(true, 80, 270_000, 7), 4 * SECOND);
        assertThat(again.sequence()).isEqualTo(1_001);
        assertThat(again.timestamp()).isEqualTo(90_000 + 4 * 90_000);
        // And the numbers of a lane that is followed afterwards are taken as they are.
        numbers.outwardNumbers();
        assertThat(accepted(frame(false, 1_002, 453_600, 7), 5 * SECOND).sequence())
                .isEqualTo(1_002);
    }

    @Test
    void missingPacketsAreCounted() {
        accepted(frame(true, 100, 90_000, 7), 0);
        accepted(frame(false, 104, 93_600, 7), 1);
        assertThat(numbers.lost()).isEqualTo(3);
    }

    @Test
    void aFrameThatSomebodyElseKeepsIsCopiedBeforeItIsRenumbered() {
        accepted(frame(true, 100, 90_000, 7), 0);
        Frame kept = frame(true, 5_000, 12_345, 99);
        kept.retain();
        Frame numbered = accepted(kept, SECOND);
        assertThat(numbered).isNotSameAs(kept);
        assertThat(kept.sequence()).isEqualTo(5_000);
        assertThat(kept.bytes().refCnt()).isEqualTo(1);
        assertThat(numbered.sequence()).isEqualTo(101);
    }

    @Test
    void aReaderThatGetsNothingOfThePastStartsBehindTheLastPacket() {
        accepted(frame(true, 100, 90_000, 7), 0);
        accepted(frame(false, 101, 93_600, 7), 1);
        assertThat(numbers.next(2, 3)).isEqualTo(new TrackStart(0, true, 102, 97_200, 7, 2, 3));
    }
}
