package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
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

    @Test
    void watchersAreForgottenWithTheirLease() {
        Watchers watchers = new Watchers();
        assertThat(watchers.watch("a", 1_000, 0)).isTrue();
        assertThat(watchers.watch("b", Long.MAX_VALUE, 0)).isTrue();
        assertThat(watchers.now(999)).containsExactlyInAnyOrder("a", "b");
        assertThat(watchers.now(1_000)).containsExactly("b");
        assertThat(watchers.now(Watchers.LEASE_LIMIT)).isEmpty();
    }

    @Test
    void watchersAreBounded() {
        Watchers watchers = new Watchers();
        for (int i = 0; i < Watchers.LIMIT; i++) {
            assertThat(watchers.watch("n" + i, 1_000, 0)).isTrue();
        }
        assertThat(watchers.watch("one more", 1_000, 0)).isFalse();
        assertThat(watchers.watch("n7", 5_000, 0)).isTrue();
        assertThat(watchers.watch("one more", 1_000, 2_000)).isTrue();
        assertThat(watchers.size()).isEqualTo(2);
    }

    @Test
    void orphansAreLostOnlyWhenTheyStayOrphans() {
        Orphans<String> orphans = new Orphans<>(Duration.ofSeconds(30));
        assertThat(orphans.look(Set.of("a", "b"), 0)).isEmpty();
        assertThat(orphans.look(Set.of("a"), 10_000)).isEmpty();
        assertThat(orphans.look(Set.of("a", "b"), 30_000)).containsExactly("a");
        assertThat(orphans.look(Set.of("b"), 60_000)).containsExactly("b");
        assertThat(orphans.look(Set.of(), 70_000)).isEmpty();
    }
}
