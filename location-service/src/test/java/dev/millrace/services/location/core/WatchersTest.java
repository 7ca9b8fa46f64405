package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchersTest {
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
}
