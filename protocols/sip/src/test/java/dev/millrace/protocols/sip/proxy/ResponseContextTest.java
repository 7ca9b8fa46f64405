package dev.millrace.protocols.sip.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.proxy.ResponseContext.Redirects;
import dev.millrace.protocols.sip.proxy.ResponseContext.Terms;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 3261 sections 16.6 to 16.10 as stories. */
class ResponseContextTest {
    private static final Terms FOLLOW = new Terms(Redirects.FOLLOW, Terms.TIMER_C, Duration.ZERO, 4);
    private static final Terms RING = new Terms(Redirects.PASS, Terms.TIMER_C, Duration.ofSeconds(20), 32);

    record Row(String name, Request request, Terms terms, String story) {
        Script play() {
            return new Script(new ResponseContext(request, "ours", terms)).play(story);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, String story) {
        return row(name, Terms.DEFAULT, story);
    }

    private static Row row(String name, Terms terms, String story) {
        return new Row(name, Script.request("INVITE"), terms, story);
    }

    private static Row other(String name, String story) {
        return new Row(name, Script.request("MESSAGE"), Terms.DEFAULT, story);
    }

    private static Row breadth(String name, long breadth, String story) {
        Request request = Script.request("INVITE")
                .edit()
                .append(Keys.MAX_BREADTH, breadth)
                .build();
        return new Row(name, request, Terms.DEFAULT, story);
    }

    @ParameterizedTest
    @MethodSource({"forking", "cancelling", "timing", "redirecting", "widths", "others"})
    void story(Row row) {
        row.play();
    }

