package dev.millrace.services.registrar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GrantsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nothing asked: the default,           -1, 0.0, 3600",
        "nothing asked and all the spread,     -1, 1.0, 3240",
        "as asked,                            600, 0.0,  600",
        "a tenth taken off,                   600, 1.0,  540",
        "above the maximum,                 90000, 0.0, 7200",
        "above the maximum with spread,     90000, 1.0, 6480",
        "the spread stops at the minimum,      62, 1.0,   60",
        "the minimum stays,                    60, 1.0,   60",
    })
    void aBindingLivesAsLongAsIsGranted(String row, long asked, double chance, long granted) {
        Grants grants = new Grants(60, 7200, 3600);
        OptionalLong wanted = asked < 0 ? OptionalLong.empty() : OptionalLong.of(asked);
        assertThat(grants.granted(wanted, chance)).as(row).isEqualTo(granted);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "below the minimum,                              60,    59, true",
        "the minimum,                                    60,    60, false",
        "a removal,                                      60,     0, false",
        "an hour is long enough under any minimum,     7200,  3600, false",
        "under an hour and under a long minimum,       7200,  3599, true",
    })
    void briefIsWhatIsBelowTheMinimumAndBelowOneHour(String row, long min, long asked, boolean brief) {
        assertThat(new Grants(min, 86_400, 3600).tooBrief(asked)).as(row).isEqualTo(brief);
    }

    @Test
    void nothingIsEverLengthened() {
        Grants grants = new Grants(60, 7200, 3600);
        for (long asked = 1; asked < 10_000; asked += 7) {
            for (double chance = 0; chance <= 1; chance += 0.1) {
                assertThat(grants.granted(OptionalLong.of(asked), chance)).isBetween(1L, asked);
            }
        }
    }
}
