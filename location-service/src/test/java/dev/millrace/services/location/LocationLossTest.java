package dev.millrace.services.location;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Change;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Claiming;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes in one process, all with the role location, some of which are lost. */
class LocationLossTest {
    private static final byte[] SDP = "v=0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final StreamPath PATH = StreamPath.parse("yard/north");

    private TestNodes nodes;

    @BeforeEach
    void start() {
        nodes = TestNodes.start(
                3,
                List.of(new LocationModule()),
                LocationConfig.ALL,
                Map.of("stream.orphan", "1s", "bus.timeout", "5s"));
        nodes.awaitWhole();
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private <Q, A> A ask(String node, Question<Q, A> question, StreamPath path, Q query) {
        return Await.get(nodes.context(node).bus().ask(question, path.text(), query));
    }

    private Claimed claim(String node, StreamPath path, long seen, String relay) {
        return ask(node, Streams.CLAIM, path, new Claiming(path, seen, "id-" + node, relay, node, SDP));
    }

    @Test
    void claimsAndBindingsSurviveTheLossOfAnyOneNode() {
        List<StreamPath> paths = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            StreamPath path = StreamPath.parse("kept/" + i);
            paths.add(path);
            assertThat(claim("A", path, 0, "A").granted()).isTrue();
        }
        long expires = nodes.context("A").clock().millis() + 3_600_000;
        for (int i = 0; i < 60; i++) {
            Saving register = Bound.register(i, 1, expires);
            assertThat(Await.get(nodes.context(List.of("A", "B", "C").get(i % 3))
                                    .bus()
                                    .ask(Location.SAVE, register.addressOfRecord(), register))
                            .outcome())
                    .isEqualTo(Outcome.OK);
        }
        StreamPath gone = paths.getFirst();
        long epoch = ask("A", Streams.FIND, gone, gone).orElseThrow().epoch();
        assertThat(ask("B", Streams.RELEASE, gone, new Streams.Releasing(gone, epoch)))
                .isTrue();

        nodes.crash("C");
        Await.until(
                "the loss is seen",
                () -> nodes.context("A").membership().find("C").isEmpty());
        for (StreamPath path : paths.subList(1, paths.size())) {
            assertThat(ask("B", Streams.FIND, path, path)).as(path.text()).isPresent();
        }
        assertThat(ask("B", Streams.FIND, gone, gone)).isEmpty();
        assertFound("B");

        nodes.stop("B");
        assertFound("A");
        assertThat(ask("A", Streams.LIST, PATH, Nothing.NOTHING)).hasSize(59);
        Claimed again = claim("A", gone, 0, "A");
        assertThat(again.granted()).isTrue();
        assertThat(again.current().epoch()).isEqualTo(epoch + 1);
    }

    /** Every binding that was acknowledged. */
    private void assertFound(String node) {
        for (int i = 0; i < 60; i++) {
            String address = Bound.address(i);
            assertThat(Await.get(nodes.context(node).bus().ask(Location.LOOKUP, address, address))
                            .bindings())
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
        ask("A", Streams.WATCH, PATH, new Streams.Watching("A", 60_000));
        StreamPath orphan = StreamPath.parse("orphan");
        Claim first = claim("A", PATH, 0, "C").current();
        claim("A", orphan, 0, "C");
        assertThat(ask(
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
        Claimed moved = claim("A", PATH, first.epoch(), "B");
        assertThat(moved.granted()).isTrue();
        assertThat(moved.current().epoch()).isEqualTo(first.epoch() + 1);
        assertThat(moved.current().publicId()).isEqualTo(first.publicId());
        assertThat(moved.current().sinceMillis()).isEqualTo(first.sinceMillis());

        Await.until(
                "the orphan is released and that is told",
                () -> changes.stream()
                        .anyMatch(change ->
                                change.path().equals(orphan) && change.claim().isEmpty()));
        assertThat(ask("B", Streams.FIND, orphan, orphan)).isEmpty();
        assertThat(ask("B", Streams.FIND, PATH, PATH).orElseThrow().relay()).isEqualTo("B");
    }

    @Test
    void theNextPackagerGoesOnWithTheNumbers() {
        Packaging first = ask("A", Packagings.CLAIM, PATH, new Packagings.Claiming(PATH, 0, "C"))
                .current();
        Packaging cut = new Packaging(PATH, first.epoch(), "C", 12, 1, 3);
        assertThat(ask("B", Packagings.CUT, PATH, cut)).isTrue();
        nodes.crash("C");
        Packagings.Claimed next = ask("A", Packagings.CLAIM, PATH, new Packagings.Claiming(PATH, first.epoch(), "B"));
        assertThat(next.granted()).isTrue();
        assertThat(next.current()).isEqualTo(new Packaging(PATH, first.epoch() + 1, "B", 12, 1, 3));
        assertThat(ask("A", Packagings.CUT, PATH, cut)).isFalse();
        Optional<Packaging> found = ask("A", Packagings.FIND, PATH, PATH);
        assertThat(found).contains(next.current());
    }
}
