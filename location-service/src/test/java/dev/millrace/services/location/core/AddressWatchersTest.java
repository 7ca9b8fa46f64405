package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressWatchersTest {
    @Test
    void aLeaseEndsAndMakesRoom() {
        AddressWatchers watchers = new AddressWatchers(2);
        assertThat(watchers.watch("sip:a@x", "n1", 1000, 0)).isTrue();
        assertThat(watchers.watch("sip:a@x", "n2", 3000, 0)).isTrue();
        assertThat(watchers.watch("sip:b@x", "n1", 500, 0)).isTrue();
        assertThat(watchers.watch("sip:c@x", "n1", 500, 0)).isFalse();
        assertThat(watchers.now("sip:a@x", 10)).containsExactlyInAnyOrder("n1", "n2");
        assertThat(watchers.now("sip:a@x", 1000)).containsExactly("n2");
        assertThat(watchers.now("sip:z@x", 0)).isEmpty();
        assertThat(watchers.watch("sip:c@x", "n1", 500, 500)).isTrue();
        assertThat(watchers.size()).isEqualTo(2);
        watchers.forget(9_000);
        assertThat(watchers.size()).isZero();
    }
}
