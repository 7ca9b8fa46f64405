package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the others notice when a node goes. */
@Execution(ExecutionMode.CONCURRENT)
class LossTest {
    private static final RoleModule LOCATION = new Asked(Role.LOCATION);
    private static final RoleModule RELAY = new Asked(Role.RTP_RELAY);

    @Test
    void aKilledNodeIsLostAndItsRoleGoesOnElsewhere() {
        try (TestNodes nodes = three()) {
            NodeContext a = nodes.context("A");
            Table<String, String> table = a.tables().open(TablesTest.texts("loss"));
            for (int i = 0; i < 50; i++) {
                Await.get(table.put("key" + i, "value" + i));
            }
            List<Integer> sizes = new CopyOnWriteArrayList<>();
            a.membership().onChange(now -> sizes.add(now.members().size()));
            Registration silent = nodes.context("C")
                    .bus()
                    .serve(SILENT, query -> Promise.<String>promise().future());
            Future<String> open = a.bus().ask("C", SILENT, "x");

            nodes.crash("C");

            Duration seen = Await.until(
                    "A has lost C",
                    Duration.ofSeconds(6),
                    () -> a.membership().find("C").isEmpty());
            System.out.println("killed node found after " + seen.toMillis() + " ms");
            assertThat(((Unanswered) Await.failure(open)).why())
                    .isIn(Unanswered.Why.UNREACHABLE, Unanswered.Why.TIMEOUT);
            silent.cancel();
            long start = System.nanoTime();
            Await.get(table.get("key0"));
            System.out.println("first look-up after " + (System.nanoTime() - start) / 1_000_000 + " ms");
            for (int i = 0; i < 20; i++) {
                assertThat(Await.get(a.bus().ask(Asked.RELAY, "stream" + i, "x")))
                        .isEqualTo("B:x");
            }
            Await.until("the listener heard of it", () -> sizes.contains(2));
            for (int i = 0; i < 50; i++) {
                assertThat(Await.get(table.get("key" + i))).isEqualTo(Optional.of("value" + i));
            }
        }
    }

    @Test
    void questionsGoOnWhileANodeDies() {
        try (TestNodes nodes = three()) {
            NodeContext a = nodes.context("A");
            List<Future<String>> asked = new CopyOnWriteArrayList<>();
            Promise<Void> halfway = Promise.promise();
            long timer = a.vertx().setPeriodic(10, id -> {
                asked.add(a.bus().ask(Asked.RELAY, "stream" + asked.size(), "x"));
                if (asked.size() == 50) {
                    halfway.complete();
                }
            });
            Await.get(halfway.future());
            nodes.crash("C");
            Await.until("150 questions were asked", () -> asked.size() >= 150);
            a.vertx().cancelTimer(timer);
            for (Future<String> each : asked) {
                assertThat(Await.get(each)).endsWith(":x");
            }
        }
    }

    @Test
    void aNodeThatStopsInGoodOrderIsGoneAtOnce() {
        try (TestNodes nodes = three()) {
            nodes.stop("C");
            assertThat(Await.until(
                            "C is gone",
                            Duration.ofSeconds(2),
                            () -> nodes.context("A").membership().find("C").isEmpty()))
                    .isLessThan(Duration.ofSeconds(2));
            assertThat(Await.get(nodes.context("A").bus().ask(Asked.RELAY, "k", "x")))
                    .isEqualTo("B:x");
        }
    }

    private static final Question<String, String> SILENT = Question.ofNode("test.silent.v1", Codec.TEXT, Codec.TEXT);

    private static TestNodes three() {
        TestNodes nodes = TestNodes.start(
                List.of(),
                List.of(
                        new Spec("A", List.of(LOCATION), List.of(), Map.of()),
                        new Spec("B", List.of(LOCATION, RELAY), List.of(), Map.of()),
                        new Spec("C", List.of(LOCATION, RELAY), List.of(), Map.of())));
        nodes.awaitWhole();
        return nodes;
    }
}
