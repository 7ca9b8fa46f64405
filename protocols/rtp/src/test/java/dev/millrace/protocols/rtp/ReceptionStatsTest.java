package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Loss and jitter as a receiver counts them. */
class ReceptionStatsTest {
    private static final long MILLI = 1_000_000;

    @Test
    void inOrderAcrossTheWrapNothingIsLost() {
        ReceptionStats stats = new ReceptionStats(90_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(stats.onRtp(65_000 + i & 0xFFFF, 3600L * i & 0xFFFF_FFFFL, 40 * MILLI * i))
                    .isTrue();
        }

        ReportBlock block = stats.report(7, 0);
        assertThat(block).isEqualTo(new ReportBlock(7, 0, 0, 65_000 + 9_999, 0, 0, 0));
        assertThat(stats.received()).isEqualTo(10_000);
    }

    @Test
    void fractionCountsFromTheReportBefore() {
        ReceptionStats stats = new ReceptionStats(8_000);
        for (int i = 0; i < 100; i++) {
            if (i % 4 != 1) {
                stats.onRtp(i, 160L * i, 20 * MILLI * i);
            }
        }
        assertThat(stats.report(1, 0).fractionLost()).isEqualTo(64);
        for (int i = 100; i < 200; i++) {
            stats.onRtp(i, 160L * i, 20 * MILLI * i);
        }
        ReportBlock second = stats.report(1, 0);

        assertThat(second.fractionLost()).isZero();
        assertThat(second.totalLost()).isEqualTo(25);
        assertThat(stats.lost()).isEqualTo(25);
    }

    @Test
    void duplicatesMakeTheLossNegative() {
        ReceptionStats stats = new ReceptionStats(8_000);
        for (int i = 0; i < 10; i++) {
            stats.onRtp(i, 160L * i, 20 * MILLI * i);
            stats.onRtp(i, 160L * i, 20 * MILLI * i);
        }

        assertThat(stats.report(1, 0).totalLost()).isEqualTo(-10);
        assertThat(stats.report(1, 0).fractionLost()).isZero();
    }

    @Test
    void jitterNearsTheMeanDeviation() {
        ReceptionStats stats = new ReceptionStats(8_000);
        for (int i = 0; i < 2_000; i++) {
            // Every other packet 5 ms late: each difference of transit is 5 ms, 40 ticks.
            stats.onRtp(i & 0xFFFF, 160L * i, 20 * MILLI * i + (i % 2 == 0 ? 0 : 5 * MILLI));
        }

        assertThat(stats.jitter()).isBetween(39L, 40L);
        assertThat(stats.jitterMicros()).isBetween(4_800L, 5_000L);
    }

    @Test
    void aFrameOfManyPacketsHasNoJitter() {
        ReceptionStats stats = new ReceptionStats(90_000);
        int sequence = 0;
        for (int frame = 0; frame < 100; frame++) {
            for (int i = 0; i < 10; i++) {
                stats.onRtp(sequence++, 3600L * frame, 40 * MILLI * frame + i * MILLI);
            }
        }

        assertThat(stats.jitter()).isZero();
    }

    @Test
    void oneStrayPacketIsNotCountedTwoAreANewStart() {
        ReceptionStats stats = new ReceptionStats(8_000);
        stats.onRtp(10, 0, 0);
        stats.onRtp(11, 160, 20 * MILLI);
        assertThat(stats.onRtp(30_000, 320, 40 * MILLI)).isFalse();
        assertThat(stats.onRtp(12, 320, 40 * MILLI)).isTrue();
        assertThat(stats.lost()).isZero();
        assertThat(stats.onRtp(40_000, 480, 60 * MILLI)).isFalse();
        assertThat(stats.onRtp(40_001, 640, 80 * MILLI)).isTrue();
        assertThat(stats.restarts()).isEqualTo(1);
        assertThat(stats.expected()).isEqualTo(1);
    }

    @Test
    void theLastSenderReportIsEchoed() {
        ReceptionStats stats = new ReceptionStats(8_000);
        stats.onRtp(1, 0, 0);
        stats.onSenderReport(new NtpTime(0x1234_5678_9ABC_DEF0L), 1_000 * MILLI);
        ReportBlock block = stats.report(1, 1_500 * MILLI);

        assertThat(block.lastSenderReport()).isEqualTo(0x5678_9ABCL);
        assertThat(block.delaySinceLast()).isEqualTo(32_768);
    }
}
