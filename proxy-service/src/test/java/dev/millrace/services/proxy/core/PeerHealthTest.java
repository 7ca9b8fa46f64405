package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A peer's life as its probes tell it. */
class PeerHealthTest {
    private static final Duration PERIOD = Duration.ofSeconds(10);

    @Test
    void oneLostQuestionIsNoOutage() {
        PeerHealth once = PeerHealth.NEW.silent();
        assertThat(once.up()).isTrue();
        assertThat(once.answered(200)).isEqualTo(PeerHealth.NEW);
    }

    @Test
    void twoAreAndTheQuestionsGrowRarerUntilTheFirstAnswer() {
        PeerHealth down = PeerHealth.NEW.silent().silent();
        assertThat(down.up()).isFalse();
        assertThat(down.pause(PERIOD)).isEqualTo(PERIOD);
        assertThat(down.silent().pause(PERIOD)).isEqualTo(PERIOD.multipliedBy(2));
        PeerHealth long_ = down;
        for (int i = 0; i < 100; i++) {
            long_ = long_.silent();
        }
        assertThat(long_.pause(PERIOD)).isEqualTo(PERIOD.multipliedBy(8));
        assertThat(long_.up()).isFalse();
        assertThat(long_.answered(404)).isEqualTo(PeerHealth.NEW);
    }

    @Test
    void aPeerThatSaysItCannotServeIsDown() {
        assertThat(PeerHealth.NEW.answered(503).answered(503).up()).isFalse();
        assertThat(PeerHealth.NEW.answered(405).up()).isTrue();
        assertThat(PeerHealth.NEW.answered(501)).isEqualTo(PeerHealth.NEW);
    }
}
