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
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A, B and C in one process: A and B keep data, B and C relay. */
class ClusterTest {
    private static final RoleModule LOCATION = new Asked(Role.LOCATION);
    private static final RoleModule RELAY = new Asked(Role.RTP_RELAY);
    private static final Map<String, String> QUICK = Map.of("bus.timeout", "500ms");

    private static TestNodes nodes;

    @BeforeAll
    static void start() {
        nodes = TestNodes.start(
                List.of(),
                List.of(
                        new Spec("A", List.of(LOCATION), List.of(), QUICK),
                        new Spec("B", List.of(LOCATION, RELAY), List.of(), QUICK),
                        new Spec("C", List.of(RELAY), List.of(), QUICK)));
        nodes.awaitWhole();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void everyNodeSeesEveryNodeAlike() {
        for (String id : List.of("A", "B", "C")) {
            Membership membership = nodes.context(id).membership();
            assertThat(membership.members()).extracting(Member::id).containsExactly("A", "B", "C");
            assertThat(membership.local().id()).isEqualTo(id);
            assertThat(membership.serving(Role.RTP_RELAY))
                    .extracting(Member::id)
                    .containsExactly("B", "C");
            assertThat(membership.find("C").orElseThrow().info().data()).isFalse();
            assertThat(membership.find("B").orElseThrow().info().roles())
                    .containsExactlyInAnyOrder(Role.LOCATION, Role.RTP_RELAY);
        }
    }

    @Test
    void aQuestionToANodeIsAnsweredByThatNode() {
        assertThat(ask("A", "B", "hello")).isEqualTo("B:hello");
        assertThat(ask("C", "A", "hello")).isEqualTo("A:hello");
        assertThat(ask("A", "A", "hello")).isEqualTo("A:hello");
    }

    private static String ask(String from, String to, String query) {
        return Await.get(nodes.context(from).bus().ask(to, Asked.NODE, query));
    }

    @Test
    void aQuestionToARoleGoesToThisNodeFirst() {
        assertThat(Await.get(nodes.context("C").bus().ask(Asked.RELAY, "any", "x")))
                .isEqualTo("C:x");
        assertThat(Await.get(nodes.context("B").bus().ask(Asked.RELAY, "any", "x")))
                .isEqualTo("B:x");
    }

    @Test
    void aQuestionToARoleElsewhereFollowsItsKeyFromEveryNode() {
        List<String> answers = IntStream.range(0, 40)
                .mapToObj(i -> Await.get(nodes.context("A").bus().ask(Asked.RELAY, "stream" + i, "x")))
                .toList();
        assertThat(answers).contains("B:x", "C:x");
        assertThat(Await.get(nodes.context("A").bus().ask(Asked.RELAY, "stream7", "x")))
                .isEqualTo(answers.get(7));
        assertThat(Await.get(nodes.context("C").bus().ask(Asked.LOCATION, "stream7", "x")))
                .isIn("A:x", "B:x");
    }

    @Test
    void theAnswerArrivesOnTheAskersContext() {
        NodeContext asker = nodes.context("A");
        Loop loop = asker.loops().all().get(1);
        Promise<Boolean> inLoop = Promise.promise();
        loop.execute(() -> asker.bus().ask("B", Asked.NODE, "x").onComplete(done -> inLoop.complete(loop.inLoop())));
        assertThat(Await.get(inLoop.future())).isTrue();
    }

    @Test
    void whoIsNobodyIsSaidAtOnce() {
        assertThat(why(nodes.context("A").bus().ask("Z", Asked.NODE, "x"))).isEqualTo(Unanswered.Why.NOBODY);
        assertThat(why(nodes.context("A").bus().ask("C", Asked.NODE, "x"))).isEqualTo(Unanswered.Why.NOT_SERVED);
    }

    private static Unanswered.Why why(Future<?> asked) {
        return ((Unanswered) Await.failure(asked)).why();
    }

    @Test
    void aHandlersFailureReachesTheAskerAsASentenceAndIsNotRetried() {
        List<String> calls = new CopyOnWriteArrayList<>();
        Registration registration = nodes.context("B").bus().serve(BROKEN, query -> {
            calls.add(query);
            throw new IllegalStateException("the dam broke");
        });
        Throwable failure = Await.failure(nodes.context("A").bus().ask("B", BROKEN, "x"));
        registration.cancel();
        assertThat(failure).isInstanceOf(Unanswered.class).hasMessageContaining("the dam broke");
        assertThat(((Unanswered) failure).why()).isEqualTo(Unanswered.Why.FAILED);
        assertThat(calls).hasSize(1);
    }

    private static final Question<String, String> BROKEN = Question.ofNode("test.broken.v1", Codec.TEXT, Codec.TEXT);

    @Test
    void aHandlerThatSaysNothingIsATimeout() {
        Registration there = nodes.context("B")
                .bus()
                .serve(BROKEN, query -> Promise.<String>promise().future());
        Registration here = nodes.context("A")
                .bus()
                .serve(BROKEN, query -> Promise.<String>promise().future());
        assertThat(why(nodes.context("A").bus().ask("B", BROKEN, "x"))).isEqualTo(Unanswered.Why.TIMEOUT);
        assertThat(why(nodes.context("A").bus().ask("A", BROKEN, "x"))).isEqualTo(Unanswered.Why.TIMEOUT);
        there.cancel();
        here.cancel();
    }

    @Test
    void aToldQuestionArrives() {
        Promise<String> heard = Promise.promise();
        Registration registration = nodes.context("C").bus().serve(BROKEN, query -> {
            heard.complete(query);
            return Future.succeededFuture("");
        });
        nodes.context("A").bus().tell("C", BROKEN, "psst");
        assertThat(Await.get(heard.future())).isEqualTo("psst");
        registration.cancel();
    }

    @Test
    void aDrainingRoleIsSeenEverywhereAndAskedLast() {
        assertThat(Await.get(nodes.node("B").drain(Role.RTP_RELAY, true))).isTrue();
        Await.until(
                "everyone knows that B's relay drains",
                Duration.ofSeconds(2),
                () -> Set.of("A", "B", "C").stream()
                        .allMatch(id -> nodes.context(id)
                                .membership()
                                .serving(Role.RTP_RELAY)
                                .getLast()
                                .draining(Role.RTP_RELAY)));
        assertThat(nodes.context("A").membership().serving(Role.RTP_RELAY))
                .extracting(Member::id)
                .containsExactly("C", "B");
        for (int i = 0; i < 10; i++) {
            assertThat(Await.get(nodes.context("B").bus().ask(Asked.RELAY, "stream" + i, "x")))
                    .isEqualTo("C:x");
        }
        assertThat(Await.get(nodes.node("B").drain(Role.RTP_RELAY, false))).isTrue();
        Await.until(
                "B takes sessions again",
                () -> nodes.context("A").membership().serving(Role.RTP_RELAY).stream()
                        .noneMatch(member -> member.draining(Role.RTP_RELAY)));
    }

    @Test
    void aNodeWithoutTheRoleDoesNotDrainIt() {
        assertThat(Await.get(nodes.node("A").drain(Role.RTP_RELAY, true))).isFalse();
    }

    @Test
    void keysOfOneNodeAreCheckedByAnother() {
        byte[] data = {1, 2, 3};
        byte[] signature = nodes.context("A").keys().sign("test", data);
        assertThat(signature).hasSize(ClusterKeys.SIGNATURE_LENGTH);
        for (String id : List.of("A", "B", "C")) {
            ClusterKeys keys = nodes.context(id).keys();
            Await.until(id + " has the key", () -> keys.verify("test", data, signature));
            assertThat(keys.verify("other", data, signature)).isFalse();
            assertThat(keys.verify("test", new byte[] {1, 2, 4}, signature)).isFalse();
            assertThat(keys.verify("test", data, new byte[0])).isFalse();
        }
        assertThat(nodes.context("A").secret().derive("x"))
                .isEqualTo(nodes.context("C").secret().derive("x"));
        assertThat(nodes.context("A").secret().derive("x"))
                .isNotEqualTo(nodes.context("A").secret().derive("y"));
    }
}
