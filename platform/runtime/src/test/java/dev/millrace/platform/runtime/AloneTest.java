package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is alone keeps its tables itself, and hands them over when another joins. */
class AloneTest {
    private static final int KEYS = 2_000;

    @TempDir
    Path folder;

    private final int port = TestNodes.freePorts(1).getFirst();

    private Node start(String id, RoleModule module, Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(more);
        flags.put("bus.timeout", "5s");
        int own = id.equals("A") ? port : TestNodes.freePorts(1).getFirst();
        Settings settings =
                TestNodes.settings(List.of(), new Spec(id, List.of(module), List.of(), flags), own, List.of(own, port));
        return Await.get(Node.start(settings, List.of(module)));
    }

    private static Table<String, Words> words(Node node, Tables.Spec<String, Words> spec) {
        return node.context().tables().open(spec);
    }

    private static Table<String, String> texts(Node node) {
        return node.context().tables().open(TablesTest.texts("plain"));
    }

    private static double alone(Node node) {
        return node.context().metrics().get("millrace.tables.alone").gauge().value();
    }

    private static void add(Node node, String word) {
        List<Future<?>> writes = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            writes.add(words(node, Words.HELD).decide(Words.ADD, "k" + i, word));
        }
        Await.get(Future.all(writes));
    }

    private static Map<String, Words> listed(Node node) {
        Map<String, Words> all = new HashMap<>();
        boolean more = true;
        for (int part = 0; more; part++) {
            Table.Part<String, Words> read = Await.get(words(node, Words.HELD).part(part));
            all.putAll(read.entries());
            more = read.more();
        }
        return all;
    }

    @Test
    void whatItKeptIsInTheClusterWhenTheOtherIsReady() {
        Node first = start("A", new Words.Module(), Map.of());
        try {
            assertThat(alone(first)).isEqualTo(1);
            Future<Optional<Words>> nothing = words(first, Words.HELD).get("k");
            assertThat(nothing.succeeded()).as("the answer is there at once").isTrue();
            add(first, "alone");
            assertThat(listed(first)).hasSize(KEYS);
            Await.get(texts(first).put("p", "plain"));
            Await.get(texts(first).swap("q", Optional.empty(), Optional.of("brief"), Duration.ofSeconds(60)));
            Await.get(texts(first).put("gone", "x"));
            Await.get(texts(first).remove("gone"));
            assertThat(Await.get(texts(first).all())).isEqualTo(Map.of("p", "plain", "q", "brief"));

            // Writes go on at the first node all the while the second one starts.
            Thread writer = Thread.ofPlatform().start(() -> add(first, "meanwhile"));
            Node second = start("B", new Words.Module(), Map.of());
            try {
                assertThat(listed(second)).hasSize(KEYS);
                assertThat(Await.get(texts(second).all())).isEqualTo(Map.of("p", "plain", "q", "brief"));
                writer.join();
                for (Node each : List.of(first, second)) {
                    Await.until(
                            "every word of both times",
                            () -> listed(each).values().stream()
                                    .allMatch(words -> words.text().equals("alone meanwhile")));
                    assertThat(alone(each)).isZero();
                }
                assertThat(Await.get(words(second, Words.HELD).decide(Words.ADD, "k1", "zero")))
                        .isEqualTo("alone meanwhile zero");
                assertThat(Await.get(words(first, Words.HELD).get("k1")).map(Words::text))
                        .contains("alone meanwhile zero");
            } finally {
                Await.get(second.stop());
            }
            assertThat(alone(first))
                    .as("who was joined once stays with the cluster")
                    .isZero();
            assertThat(listed(first)).hasSize(KEYS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        } finally {
            Await.get(first.stop());
        }
    }

    @Test
    void aNodeWithoutDataIsWaitedForToo() {
        Node first = start("A", new Words.Module(), Map.of());
        try {
            add(first, "alone");
            Node second = start("B", new Asked(Role.RTP_RELAY), Map.of());
            try {
                assertThat(Await.get(words(second, Words.HELD).get("k7")).map(Words::text))
                        .contains("alone");
                assertThat(alone(first)).isZero();
            } finally {
                Await.get(second.stop());
            }
        } finally {
            Await.get(first.stop());
        }
    }

    @Test
    void itsStoreBringsEverythingBack() {
        Map<String, String> store = Map.of("store.dir", folder.toString());
        Node first = start("A", new Words.Module(), store);
        byte[] signature;
        try {
            add(first, "kept");
            Await.get(words(first, Words.ALL).decide(Words.ADD, "u", "user"));
            signature = first.context().keys().sign("test", new byte[] {1});
        } finally {
            Await.get(first.stop());
        }
        Node again = start("A", new Words.Module(), store);
        try {
            assertThat(alone(again)).isEqualTo(1);
            assertThat(listed(again)).hasSize(KEYS);
            assertThat(Await.get(words(again, Words.ALL).get("u")).map(Words::text))
                    .contains("user");
            assertThat(again.context().keys().verify("test", new byte[] {1}, signature))
                    .isTrue();
        } finally {
            Await.get(again.stop());
        }
    }
}
