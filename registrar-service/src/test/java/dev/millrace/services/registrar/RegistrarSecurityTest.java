package dev.millrace.services.registrar;

import static dev.millrace.services.registrar.Client.uris;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose is it? Replay, guessing, enumeration and hijack (security classes 14, 15 and 16), over real sockets, on two nodes. */
class RegistrarSecurityTest {
    private static final String INSTANCE = ";reg-id=1;+sip.instance=\"<urn:uuid:1>\"";

    @AutoClose
    private static House house;

    @BeforeAll
    static void start() {
        house = new House(
                2, Map.of("auth.guesses", "10", "sip.balancers", "127.0.0.0/8", "sip.proxy-protocol", "false"));
    }

    @AfterEach
    void clear() {
        house.clear();
    }

    private static boolean stale(Response response) {
        assertThat(response.status()).isEqualTo(401);
        return Challenge.parse(response.first(Keys.WWW_AUTHENTICATE).orElseThrow())
                .stale();
    }

    private Client at(String node, String user, String password) {
        return house.kept(new Client(user, password, Wire.udp(house.port(node)).only()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob", "nobody"})
    void whatIsNotTheirsIsForbiddenWhetherItIsThereOrNot(String other) {
        Client bob = house.udp("bob");
        bob.register("Contact: " + bob.contact() + INSTANCE);
        List<Binding> before = house.lookup("bob");
        Client alice = house.udp("alice");
        alice.to = "<sip:" + other + "@example.com>";
        for (String[] lines : List.of(
                new String[] {"Contact: " + alice.contact()},
                new String[] {"Contact: *", "Expires: 0"},
                new String[] {"Contact: " + bob.contact() + ";expires=0"},
                new String[] {})) {
            Response answer = alice.register(lines);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.reason()).isEqualTo("Forbidden");
            assertThat(answer.has(Keys.CONTACTS)).isFalse();
        }
        assertThat(house.lookup("bob")).isEqualTo(before);
    }

    @Test
    void knowingTheCallIdOrTheInstanceOfSomebodyOpensNothing() {
        Client bob = house.tcp("bob");
        bob.register("Contact: " + bob.contact() + INSTANCE, "Supported: outbound");
        List<Binding> before = house.lookup("bob");
        Client thief = house.udp("bob");
        thief.callId = bob.callId;
        thief.cseq = bob.cseq + 10;
        assertThat(stale(thief.stranger("Contact: " + thief.contact() + INSTANCE, "Supported: outbound")))
                .isFalse();
        Client alice = house.tcp("alice");
        assertThat(alice.register("Contact: " + alice.contact() + INSTANCE, "Supported: outbound")
                        .status())
                .isEqualTo(200);
        assertThat(house.lookup("bob")).isEqualTo(before);
        assertThat(house.lookup("alice")).hasSize(1);
    }

    @Test
    void aCapturedRequestIsWorthNothingOnAnyNode() {
        Client alice = house.udp("alice");
        alice.register("Contact: " + alice.contact());
        String captured = alice.credentials();
        assertThat(alice.send(alice.request("Contact: " + alice.contact(), captured))
                        .status())
                .isEqualTo(200);
        for (String node : List.of("A", "B")) {
            Client thief = at(node, "alice", "not known");
            assertThat(stale(thief.stranger("Contact: " + thief.contact(), captured)))
                    .isTrue();
        }
        assertThat(house.lookup("alice")).hasSize(1);
    }

    @Test
    void theAnswerToOneNodesChallengeIsTakenByAnother() {
        Client here = at("A", "alice", Client.password("alice"));
        Client there = at("B", "alice", Client.password("alice"));
        there.learn(here.stranger());
        there.callId = here.callId;
        assertThat(there.register("Contact: " + there.contact()).status()).isEqualTo(200);
        assertThat(uris(here.register())).hasSize(1);
    }

    /** Behind a balancer the ports tell sources apart, as here, where all have one address. */
    @Test
    void whoGuessesIsLockedOutAndTheUserIsNot() {
        Client thief = at("A", "alice", "guess");
        List<Integer> answers =
                IntStream.range(0, 100).mapToObj(i -> thief.register().status()).toList();
        assertThat(answers.subList(0, 10)).containsOnly(401);
        assertThat(answers.subList(10, 100)).containsOnly(403);
        Client alice = house.udp("alice");
        assertThat(alice.register("Contact: " + alice.contact()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Digest",
                "Authorization: Digest username",
                "Authorization: Digest username=",
                "Authorization: Digest username=\"alice\", realm=\"example.com",
                "Authorization: Digest username=\"alice\", realm=\"example.com\"",
                "Authorization: Digest =\"x\", realm=\"example.com\"",
                "Authorization: Digest user name=\"alice\", realm=\"example.com\", nonce=\"x\", uri=\"sip:example.com\", response=\"0\"",
                "Authorization:",
                "Authorization: ,,,",
            })
    void incompleteCredentialsAreRefusedAndTheNextRequestIsServed(String line) {
        Client alice = house.udp("alice");
        assertThat(alice.stranger(line).status()).isIn(400, 401);
        assertThat(alice.register().status()).isEqualTo(200);
    }
}
