package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Dialog;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.services.proxy.core.CallRecord;
import dev.millrace.services.proxy.core.Names;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A book and the cluster's table, which another node may have written meanwhile. */
class CallBookTest {
    private static final String KEY = Names.call("call-id", "a");
    private static final Dialog DIALOG = new Dialog(KEY, "a", "b");

    @AutoClose
    private static House house;

    private Table<String, Call> table;
    private CallBook book;

    @BeforeAll
    static void start() {
        house = House.told(Map.of("calls.settle", "0s"));
    }

    @BeforeEach
    void begin() {
        NodeContext node = house.nodes.context("A");
        table = node.tables().open(new Tables.Spec<>("calls-of-a-test", Codec.TEXT, Call.CODEC, Call::version));
        book = new CallBook(
                node,
                table,
                new CallCounters(node.metrics()),
                new CallLines(node, loop(), ""),
                ProxyConfig.of(node.settings()));
        Await.get(table.remove(KEY));
        onLoop(() -> {
            book.begin(KEY, new Parties("sip:alice@example.com", "sip:bob@example.com", "a", ""), true);
            book.answered(KEY, 200, "b", Duration.ZERO);
            book.tick();
            return true;
        });
        Await.until("it is written", () -> found().isPresent());
    }

    private static Loop loop() {
        return house.nodes.context("A").loops().all().getFirst();
    }

    private static <T> T onLoop(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        loop().run(() -> done.complete(work.get()));
        return Await.get(done.future());
    }

    private Optional<Call> found() {
        return Await.get(table.get(KEY));
    }

    /** Another node believes that this one is lost, which it is not. */
    private Call taken() {
        Call adopted = CallRecord.adopted(found().orElseThrow(), "B");
        Await.get(table.put(KEY, adopted));
        return adopted;
    }

    @Test
    void aCallThatAnotherNodeHasTakenIsLeftToIt() {
        Call adopted = taken();
        assertThat(onLoop(() -> book.refreshed(DIALOG, adopted.expiresAt() + 1)))
                .isTrue();
        Await.until("the book knows", () -> onLoop(book::size) == 0);
        assertThat(found()).contains(adopted);
    }

    @Test
    void theEndOfACallTakesAwayNoEntryOfAnotherNode() {
        Call adopted = taken();
        assertThat(onLoop(() -> book.ended(DIALOG))).isTrue();
        // Operations on one key stay in order.
        assertThat(found()).contains(adopted);
    }

    @Test
    void whatChangesWhileItIsWrittenIsWrittenAfterIt() {
        long first = found().orElseThrow().expiresAt();
        onLoop(() -> book.refreshed(DIALOG, first + 1) && book.refreshed(DIALOG, first + 2));
        Await.until("the last one is there", () -> found().orElseThrow().expiresAt() == first + 2);
        assertThat(onLoop(() -> book.ended(DIALOG))).isTrue();
        Await.until("it is gone", () -> found().isEmpty());
    }
}
