package dev.millrace.platform.doors.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Nonces.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bounded tables, without a node. */
class NonceTablesTest {
    @Test
    void aNonceOfTheProcessBeforeIsUnknown() {
        NonceWindows windows = new NonceWindows(1_000, 5_000);
        assertThat(windows.use(1, 4_999, 1)).isEqualTo(Outcome.UNKNOWN);
        assertThat(windows.use(1, 5_000, 1)).isEqualTo(Outcome.FRESH);
        assertThat(windows.use(1, 5_000, 1)).isEqualTo(Outcome.REPLAYED);
    }

    @Test
    void everyCountIsTakenOnceInsideTheWindow() {
        NonceWindows windows = new NonceWindows(1_000, 0);
        assertThat(windows.use(7, 1, 100)).isEqualTo(Outcome.FRESH);
        for (long count = 100 - NonceWindows.WINDOW + 1; count < 100; count++) {
            assertThat(windows.use(7, 1, count)).isEqualTo(Outcome.FRESH);
            assertThat(windows.use(7, 1, count)).isEqualTo(Outcome.REPLAYED);
        }
        assertThat(windows.use(7, 1, 100 - NonceWindows.WINDOW)).isEqualTo(Outcome.REPLAYED);
        assertThat(windows.use(7, 1, 0xFFFF_FFFFL)).isEqualTo(Outcome.FRESH);
        assertThat(windows.use(7, 1, 101)).isEqualTo(Outcome.REPLAYED);
        assertThat(windows.use(7, 1, 0xFFFF_FFFEL)).isEqualTo(Outcome.FRESH);
    }

    @Test
    void aFullTableForgetsButNeverTakesAReplay() {
        NonceWindows windows = new NonceWindows(160, 0);
        for (int id = 0; id < 100_000; id++) {
            assertThat(windows.use(id, id, 1)).isEqualTo(Outcome.FRESH);
        }
        assertThat(windows.size()).isLessThanOrEqualTo(160);
        for (int id = 0; id < 100_000; id++) {
            assertThat(windows.use(id, id, 1)).isNotEqualTo(Outcome.FRESH);
        }
    }

    @Test
    void guessersAreForgottenWhenThereAreTooMany() {
        Guesses guesses = new Guesses(1, Duration.ofSeconds(60));
        for (int i = 0; i < Guesses.LIMIT + 10; i++) {
            guesses.failed(new Guesses.Pair("u" + i, "r", "s"), i);
        }
        assertThat(guesses.size()).isEqualTo(Guesses.LIMIT);
        assertThat(guesses.locked(new Guesses.Pair("u0", "r", "s"), 1)).isFalse();
        Guesses.Pair last = new Guesses.Pair("u" + (Guesses.LIMIT + 9), "r", "s");
        assertThat(guesses.locked(last, Guesses.LIMIT)).isTrue();
        guesses.succeeded(last);
        assertThat(guesses.locked(last, Guesses.LIMIT)).isFalse();
    }
}
