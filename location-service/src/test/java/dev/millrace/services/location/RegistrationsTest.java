package dev.millrace.services.location;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Saved;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.platform.runtime.testing.TestNodes;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The questions about people at one node; each test has addresses of its own. */
class RegistrationsTest {
    private static final long HOUR = 3_600_000;

    private static TestNodes nodes;
    private static NodeContext node;

    @BeforeAll
    static void start() {
        nodes = TestNodes.start(1, List.of(new LocationModule()), LocationConfig.ALL, Map.of());
        node = nodes.context("A");
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static <Q, A> A ask(Question<Q, A> question, String key, Q query) {
        return nodes.ask("A", question, key, query);
    }

    private static Saved save(Saving saving) {
        return ask(Location.SAVE, saving.addressOfRecord(), saving);
    }

    private static Bindings lookup(String address) {
        return ask(Location.LOOKUP, address, address);
    }

    private static long inAnHour() {
        return node.clock().millis() + HOUR;
    }

    private static Binding phone(String name, int q1000, String callId, long cseq, long expires) {
        return TestBinding.at("sip:" + name + "@192.0.2.7:5060")
                .q(q1000)
                .until(expires)
                .by(callId, cseq)
                .path(List.of("<sip:edge.example.com;lr>"))
                .from("192.0.2.7:5060", "Example")
                .build();
    }

    private static Saving add(String address, Binding... phones) {
        return Bound.saving(address, phones);
    }

    @Test
    void whatIsSavedIsFetchedAndLookedUpBestFirst() {
        String address = "sip:best@example.com";
        save(add(address, phone("low", 100, "c1", 1, inAnHour())));
        save(add(address, phone("high", 900, "c2", 1, inAnHour())));
        Saved saved = save(add(address, phone("same", 900, "c3", 1, inAnHour())));
        assertThat(saved.outcome()).isEqualTo(Outcome.OK);
        assertThat(lookup(address).bindings())
                .extracting(Binding::contact)
                .containsExactly("sip:same@192.0.2.7:5060", "sip:high@192.0.2.7:5060", "sip:low@192.0.2.7:5060");
        assertThat(ask(Location.FETCH, address, address)).isEqualTo(saved.bindings());
        assertThat(saved.bindings().bindings())
                .allSatisfy(each -> assertThat(each.path()).containsExactly("<sip:edge.example.com;lr>"));
        assertThat(lookup("sip:nobody@example.com").bindings()).isEmpty();
    }

    @Test
    void aLateRegisterChangesNothingAndARepeatedOneGetsTheSameAnswer() {
        String address = "sip:order@example.com";
        Saving second = add(address, phone("p", 1000, "call", 2, inAnHour()));
        Saved first = save(second);
        assertThat(save(second)).isEqualTo(first);
        Saved late = save(add(address, phone("p", 500, "call", 1, inAnHour() + HOUR)));
        assertThat(late.outcome()).isEqualTo(Outcome.OUT_OF_ORDER);
        assertThat(late.bindings()).isEqualTo(first.bindings());
        Saved restarted = save(add(address, phone("p", 500, "other-call", 1, inAnHour())));
        assertThat(restarted.outcome()).as("a phone that was started again").isEqualTo(Outcome.OK);
        assertThat(restarted.bindings().bindings())
                .singleElement()
                .satisfies(each -> assertThat(each.q1000()).isEqualTo(500));
    }

    @Test
    void aLimitOfContactsHoldsForNewOnesOnly() {
        String address = "sip:many@example.com";
        for (int i = 0; i < 10; i++) {
            assertThat(save(add(address, phone("p" + i, 1000, "c" + i, 1, inAnHour())))
                            .outcome())
                    .isEqualTo(Outcome.OK);
        }
        assertThat(save(add(address, phone("p10", 1000, "c10", 1, inAnHour()))).outcome())
                .isEqualTo(Outcome.TOO_MANY);
        assertThat(save(add(address, phone("p3", 1000, "c3", 2, inAnHour()))).outcome())
                .as("a refresh")
                .isEqualTo(Outcome.OK);
        assertThat(lookup(address).bindings()).hasSize(10);
    }

    @Test
    void theStarTakesAllAway() {
        String address = "sip:star@example.com";
        save(add(address, phone("a", 1000, "c1", 1, inAnHour()), phone("b", 1000, "c1", 1, inAnHour())));
        Saving star = new Saving(address, "c1", 2, true, List.of(), List.of(), 10);
        assertThat(save(star).bindings().bindings()).isEmpty();
        assertThat(save(star).outcome()).as("once more").isEqualTo(Outcome.OK);
        assertThat(lookup(address).bindings()).isEmpty();
        assertThat(save(add(address, phone("a", 1000, "c1", 1, inAnHour()))).outcome())
                .as("one that was overtaken")
                .isEqualTo(Outcome.OUT_OF_ORDER);
    }

    @Test
    void aBindingEndsByItself() {
        String address = "sip:brief@example.com";
        save(add(
                address,
                phone("brief", 1000, "c1", 1, node.clock().millis() + 300),
                phone("long", 100, "c1", 1, inAnHour())));
        assertThat(lookup(address).bindings()).hasSize(2);
        Await.until("the brief one has ended", () -> lookup(address).bindings().size() == 1);
        assertThat(lookup(address).bindings()).extracting(Binding::q1000).containsExactly(100);
    }

    @Test
    void aFailedBindingIsRemovedUnlessItWasWrittenAnew() {
        String address = "sip:failed@example.com";
        Binding old = save(add(address, phone("p", 1000, "c1", 1, inAnHour())))
                .bindings()
                .bindings()
                .getFirst();
        Binding anew = save(add(address, phone("p", 1000, "c1", 2, inAnHour())))
                .bindings()
                .bindings()
                .getFirst();
        assertThat(ask(Location.REMOVE, address, new Location.Removing(address, old.identity(), old.version())))
                .isFalse();
        assertThat(lookup(address).bindings()).hasSize(1);
        assertThat(ask(Location.REMOVE, address, new Location.Removing(address, anew.identity(), anew.version())))
                .isTrue();
        assertThat(lookup(address).bindings()).isEmpty();
    }

    @Test
    void whoWatchesIsToldOfNewBindingsOnly() {
        String address = "sip:watched@example.com";
        Queue<Bindings> told = new ConcurrentLinkedQueue<>();
        var serving = node.bus().serve(Location.CHANGED, changed -> {
            told.add(changed);
            return Future.succeededFuture(Nothing.NOTHING);
        });
        ask(Location.WATCH, address, new Location.Watching(address, "A", 60_000));
        save(add("sip:someone-else@example.com", phone("p", 1000, "c1", 1, inAnHour())));
        save(add(address, phone("p", 1000, "c1", 1, inAnHour())));
        Await.until("the first binding is told", () -> told.size() == 1);
        save(add(address, phone("p", 1000, "c1", 2, inAnHour())));
        save(add(address, phone("q", 1000, "c2", 1, inAnHour())));
        Await.until("the second binding is told", () -> told.size() == 2);
        assertThat(told).extracting(Bindings::addressOfRecord).containsOnly(address);
        serving.cancel();
    }

    @Test
    void aListComesInPagesAndHasEveryAddressOnce() {
        Set<String> wanted = new HashSet<>();
        for (int i = 0; i < 250; i++) {
            String address = "sip:listed" + i + "@list.example.com";
            wanted.add(address);
            save(add(address, phone("p", 1000, "c", 1, inAnHour())));
        }
        List<String> found = new ArrayList<>();
        String next = "";
        do {
            Location.Page page = ask(Location.LIST, "", new Location.Listing(next, 40));
            assertThat(page.bindings()).hasSizeLessThanOrEqualTo(40);
            page.bindings().forEach(each -> found.add(each.addressOfRecord()));
            next = page.next();
        } while (!next.isEmpty());
        assertThat(found).doesNotHaveDuplicates().containsAll(wanted);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        String text = "x".repeat(Location.TEXT_LIMIT + 1);
        Saving saving = add("sip:large@example.com", phone(text, 1000, "c", 1, inAnHour()));
        assertThat(Await.failure(node.bus().ask(Location.SAVE, saving.addressOfRecord(), saving)))
                .hasMessageContaining("4096 bytes");
    }

    @Test
    void usersComeChangeAndGo() {
        Subscriber alice = new Subscriber(
                "sip:alice@users.example.com", "alice", "users.example.com", Map.of("MD5", "0".repeat(32)));
        Subscribers.Name name = new Subscribers.Name("alice", "users.example.com");
        assertThat(ask(Subscribers.FIND, "alice", name)).isEmpty();
        assertThat(ask(Subscribers.PUT, "alice", alice)).isTrue();
        Await.until("she is found", () -> ask(Subscribers.FIND, "alice", name).isPresent());
        assertThat(ask(Subscribers.FIND, "alice", name)).contains(alice);
        assertThat(ask(Subscribers.DOMAINS, "", Nothing.NOTHING)).contains("users.example.com");
        assertThat(alice.toString()).doesNotContain("000");
        assertThat(ask(Subscribers.REMOVE, "alice", name)).isTrue();
        assertThat(ask(Subscribers.REMOVE, "alice", name)).isFalse();
        Await.until("she is gone", () -> ask(Subscribers.FIND, "alice", name).isEmpty());
        assertThat(ask(Subscribers.DOMAINS, "", Nothing.NOTHING)).doesNotContain("users.example.com");
    }
}
