package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.Rule;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.services.location.core.SubscriberRules.Put;
import dev.millrace.services.location.core.SubscriberRules.Remove;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubscriberRulesTest {
    private static final long NOW = BindingRulesTest.NOW;
    private static final Name ALICE = new Name("alice", "example.com");

    private static Subscriber alice(String hash) {
        return new Subscriber("sip:alice@example.com", "alice", "example.com", Map.of("MD5", hash));
    }

    private static Held<Subscriber> put(Optional<Held<Subscriber>> entry, long now, String hash) {
        return SubscriberRules.put(entry, new Put(alice(hash), now, "node-a"))
                .write()
                .orElseThrow();
    }

    @Test
    void aUserComesChangesAndGoes() {
        Held<Subscriber> first = put(Optional.empty(), NOW, "aa");
        assertThat(first.present()).contains(alice("aa"));
        assertThat(SubscriberRules.untilMillis(first)).isZero();
        assertThat(SubscriberRules.put(Optional.of(first), new Put(alice("aa"), NOW + 1, "node-a"))
                        .write())
                .as("nothing new")
                .isEmpty();
        Held<Subscriber> second = put(Optional.of(first), NOW - 9, "bb");
        assertThat(second.version()).isGreaterThan(first.version());

        Remove remove = new Remove(ALICE, NOW + 2, "node-a");
        Rule.Outcome<Held<Subscriber>, Boolean> removed = SubscriberRules.remove(Optional.of(second), remove);
        assertThat(removed.answer()).isTrue();
        Held<Subscriber> tombstone = removed.write().orElseThrow();
        assertThat(tombstone.present()).isEmpty();
        assertThat(tombstone.value().hashes()).as("a tombstone opens no door").isEmpty();
        assertThat(SubscriberRules.untilMillis(tombstone))
                .isEqualTo(NOW + 2 + SubscriberRules.TOMBSTONE_LIFETIME.toMillis());
        assertThat(SubscriberRules.remove(Optional.of(tombstone), remove).answer())
                .isFalse();
        assertThat(put(Optional.of(tombstone), NOW + 3, "cc").present()).contains(alice("cc"));
    }

    @Test
    void theBytesOfFormOneStayAsTheyAre() {
        Golden.check(
                SubscriberRulesTest.class,
                "held-subscriber.v1.txt",
                Hex.show(Held.SUBSCRIBER.toBytes(new Held<>(77, false, alice("939e7578")))));
    }

    @Test
    void usersOfARealmStandTogether() {
        assertThat(SubscriberRules.key("zoe", "a.example")).isLessThan(SubscriberRules.key("adam", "b.example"));
    }
}