    static List<Row> forking() {
        return List.of(
                row("one branch: ringing, answered", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 100 -> FORKING
                        0 180 -> FORKING: C 0, forward 0 180
                        0 183 -> FORKING: C 0, forward 0 183
                        0 200 -> ENDED: stop C 0, forward 0 200, ended
                        0 200 -> ENDED: forward 0 200
                        0 180 -> ENDED
                        0 486 -> ENDED
                        """),
                row("one branch: busy", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 486 -> ENDED: stop C 0, forward 0 486, ended
                        """),
                row("199 passes, RFC 6228", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 199 -> FORKING: C 0, forward 0 199
                        """),
                row("no targets: what the caller of the machine says", """
                        targets -> ENDED: forward our 480, ended
                        """),
                row("three at once, one answers, the others are cancelled", """
                        targets a b c -> FORKING: fork 0 a 20, C 0, fork 1 b 20, C 1, fork 2 c 20, C 2
                        0 180 -> FORKING: C 0, forward 0 180
                        1 180 -> FORKING: C 1, forward 1 180
                        1 200 -> ANSWERED: stop C 1, forward 1 200, stop C 0, cancel 0 cause=200, stop C 2, cancel 2 cause=200
                        0 180 -> ANSWERED
                        0 487 -> ANSWERED
                        2 487 -> ENDED: ended
                        """),
                row("one after another by q", """
                        targets a b | c -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 486 -> FORKING: stop C 0
                        1 480 -> FORKING: stop C 1, fork 2 c 60, C 2
                        2 200 -> ENDED: stop C 2, forward 2 200, ended
                        """),
                row("more targets while it forks", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        targets b -> FORKING
                        0 404 -> FORKING: stop C 0, fork 1 b 60, C 1
                        1 404 -> ENDED: stop C 1, forward 0 404, ended
                        targets c -> ENDED
                        """),
                row("two 200 from a fork", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 200 -> ANSWERED: stop C 0, forward 0 200, stop C 1, cancel 1 cause=200
                        1 200 -> ENDED: forward 1 200, ended
                        0 200 -> ENDED: forward 0 200
                        """),
                row("200 of one branch after its own refusal, from a fork further on", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 408 -> FORKING: stop C 0
                        0 200 -> ANSWERED: forward 0 200, stop C 1, cancel 1 cause=200
                        1 487 -> ENDED: ended
                        """),
                row("200 after the final response was sent, RFC 6026", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 404 -> FORKING: stop C 0
                        1 486 -> ENDED: stop C 1, forward 1 486, ended
                        0 200 -> ENDED: forward 0 200
                        """),
                row("6xx ends the ringing of all, and no lower q is tried", """
                        targets a b | c -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        1 180 -> FORKING: C 1, forward 1 180
                        0 603 -> REFUSED: stop C 0, stop C 1, cancel 1 cause=603
                        1 487 -> ENDED: forward 0 603, ended
                        """),
                row("2xx that crosses the CANCEL after 6xx wins", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 600 -> REFUSED: stop C 0, stop C 1, cancel 1 cause=600
                        1 200 -> ENDED: forward 1 200, ended
                        """),
                row("a second 6xx", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        1 604 -> REFUSED: stop C 1, stop C 0, cancel 0 cause=604
                        0 603 -> ENDED: forward 0 603, ended
                        """),
                row("the transport fails: 503, which goes upstream as 500", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 fails -> ENDED: stop C 0, forward 0 500, ended
                        """),
                row("503 of a callee's server goes upstream as 500", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 503 -> ENDED: stop C 0, forward 0 500, ended
                        """),
                row("nobody there: 408", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 times out -> ENDED: stop C 0, forward 0 408, ended
                        """),
                row("a target that stands for two", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 is x y -> FORKING: stop C 0, fork 1 x 30, C 1, fork 2 y 30, C 2
                        1 200 -> ANSWERED: stop C 1, forward 1 200, stop C 2, cancel 2 cause=200
                        """),
                row("a target that stands for nobody", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 is -> ENDED: stop C 0, forward 0 404, ended
                        """),
                row("branches that were never forked say nothing", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        1 200 -> FORKING
                        1 fails -> FORKING
                        1 timer C -> FORKING
                        """));
    }

    static List<Row> cancelling() {
        return List.of(
                row("the caller hangs up: branches are cancelled, 487 follows when they have ended", """
                        targets a b | c -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 180 -> FORKING: C 0, forward 0 180
                        cancel -> CANCELLED: stop C 0, cancel 0, stop C 1, cancel 1
                        cancel -> CANCELLED
                        0 487 -> CANCELLED
                        1 487 -> ENDED: forward 0 487, ended
                        """),
                row("487 comes before what another branch said earlier", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 404 -> FORKING: stop C 0
                        cancel -> CANCELLED: stop C 1, cancel 1
                        1 487 -> ENDED: forward 1 487, ended
                        """),
                row("the caller's reason goes on to the branches", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        cancel SIP;cause=600;text="no" -> CANCELLED: stop C 0, cancel 0 cause=600
                        """),
                row("the caller hangs up before targets are known", """
                        cancel -> ENDED: forward our 487, ended
                        targets a -> ENDED
                        """),
                row("CANCEL crosses 200", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 180 -> FORKING: C 0, forward 0 180
                        cancel -> CANCELLED: stop C 0, cancel 0
                        0 200 -> ENDED: forward 0 200, ended
                        """),
                row("CANCEL after 200 changes nothing", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 200 -> ANSWERED: stop C 0, forward 0 200, stop C 1, cancel 1 cause=200
                        cancel -> ANSWERED
                        1 487 -> ENDED: ended
                        cancel -> ENDED
                        """),
                row("CANCEL after 6xx", """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 603 -> REFUSED: stop C 0, stop C 1, cancel 1 cause=603
                        cancel -> CANCELLED
                        1 487 -> ENDED: forward 0 603, ended
                        """),
                row("a cancelled branch that never answers again counts as 487", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 180 -> FORKING: C 0, forward 0 180
                        cancel -> CANCELLED: stop C 0, cancel 0
                        0 times out -> ENDED: forward 0 487, ended
                        """),
                row("a target is resolved after the caller has hung up", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        cancel -> CANCELLED: stop C 0, cancel 0
                        0 is x y -> ENDED: forward our 487, ended
                        """));
    }

    static List<Row> timing() {
        return List.of(
                row("timer C of a branch that rings: CANCEL, and its 487 counts as 408", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 180 -> FORKING: C 0, forward 0 180
                        0 timer C -> FORKING: cancel 0
                        0 timer C -> FORKING
                        0 487 -> ENDED: forward 0 408, ended
                        """),
                row("timer C of a branch that never said anything: 408", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 timer C -> ENDED: cancel 0, forward 0 408, ended
                        """),
                row("timer C crosses 200", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 100 -> FORKING
                        0 timer C -> FORKING: cancel 0
                        0 200 -> ENDED: forward 0 200, ended
                        """),
                row("a provisional response does not restart timer C of a cancelled branch", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 180 -> FORKING: C 0, forward 0 180
                        0 timer C -> FORKING: cancel 0
                        0 180 -> FORKING: forward 0 180
                        """),
                row("the caller hangs up after timer C", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 180 -> FORKING: C 0, forward 0 180
                        0 timer C -> FORKING: cancel 0
                        cancel -> CANCELLED
                        0 487 -> ENDED: forward 0 487, ended
                        """),
                row("a round rings too long: the next is tried", RING, """
                        targets a b | c -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1, ring 1
                        0 180 -> FORKING: C 0, forward 0 180
                        ring 1 -> FORKING: stop C 0, cancel 0, stop C 1, cancel 1
                        0 487 -> FORKING
                        1 487 -> FORKING: fork 2 c 60, C 2
                        ring 1 -> FORKING
                        2 timer C -> ENDED: cancel 2, forward 0 408, ended
                        """),
                row("somebody answers while the round is given up", RING, """
                        targets a | c -> FORKING: fork 0 a 60, C 0, ring 1
                        ring 1 -> FORKING: stop C 0, cancel 0
                        0 200 -> ENDED: forward 0 200, ended
                        """));
    }

