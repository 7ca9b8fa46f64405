package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Table.Change;
import dev.millrace.platform.runtime.Table.Swapped;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static TestNodes nodes;

    @BeforeAll
    static void start() {
        nodes = TestNodes.start(
                List.of(),
                List.of(
                        new Spec("A", List.of(new Asked(Role.LOCATION))),
                        new Spec("B", List.of(new Asked(Role.RTP_RELAY)))));
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** A table of texts whose version is their length. */
    static Tables.Spec<String, String> texts(String name) {
        return new Tables.Spec<>(name, Codec.TEXT, Codec.TEXT, String::length);
    }

    private static Table<String, String> table(String node, String name) {
        return nodes.context(node).tables().open(texts(name));
    }

    @Test
    void whatOneNodePutsAnotherGets() {
        Table<String, String> here = table("A", "simple");
        Table<String, String> there = table("B", "simple");
        Await.get(here.put("k", "v"));
        assertThat(Await.get(there.get("k"))).isEqualTo(Optional.of("v"));
        assertThat(Await.get(there.all())).isEqualTo(Map.of("k", "v"));
        Await.get(there.remove("k"));
        assertThat(Await.get(here.get("k"))).isEmpty();
    }

    @Test
    void aSwapHappensOnlyWhereTheEntryIsAsSeen() {
        Table<String, String> table = table("B", "swap");
        Optional<String> none = Optional.empty();
        Optional<String> one = Optional.of("one");
        Optional<String> two = Optional.of("two");
        assertThat(Await.get(table.swap("k", none, one))).isEqualTo(new Swapped<>(true, one));
        assertThat(Await.get(table.swap("k", none, one)))
                .as("another's write that looks alike")
                .isEqualTo(new Swapped<>(false, one));
        assertThat(Await.get(table.swap("k", none, two))).isEqualTo(new Swapped<>(false, one));
        assertThat(Await.get(table.swap("k", one, two))).isEqualTo(new Swapped<>(true, two));
        assertThat(Await.get(table.swap("k", one, none))).isEqualTo(new Swapped<>(false, two));
        assertThat(Await.get(table.swap("k", two, none))).isEqualTo(new Swapped<>(true, none));
        assertThat(Await.get(table.get("k"))).isEmpty();
    }

    @Test
    void aSwapThatRunsTwiceGivesTheSameResult() {
        Tables.Spec<String, String> spec = texts("unit");
        byte[] next = Versioned.encode(spec, "one", 42);
        Swap swap = new Swap(null, next, 0);
        Map.Entry<byte[], byte[]> entry = new java.util.AbstractMap.SimpleEntry<>(new byte[0], null);
        byte[] first = swap.process(entry);
        byte[] second = swap.process(entry);
        assertThat(first).isEqualTo(second).startsWith(1, 1);
        assertThat(entry.getValue()).isEqualTo(next);
        assertThat(swap.getBackupProcessor()).isInstanceOf(Write.class);
        Swap alike = new Swap(null, Versioned.encode(spec, "one", 43), 0);
        assertThat(alike.process(entry)).startsWith(0, 1);
        assertThat(alike.getBackupProcessor()).isNull();
    }

    @Test
    void updatesFromBothNodesAllCount() {
        List<Future<Optional<String>>> updates = IntStream.range(0, 12)
                .mapToObj(i ->
                        table(i % 2 == 0 ? "A" : "B", "update").update("k", seen -> Optional.of(seen.orElse("") + "x")))
                .toList();
        long done = updates.stream().filter(each -> succeeded(each)).count();
        assertThat(Await.get(table("A", "update").get("k")).orElse("")).hasSize((int) done);
        assertThat(done).isPositive();
    }

    private static boolean succeeded(Future<?> future) {
        return Await.get(future.transform(done -> Future.succeededFuture(done.succeeded())));
    }

    @Test
    void anEntryWithALifetimeGoesAway() {
        Table<String, String> table = table("A", "lifetime");
        Await.get(table.swap("k", Optional.empty(), Optional.of("v"), Duration.ofSeconds(1)));
        assertThat(Await.get(table.get("k"))).isEqualTo(Optional.of("v"));
        Await.until("the entry is gone", () -> Await.get(table.get("k")).isEmpty());
    }

    @Test
    void everyChangeIsTold() {
        List<Change<String, String>> changes = new CopyOnWriteArrayList<>();
        Table<String, String> there = table("B", "listen");
        Registration registration = there.onChange(changes::add);
        Table<String, String> here = table("A", "listen");
        Await.until("the listener listens", () -> {
            Await.get(here.put("warm", "up"));
            return !changes.isEmpty();
        });
        Await.get(here.put("k", "1"));
        Await.get(here.swap("k", Optional.of("1"), Optional.of("22")));
        Await.get(here.remove("k"));
        Await.until(
                "three changes",
                () -> changes.stream().filter(each -> each.key().equals("k")).count() == 3);
        assertThat(changes)
                .filteredOn(each -> each.key().equals("k"))
                .containsExactly(
                        new Change<>("k", Optional.of("1")),
                        new Change<>("k", Optional.of("22")),
                        new Change<>("k", Optional.empty()));
        registration.cancel();
    }
}
