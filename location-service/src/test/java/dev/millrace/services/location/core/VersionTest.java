package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    private static final long NOW = 1_700_000_000_000L;

    @Test
    void everyWriteIsNewerThanTheOneItSaw() {
        long version = 0;
        for (int i = 0; i < 5_000; i++) {
            long next = Version.next(version, NOW - i, "node-" + i % 3);
            assertThat(next).isGreaterThan(version);
            version = next;
        }
    }

    @Test
    void itTellsWhenItWasMade() {
        assertThat(Version.millis(Version.next(0, NOW, "node-a"))).isEqualTo(NOW);
    }

    @Test
    void twoNodesOfASplitDiffer() {
        assertThat(Version.next(0, NOW, "node-a")).isNotEqualTo(Version.next(0, NOW, "node-b"));
    }

    @Test
    void itOutlivesThisCentury() {
        assertThat(Version.next(0, 4_102_444_800_000L, "node-a")).isPositive();
    }
}
