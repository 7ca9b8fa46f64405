package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrphansTest {
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