    static List<Row> redirecting() {
        return List.of(
                row("302 passed by configuration", """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 302 b -> ENDED: stop C 0, forward 0 302, ended
                        """),
                row("302 followed, equal q at once, lower q after", FOLLOW, """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 302 b;q=0.2 c d -> FORKING: stop C 0, fork 1 c 30, C 1, fork 2 d 30, C 2
                        1 486 -> FORKING: stop C 1
                        2 486 -> FORKING: stop C 2, fork 3 b 60, C 3
                        3 404 -> ENDED: stop C 3, forward 1 486, ended
                        """),
                row("302 followed while another branch rings", FOLLOW, """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 302 c -> FORKING: stop C 0, fork 2 c 30, C 2
                        """),
                row("never the same address twice", FOLLOW, """
                        targets a | b -> FORKING: fork 0 a 60, C 0
                        0 302 c c b a -> FORKING: stop C 0, fork 1 c 60, C 1
                        1 302 a c b -> FORKING: stop C 1, fork 2 b 60, C 2
                        2 486 -> ENDED: stop C 2, forward 1 302, ended
                        """),
                row("as many as the bound on branches allows", FOLLOW, """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 302 b c d e f -> FORKING: stop C 0, fork 1 b 20, C 1, fork 2 c 20, C 2, fork 3 d 20, C 3
                        """),
                row("305 and 380 are not followed", FOLLOW, """
                        targets a b -> FORKING: fork 0 a 30, C 0, fork 1 b 30, C 1
                        0 305 c -> FORKING: stop C 0
                        1 380 c -> ENDED: stop C 1, forward 0 305, ended
                        """),
                row("contacts that are no address of a phone are passed", FOLLOW, """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 302 http://example.com/ -> ENDED: stop C 0, forward 0 302, ended
                        """),
                row("no redirection after the caller has hung up", FOLLOW, """
                        targets a -> FORKING: fork 0 a 60, C 0
                        cancel -> CANCELLED: stop C 0, cancel 0
                        0 302 c -> ENDED: forward 0 302, ended
                        """),
                new Row(
                        "what was asked with sips does not go on with sip",
                        Script.edit("INVITE", "sips:bob@example.com").build(),
                        FOLLOW,
                        """
                        targets a -> FORKING: fork 0 a 60, C 0
                        0 302 sip:c@192.0.2.9 sips:d@192.0.2.9 -> FORKING: stop C 0, fork 1 d 60, C 1
                        """));
    }

    static List<Row> widths() {
        return List.of(
                breadth("the branches share what came, RFC 5393", 8, """
                        targets a b c -> FORKING: fork 0 a 3, C 0, fork 1 b 3, C 1, fork 2 c 2, C 2
                        """),
                breadth("what there is no room for waits", 2, """
                        targets a b c -> FORKING: fork 0 a 1, C 0, fork 1 b 1, C 1
                        0 404 -> FORKING: stop C 0, fork 2 c 1, C 2
                        """),
                breadth("breadth 1 makes parallel forking serial", 1, """
                        targets a b -> FORKING: fork 0 a 1, C 0
                        0 486 -> FORKING: stop C 0, fork 1 b 1, C 1
                        1 486 -> ENDED: stop C 1, forward 0 486, ended
                        """),
                breadth("breadth 0: 440", 0, """
                        targets a -> ENDED: forward our 440, ended
                        """),
                breadth("breadth 0 without targets", 0, """
                        targets -> ENDED: forward our 480, ended
                        """));
    }

