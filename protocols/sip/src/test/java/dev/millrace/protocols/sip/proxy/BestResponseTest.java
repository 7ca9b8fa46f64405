package dev.millrace.protocols.sip.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.proxy.ResponseContext.Terms;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 3261 section 16.7 steps 6 and 7. */
class BestResponseTest {
    /**
     * The choice of section 16.7 step 6.
     *
     * @param statuses what the branches end with, in their order
     */
    record Choice(String name, String statuses, int best) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Choice> choices() {
        return List.of(
                new Choice("the lowest class", "500 404 302", 302),
                new Choice("6xx before all", "302 404 604 500", 604),
                new Choice("challenges before other 4xx", "404 486 407 415", 407),
                new Choice("of equals the first", "401 407", 401),
                new Choice("what the caller can change", "486 484 404", 484),
                new Choice("415", "404 415", 415),
                new Choice("420", "404 420", 420),
                new Choice("busy before away", "480 404 486", 486),
                new Choice("away before silent", "408 480", 480),
                new Choice("487 last of its class", "487 408", 408),
                new Choice("4xx before 5xx", "503 500 487", 487),
                new Choice("503 after other 5xx", "503 501", 501),
                new Choice("503 alone", "503 503", 500));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void bestResponse(Choice choice) {
        Request request = Script.request("INVITE");
        Script script = new Script(new ResponseContext(request, "ours", Terms.DEFAULT));
        List<String> statuses = List.of(choice.statuses.split(" "));
        script.event(new Event.Targets(
                List.of(statuses.stream()
                        .map(status -> new Target(request.uri(), statuses.indexOf(status)))
                        .toList()),
                404));
        for (int i = 0; i < statuses.size(); i++) {
            script.event(new Event.Received(
                    i, Script.answer(request, Integer.parseInt(statuses.get(i))).build()));
        }
        assertThat(script.forwarded().status()).isEqualTo(choice.best);
    }

    @Test
    void challengesOfAllBranchesAreMerged() {
        Request request = Script.request("INVITE");
        Script script = new Script(new ResponseContext(request, "ours", Terms.DEFAULT)).play("""
                targets a b c d -> FORKING: fork 0 a 15, C 0, fork 1 b 15, C 1, fork 2 c 15, C 2, fork 3 d 15, C 3
                0 404 -> FORKING: stop C 0
                """);
        script.event(new Event.Received(
                1,
                Script.answer(request, 407)
                        .append(Keys.PROXY_AUTHENTICATE, "Digest realm=\"one\", nonce=\"1\"")
                        .build()));
        script.event(new Event.Received(
                2,
                Script.answer(request, 401)
                        .append(Keys.WWW_AUTHENTICATE, "Digest realm=\"two\", nonce=\"2\"")
                        .append(Keys.WWW_AUTHENTICATE, "Digest realm=\"two\", nonce=\"3\"")
                        .build()));
        script.event(new Event.Received(
                3,
                Script.answer(request, 407)
                        .append(Keys.PROXY_AUTHENTICATE, "Digest realm=\"three\", nonce=\"4\"")
                        .build()));
        Response best = script.forwarded();
        assertThat(best.status()).isEqualTo(407);
        assertThat(best.all(Keys.PROXY_AUTHENTICATE))
                .containsExactly("Digest realm=\"one\", nonce=\"1\"", "Digest realm=\"three\", nonce=\"4\"");
        assertThat(best.all(Keys.WWW_AUTHENTICATE))
                .containsExactly("Digest realm=\"two\", nonce=\"2\"", "Digest realm=\"two\", nonce=\"3\"");
        assertThat(script.state().winner()).isEqualTo(1);
    }
}
