package dev.millrace.services.location;

import static dev.millrace.services.location.ThreeNodes.PATH;
import static dev.millrace.services.location.ThreeNodes.SDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Change;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.runtime.testing.Await;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Three nodes in one process, all with the role location, some of which are lost. */
class LocationLossTest {
    @AutoClose
    private final ThreeNodes nodes = new ThreeNodes();

    @Test
    void claimsAndBindingsSurviveTheLossOfAnyOneNode() {
        List<StreamPath> paths = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            StreamPath path = StreamPath.parse("kept/" + i);
            paths.add(path);
            assertThat(nodes.claim("A", path, 0, "A").granted()).isTrue();
        }
        for (int i = 0; i < 60; i++) {
            Saving register = Bound.register(i, 1, nodes.inAnHour());
            assertThat(nodes.ask(ThreeNodes.IDS.get(i % 3), Location.SAVE, register.addressOfRecord(), register)
                            .outcome())
                    .isEqualTo(Outcome.OK);
        }
        StreamPath gone = paths.getFirst();
        long epoch = nodes.ask("A", Streams.FIND, gone, gone).orElseThrow().epoch();
        assertThat(nodes.ask("B", Streams.RELEASE, gone, new Streams.Releasing(gone, epoch)))
                .isTrue();

        nodes.crash("C");
        Await.until(
                "the loss is seen",
                () -> nodes.context("A").membership().find("C").isEmpty());
        for (StreamPath path : paths.subList(1, paths.size())) {
            assertThat(nodes.ask("B", Streams.FIND, path, path)).as(path.text()).isPresent();
        }
        assertThat(nodes.ask("B", Streams.FIND, gone, gone)).isEmpty();
        assertFound("B");

        nodes.stop("B");
        assertFound("A");
        assertThat(nodes.ask("A", Streams.LIST, PATH, Nothing.NOTHING)).hasSize(59);
        Claimed again = nodes.claim("A", gone, 0, "A");
        assertThat(again.granted()).isTrue();
        assertThat(again.current().epoch()).isEqualTo(epoch + 1);
    }

    /** Every binding that was acknowledged. */
    private void assertFound(String node) {
        for (int i = 0; i < 60; i++) {
            String address = Bound.address(i);
            assertThat(nodes.ask(node, Location.LOOKUP, address, address).bindings())
                    .as(address)
                    .hasSize(1);
        }
    }

    @Test
    void rehomingAndOrphansAfterARelayIsLost() {
        Queue<Change> changes = new ConcurrentLinkedQueue<>();
        nodes.context("A").bus().serve(Streams.CHANGED, change -> {
            changes.add(change);
            return Future.succeededFuture(Nothing.NOTHING);
        });
        nodes.ask("A", Streams.WATCH, PATH, new Streams.Watching("A", 60_000));
        StreamPath orphan = StreamPath.parse("orphan");
        Claim first = nodes.claim("A", PATH, 0, "C").current();
        nodes.claim("A", orphan, 0, "C");
        assertThat(nodes.ask(
                        "B",
                        Streams.UPDATE,
                        PATH,
                        new Streams.Updating(PATH, first.epoch(), "A", SDP, List.of(), false)))
                .isTrue();
        Await.until(
                "the update is told",
                () -> changes.stream()
                        .anyMatch(change ->
                                change.claim().filter(now -> !now.live()).isPresent()));

        nodes.crash("C");
        Claimed moved = nodes.claim("A", PATH, first.epoch(), "B");
        assertThat(moved.granted()).isTrue();
        assertThat(moved.current().epoch()).isEqualTo(first.epoch() + 1);
        assertThat(moved.current().publicId()).isEqualTo(first.publicId());
        assertThat(moved.current().sinceMillis()).isEqualTo(first.sinceMillis());

        Await.until(
                "the orphan is released and that is told",
                () -> changes.stream()
                        .anyMatch(change ->
                                change.path().equals(orphan) && change.claim().isEmpty()));
        assertThat(nodes.ask("B", Streams.FIND, orphan, orphan)).isEmpty();
        assertThat(nodes.ask("B", Streams.FIND, PATH, PATH).orElseThrow().relay())
                .isEqualTo("B");
    }

    @Test
    void theNextPackagerGoesOnWithTheNumbers() {
        Packaging first = nodes.ask("A", Packagings.CLAIM, PATH, new Packagings.Claiming(PATH, 0, "C"))
                .current();
        Packaging cut = new Packaging(PATH, first.epoch(), "C", 12, 1, 3);
        assertThat(nodes.ask("B", Packagings.CUT, PATH, cut)).isTrue();
        nodes.crash("C");
        Packagings.Claimed next =
                nodes.ask("A", Packagings.CLAIM, PATH, new Packagings.Claiming(PATH, first.epoch(), "B"));
        assertThat(next.granted()).isTrue();
        assertThat(next.current()).isEqualTo(new Packaging(PATH, first.epoch() + 1, "B", 12, 1, 3));
        assertThat(nodes.ask("A", Packagings.CUT, PATH, cut)).isFalse();
        Optional<Packaging> found = nodes.ask("A", Packagings.FIND, PATH, PATH);
        assertThat(found).contains(next.current());
    }
}
