package dev.millrace.services.location;

import static dev.millrace.services.location.ThreeNodes.PATH;
import static dev.millrace.services.location.ThreeNodes.SDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Saved;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Claiming;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.testing.Await;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes in one process, all with the role location; none is lost. */
class LocationClusterTest {
    @AutoClose
    private static ThreeNodes nodes;

    @BeforeAll
    static void start() {
        nodes = new ThreeNodes();
    }

    @Test
    void aClaimMadeAtOneNodeIsFoundAtEveryOther() {
        Claimed made = nodes.claim("A", PATH, 0, "B");
        assertThat(made.granted()).isTrue();
        for (String node : ThreeNodes.IDS) {
            Claim found = nodes.ask(node, Streams.FIND, PATH, PATH).orElseThrow();
            assertThat(found.epoch()).isEqualTo(made.current().epoch());
            assertThat(found.relay()).isEqualTo("B");
            assertThat(nodes.ask(node, Streams.LIST, PATH, Nothing.NOTHING))
                    .anyMatch(listed -> listed.path().equals(PATH) && listed.epoch() == found.epoch());
        }
        assertThat(nodes.ask("C", Streams.FIND, StreamPath.parse("other"), StreamPath.parse("other")))
                .isEmpty();
    }

    @Test
    void aBindingSavedAtOneNodeIsFoundAtEveryOtherAndTheOrderHoldsAcrossThem() {
        String address = Bound.address(1);
        Saving second = Bound.register(1, 2, nodes.inAnHour());
        Saved saved = nodes.ask("A", Location.SAVE, address, second);
        assertThat(saved.outcome()).isEqualTo(Outcome.OK);
        for (String node : ThreeNodes.IDS) {
            assertThat(nodes.ask(node, Location.LOOKUP, address, address)).isEqualTo(saved.bindings());
            assertThat(nodes.ask(node, Location.SAVE, address, second).bindings())
                    .as("asked again at " + node)
                    .isEqualTo(saved.bindings());
            assertThat(nodes.ask(node, Location.SAVE, address, Bound.register(1, 1, nodes.inAnHour()))
                            .outcome())
                    .isEqualTo(Outcome.OUT_OF_ORDER);
        }
        assertThat(nodes.ask("C", Location.SAVE, address, Bound.register(1, 3, nodes.inAnHour()))
                        .outcome())
                .isEqualTo(Outcome.OK);
        assertThat(nodes.ask("B", Location.LOOKUP, address, address).bindings())
                .singleElement()
                .satisfies(each -> assertThat(each.cseq()).isEqualTo(3));
    }

    @Test
    void phonesOfOneUserThatRegisterAtManyNodesAtOnceAllCount() {
        String address = "sip:shared@example.com";
        List<Future<Saved>> saves = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            String node = ThreeNodes.IDS.get(i % 3);
            Saving saving = Bound.saving(address, Bound.binding(i, "call" + i, 1, nodes.inAnHour()));
            saves.add(nodes.context(node).bus().ask(Location.SAVE, address, saving));
        }
        assertThat(saves).allMatch(each -> Await.get(each).outcome() == Outcome.OK);
        assertThat(nodes.ask("C", Location.FETCH, address, address).bindings()).hasSize(9);
    }

    @Test
    void whoWatchesAtOneNodeIsToldOfABindingSavedAtAnother() {
        String address = Bound.address(77);
        Queue<Bindings> told = new ConcurrentLinkedQueue<>();
        nodes.context("A").bus().serve(Location.CHANGED, changed -> {
            told.add(changed);
            return Future.succeededFuture(Nothing.NOTHING);
        });
        nodes.ask("A", Location.WATCH, address, new Location.Watching(address, "A", 60_000));
        nodes.ask("C", Location.SAVE, address, Bound.register(77, 1, nodes.inAnHour()));
        Await.until("it is told", () -> !told.isEmpty());
        assertThat(told.element().bindings()).hasSize(1);
    }

    @Test
    void aUserAddedAtOneNodeIsKnownAtEveryOtherUntilRemoved() {
        Subscriber bob = new Subscriber("sip:bob@example.com", "bob", "example.com", Map.of("MD5", "0".repeat(32)));
        Subscribers.Name name = new Subscribers.Name("bob", "example.com");
        assertThat(nodes.ask("A", Subscribers.PUT, "bob", bob)).isTrue();
        for (String node : ThreeNodes.IDS) {
            Await.until(
                    "bob is known at " + node,
                    () -> nodes.ask(node, Subscribers.FIND, "bob", name).isPresent());
        }
        assertThat(nodes.ask("B", Subscribers.REMOVE, "bob", name)).isTrue();
        for (String node : ThreeNodes.IDS) {
            Await.until(
                    "bob is gone at " + node,
                    () -> nodes.ask(node, Subscribers.FIND, "bob", name).isEmpty());
        }
    }

    @Test
    void ofManyWhoClaimAtOnceOneWins() {
        for (int round = 0; round < 20; round++) {
            StreamPath path = StreamPath.parse("race/" + round);
            List<Future<Claimed>> claims = new ArrayList<>();
            for (String node : List.of("A", "B", "C", "A", "B", "C")) {
                // Each asks its own node's service; different relays and ids, so that no answer can pass for another's.
                String relay = node + claims.size();
                claims.add(nodes.context(node)
                        .bus()
                        .ask(
                                Streams.CLAIM,
                                path.text(),
                                new Claiming(path, 0, "id" + claims.size(), relay, node, SDP)));
            }
            List<Claimed> answers = claims.stream().map(Await::get).toList();
            List<Claimed> winners = answers.stream().filter(Claimed::granted).toList();
            assertThat(winners).hasSize(1);
            String relay = winners.getFirst().current().relay();
            assertThat(answers).allMatch(answer -> answer.current().relay().equals(relay));
            assertThat(nodes.ask("B", Streams.FIND, path, path).orElseThrow().relay())
                    .isEqualTo(relay);
        }
    }

    @Test
    void aClaimThatItsLivingRelayDoesNotKnowIsReleased() {
        StreamPath known = StreamPath.parse("known");
        Claim lane = nodes.claim("A", known, 0, "B").current();
        StreamPath unknown = StreamPath.parse("unknown");
        nodes.claim("A", unknown, 0, "B");
        nodes.context("B")
                .bus()
                .serve(
                        Relay.STATS,
                        nothing ->
                                Future.succeededFuture(List.of(new Relay.Stats(known, lane.epoch(), 0, 0, 0, 0, 0))));
        Await.until(
                "the unknown one is released",
                () -> nodes.ask("C", Streams.FIND, unknown, unknown).isEmpty());
        assertThat(nodes.ask("C", Streams.FIND, known, known)).isPresent();
    }
}
