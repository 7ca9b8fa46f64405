package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lasting tables over several nodes, from one life of the cluster to the next. */
class LastingClusterTest {
    private static final byte[] DATA = {1, 2, 3};
    private static final int KEYS = 300;

    /**
     * Who has become a holder of an entry lately writes it when the cluster has been quiet for a while, {@link Keeper#QUIET}; on a
     * busy machine partitions move for much longer.
     */
    private static final Duration WRITTEN = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private TestNodes start(String... ids) {
        return TestNodes.lasting(folder, new Words.Module(), List.of(), ids);
    }

    private static Table<String, Words> table(TestNodes nodes, String node, Tables.Spec<String, Words> spec) {
        return nodes.context(node).tables().open(spec);
    }

    private static String words(TestNodes nodes, String node, Tables.Spec<String, Words> spec, String key) {
        return Await.get(table(nodes, node, spec).get(key)).map(Words::text).orElse("");
    }

    private static void add(TestNodes nodes, String node, Tables.Spec<String, Words> spec, String word) {
        List<Future<?>> writes = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "k" + i;
            writes.add(insist(() -> table(nodes, node, spec).decide(Words.ADD, key, word), 5));
        }
        Await.get(Future.all(writes));
    }

    /** On a busy machine a backup may be late while partitions move: the rule is safe to repeat, as every client repeats. */
    private static Future<String> insist(Supplier<Future<String>> write, int tries) {
        return write.get().recover(failure -> tries <= 1 ? Future.failedFuture(failure) : insist(write, tries - 1));
    }

    @Test
    void aRuleIsAskedAtAnyNodeAndHundredsAtOnceAllCount() {
        try (TestNodes nodes = TestNodes.start(
                List.of(),
                List.of(
                        new Spec("A", List.of(new Words.Module())),
                        new Spec("B", List.of(new Words.Module())),
                        new Spec("L", List.of(new Asked(Role.RTP_RELAY)))))) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 100; i < 400; i++) {
                String node = List.of("A", "B", "L").get(i % 3);
                answers.add(table(nodes, node, Words.HELD).decide(Words.ADD, "k", "w" + i));
            }
            assertThat(answers).allMatch(answer -> !Await.get(answer).isEmpty());
            assertThat(words(nodes, "L", Words.HELD, "k").split(" ")).hasSize(300);

            int parts = 0;
            int found = 0;
            add(nodes, "A", Words.HELD, "x");
            for (boolean more = true; more; parts++) {
                Table.Part<String, Words> part =
                        Await.get(table(nodes, "L", Words.HELD).part(parts));
                found += part.entries().size();
                more = part.more();
            }
            assertThat(found).isEqualTo(KEYS + 1);
            assertThat(parts).isGreaterThan(100);

            Mirror<String, Words> mirror =
                    Await.get(table(nodes, "L", Words.ALL).<String>mirror(key -> key));
            assertThat(mirror.size()).isZero();
            add(nodes, "B", Words.ALL, "y");
            Await.until("the mirror has all", () -> mirror.size() == KEYS);
            assertThat(mirror.get("k7")).map(Words::text).contains("y");
            assertThat(mirror.after(Optional.of("k98")))
                    .extracting(Map.Entry::getKey)
                    .containsExactly("k99");
        }
    }

    @Test
    void aColdStartBringsEverythingBack() {
        byte[] signature;
        try (TestNodes nodes = start("A", "B", "C")) {
            add(nodes, "A", Words.HELD, "held");
            add(nodes, "B", Words.ALL, "all");
            add(nodes, "C", Words.HELD, "again");
            long soon = nodes.context("A").clock().millis() + 500;
            Await.get(table(nodes, "A", Words.HELD).decide(Words.BRIEF, "gone", soon));
            signature = nodes.context("C").keys().sign("test", DATA);
            assertThat(nodes.context("A").keys().verify("test", DATA, signature))
                    .isTrue();
        }
        try (TestNodes nodes = start("A", "B", "C")) {
            for (int i = 0; i < KEYS; i++) {
                assertThat(words(nodes, "B", Words.HELD, "k" + i)).isEqualTo("again held");
                assertThat(words(nodes, "C", Words.ALL, "k" + i)).isEqualTo("all");
            }
            Await.until(
                    "what had to end has ended",
                    () -> words(nodes, "A", Words.HELD, "gone").isEmpty());
            for (String id : List.of("A", "B", "C")) {
                assertThat(nodes.context(id).keys().verify("test", DATA, signature))
                        .as("what was signed before is good")
                        .isTrue();
            }
        }
    }

    @Test
    void allKilledAtOnceLoseOnlyTheLastMoment() {
        TestNodes nodes = start("A", "B");
        add(nodes, "A", Words.HELD, "kept");
        add(nodes, "A", Words.ALL, "kept");
        for (String id : List.of("A", "B")) {
            Await.until(id + " has written all", WRITTEN, () -> count(id, "kept") == 2 * KEYS);
        }
        nodes.crash("A");
        nodes.crash("B");
        try (TestNodes again = start("B")) {
            // One of two nodes has everything: it held each entry as its owner or as a backup.
            for (int i = 0; i < KEYS; i++) {
                assertThat(words(again, "B", Words.HELD, "k" + i)).isEqualTo("kept");
                assertThat(words(again, "B", Words.ALL, "k" + i)).isEqualTo("kept");
            }
        }
    }

    @Test
    void aNodeThatComesLaterWritesWhatItNowHolds() {
        try (TestNodes nodes = start("A")) {
            add(nodes, "A", Words.HELD, "old");
            add(nodes, "A", Words.ALL, "old");
        }
        try (TestNodes nodes = start("A", "B")) {
            // Nobody writes these entries again: B has them because A had it keep them.
            Await.until("B has written all", WRITTEN, () -> count("B", "old") == 2 * KEYS);
            assertThat(words(nodes, "B", Words.HELD, "k1")).isEqualTo("old");
        }
    }

    /** Different entries with that word in the files of that node. */
    private int count(String node, String word) {
        Set<ByteBuffer> found = new HashSet<>();
        try (var files = Files.list(folder.resolve(node))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".store")).toList()) {
                JournalFile.read(file, entry -> {
                    String value = new String(entry.value(), StandardCharsets.ISO_8859_1);
                    if (value.contains(word)) {
                        found.add(entry.name());
                    }
                });
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return found.size();
    }

    @Test
    void aStoreThatCannotBeStopsTheStart() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Throwable failure = Await.failure(Node.start(
                TestNodes.settings(
                        List.of(),
                        new Spec("A", List.of(new Words.Module()), List.of(), Map.of("store.dir", file.toString())),
                        TestNodes.freePorts(1).getFirst(),
                        List.of()),
                List.of(new Words.Module())));
        assertThat(failure).isInstanceOf(BadSetting.class).hasMessageContaining("store.dir");
    }
}