    static List<Row> others() {
        return List.of(
                other("no timer C, no provisional responses, only the first 200", """
                        targets a b -> FORKING: fork 0 a 30, fork 1 b 30
                        0 100 -> FORKING
                        0 183 -> FORKING
                        0 200 -> ANSWERED: forward 0 200
                        1 200 -> ENDED: ended
                        1 200 -> ENDED
                        """),
                other("the best of two refusals", """
                        targets a b -> FORKING: fork 0 a 30, fork 1 b 30
                        0 480 -> FORKING
                        1 403 -> ENDED: forward 1 403, ended
                        """),
                other("6xx goes out at once, because nothing can be cancelled", """
                        targets a b | c -> FORKING: fork 0 a 30, fork 1 b 30
                        0 603 -> ANSWERED: forward 0 603
                        1 200 -> ENDED: ended
                        """),
                other("all time out: nothing is sent, RFC 4320", """
                        targets a b -> FORKING: fork 0 a 30, fork 1 b 30
                        0 times out -> FORKING
                        1 times out -> ENDED: silence, ended
                        """),
                other("408 from further on does not go upstream either", """
                        targets a -> FORKING: fork 0 a 60
                        0 408 -> ENDED: silence, ended
                        """),
                other("anything is better than 408", """
                        targets a b -> FORKING: fork 0 a 30, fork 1 b 30
                        0 times out -> FORKING
                        1 fails -> ENDED: forward 1 500, ended
                        """),
                other("CANCEL has no effect", """
                        targets a -> FORKING: fork 0 a 60
                        cancel -> FORKING
                        0 200 -> ENDED: forward 0 200, ended
                        """),
                other("no targets", """
                        targets -> ENDED: forward our 480, ended
                        """));
    }

    @Test
    void ourViaIsTakenOffAndOurOwnAnswersCarryTheTag() {
        Request request = Script.request("INVITE");
        Script script = new Script(new ResponseContext(request, "ours", Terms.DEFAULT)).play("""
                targets a -> FORKING: fork 0 a 60, C 0
                0 180 -> FORKING: C 0, forward 0 180
                """);
        Effect.Forward forward = (Effect.Forward) script.effects().getLast();
        assertThat(forward.response().vias()).isEqualTo(request.vias());
        script.play("0 times out -> ENDED: stop C 0, forward 0 408, ended");
        assertThat(script.forwarded().vias()).isEqualTo(request.vias());
        assertThat(script.forwarded().to().tag()).contains("ours");
    }

    @Test
    void aResponseForNobodyBehindUsIsABadGateway() {
        Request request = Script.request("INVITE");
        for (int status : new int[] {200, 404, 603}) {
            Script script = new Script(new ResponseContext(request, "ours", Terms.DEFAULT))
                    .play("targets a -> FORKING: fork 0 a 60, C 0");
            Response bare = Script.answer(request, status).removeFirst(Keys.VIA).build();
            script.event(new Event.Received(0, bare));
            assertThat(script.forwarded().status()).isEqualTo(502);
        }
    }

    @Test
    void branchesAreBoundedAndTheRestIsCounted() {
        Request request = Script.request("INVITE");
        Script script = new Script(new ResponseContext(request, "ours", FOLLOW)).play("""
                targets a b c | d e f -> FORKING: fork 0 a 20, C 0, fork 1 b 20, C 1, fork 2 c 20, C 2
                """);
        assertThat(script.state().dropped()).isEqualTo(2);
        assertThat(script.state().later()).hasSize(1);
    }

    @Test
    void branchesShowWhatBecameOfThem() {
        Script script = row("", """
                targets a b c -> FORKING: fork 0 a 20, C 0, fork 1 b 20, C 1, fork 2 c 20, C 2
                0 486 -> FORKING: stop C 0
                1 180 -> FORKING: C 1, forward 1 180
                2 200 -> ANSWERED: stop C 2, forward 2 200, stop C 1, cancel 1 cause=200
                1 487 -> ENDED: ended
                """).play();
        assertThat(script.state().branches()).extracting(Branch::status).containsExactly(486, 487, 200);
        assertThat(script.state().winner()).isEqualTo(2);
    }
}
