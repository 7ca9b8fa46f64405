package dev.millrace.services.registrar.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DatesTest {
    @Test
    void aDateIsWrittenAsSection2017HasIt() {
        Dates dates = new Dates();
        // 13 November 2010, a Saturday, as in RFC 3261 section 20.17.
        assertThat(dates.at(1_289_690_940_000L)).isEqualTo("Sat, 13 Nov 2010 23:29:00 GMT");
        assertThat(dates.at(1_289_690_940_999L)).isSameAs(dates.at(1_289_690_940_001L));
        assertThat(dates.at(1_289_690_941_000L)).isEqualTo("Sat, 13 Nov 2010 23:29:01 GMT");
        assertThat(dates.at(1_289_690_940_000L)).isEqualTo("Sat, 13 Nov 2010 23:29:00 GMT");
    }
}
