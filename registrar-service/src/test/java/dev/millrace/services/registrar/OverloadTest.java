package dev.millrace.services.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a registrar says when it cannot: 503, and each client another time to come back. */
class OverloadTest {
    private static long retryAfter(Response response) {
        return Long.parseLong(response.first(Keys.RETRY_AFTER).orElseThrow());
    }

    @Test
    void whatIsTooMuchIsSentAwayOverASpreadTime() {
        try (House house = new House(1, Map.of("sip.admission.rate", "50", "registrar.auth", "false"))) {
            Client storm = house.udp("alice");
            for (int i = 0; i < 200; i++) {
                storm.callId = Client.chance();
                storm.wire.send(storm.request("Contact: " + storm.contact()));
            }
            List<Response> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(storm.answer());
            }
            List<Response> busy =
                    answers.stream().filter(answer -> answer.status() == 503).toList();
            assertThat(answers).extracting(Response::status).containsOnly(200, 503);
            assertThat(busy).hasSizeGreaterThan(100);
            Set<Long> times = new HashSet<>();
            busy.forEach(answer -> times.add(retryAfter(answer)));
            assertThat(times)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(seconds -> assertThat(seconds).isBetween(1L, 10L));
        }
    }

    @Test
    void withoutALocationServiceEverybodyIsToldToComeBackAtAnotherTime() {
        try (House house = new House(2, Map.of())) {
            Client alice = house.kept(new Client(
                    "alice", Client.password("alice"), Wire.udp(house.port("B")).only()));
            assertThat(alice.register("Contact: " + alice.contact()).status()).isEqualTo(200);
            house.nodes.crash("A");
            Await.until(
                    "A is lost",
                    () -> house.nodes
                            .context("B")
                            .membership()
                            .serving(Role.LOCATION)
                            .isEmpty());
            Set<Long> times = new HashSet<>();
            for (int i = 0; i < 12; i++) {
                alice.callId = Client.chance();
                Response answer = alice.register("Contact: " + alice.contact());
                assertThat(answer.status()).isEqualTo(503);
                times.add(retryAfter(answer));
            }
            assertThat(times)
                    .hasSizeGreaterThan(4)
                    .allSatisfy(seconds -> assertThat(seconds).isBetween(1L, 10L));
        }
    }
}
