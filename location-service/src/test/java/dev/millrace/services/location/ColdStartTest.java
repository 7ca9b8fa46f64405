package dev.millrace.services.location;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All nodes of the role are gone; what comes back from their disks, and what must not. */
class ColdStartTest {
    private static final int PHONES = 40;

    @TempDir
    Path folder;

    private TestNodes start(String... ids) {
        return TestNodes.lasting(folder, new LocationModule(), LocationConfig.ALL, ids);
    }

    private static void register(TestNodes nodes, String node, int number, long cseq, long lifetime) {
        Saving saving = Bound.register(number, cseq, nodes.context(node).clock().millis() + lifetime);
        assertThat(nodes.ask(node, Location.SAVE, saving.addressOfRecord(), saving)
                        .outcome())
                .isEqualTo(Outcome.OK);
    }

    private static int found(TestNodes nodes, String node, int number) {
        String address = Bound.address(number);
        return nodes.ask(node, Location.LOOKUP, address, address).bindings().size();
    }

    private static Subscribers.Name name(String user) {
        return new Subscribers.Name(user, "example.com");
    }

    private static void put(TestNodes nodes, String node, String user) {
        Subscriber subscriber =
                new Subscriber("sip:" + user + "@example.com", user, "example.com", Map.of("MD5", "0".repeat(32)));
        assertThat(nodes.ask(node, Subscribers.PUT, user, subscriber)).isTrue();
        Await.until(user + " is known", () -> known(nodes, node, user));
    }

    private static boolean known(TestNodes nodes, String node, String user) {
        return nodes.ask(node, Subscribers.FIND, user, name(user)).isPresent();
    }

    @Test
    void whatWasThereIsBackAndWhatWasTakenAwayStaysAway() {
        try (TestNodes nodes = start("A", "B")) {
            for (int i = 0; i < PHONES; i++) {
                register(nodes, i % 2 == 0 ? "A" : "B", i, 1, 3_600_000);
            }
            put(nodes, "A", "alice");
            put(nodes, "B", "bob");
            Await.until("bob is known at A", () -> known(nodes, "A", "bob"));
        }
        // B's disk has all of it. While B is away a phone and a user go, and another phone comes.
        try (TestNodes nodes = start("A")) {
            for (int i = 0; i < PHONES; i++) {
                assertThat(found(nodes, "A", i)).as("phone " + i).isEqualTo(1);
            }
            register(nodes, "A", 3, 2, 0);
            register(nodes, "A", PHONES, 1, 3_600_000);
            register(nodes, "A", PHONES + 1, 1, 700);
            assertThat(nodes.ask("A", Subscribers.REMOVE, "bob", name("bob"))).isTrue();
            assertThat(found(nodes, "A", 3)).isZero();
        }
        // B is there first and believes in what has gone; A knows better.
        try (TestNodes nodes = start("B", "A")) {
            for (String node : List.of("A", "B")) {
                for (int i = 0; i <= PHONES; i++) {
                    assertThat(found(nodes, node, i)).as("phone " + i).isEqualTo(i == 3 ? 0 : 1);
                }
                // Two nodes may be there before its 0.7 s are over.
                Await.until("it has ended", () -> found(nodes, node, PHONES + 1) == 0);
                assertThat(known(nodes, node, "alice")).isTrue();
                Await.until("bob is gone", () -> !known(nodes, node, "bob"));
            }
            Saving late = Bound.register(3, 1, nodes.context("B").clock().millis() + 3_600_000);
            assertThat(nodes.ask("B", Location.SAVE, late.addressOfRecord(), late)
                            .outcome())
                    .as("a REGISTER that was overtaken by the one that removed its binding")
                    .isEqualTo(Outcome.OUT_OF_ORDER);
        }
    }
}
