package dev.millrace.services.redirect;

import static dev.millrace.services.redirect.Caller.uris;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Saved;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import dev.millrace.services.location.LocationConfig;
import dev.millrace.services.location.LocationModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3261 section 8.3 over real sockets: A has the location service and a redirect server, B only the latter. */
class RedirectServiceTest {
    private static final String BOB = "sip:bob@away.example";

    private static TestNodes nodes;
    private Caller caller;

    @BeforeAll
    static void start() {
        Map<String, String> flags =
                Map.of("sip.domains", "stays.example", "sip.redirect-domains", "away.example", "sip.transports", "udp");
        List<TestNodes.Spec> specs = new ArrayList<>();
        specs.add(new TestNodes.Spec("A", List.of(new LocationModule(), new RedirectModule()), List.of(), flags));
        specs.add(new TestNodes.Spec("B", List.<RoleModule>of(new RedirectModule()), List.of(), flags));
        nodes = TestNodes.start(TestNodes.known(RedirectConfig.ALL, SipConfig.ALL, LocationConfig.ALL), specs);
        nodes.awaitWhole();
        Map<String, String> hashes =
                Hashes.of(new Digester(), "alice", "away.example", "wonder").encode();
        Subscriber alice = new Subscriber("sip:alice@away.example", "alice", "away.example", hashes);
        nodes.ask("A", Subscribers.PUT, "alice", alice);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static int port(String node) {
        return SipDoor.of(nodes.context(node)).listeners().getFirst().bound().getPort();
    }

    @BeforeEach
    void open() {
        save(true);
        caller = new Caller(port("A"));
    }

    @AfterEach
    void hangUp() {
        caller.close();
    }

    private static void save(boolean all, Binding... bindings) {
        Saving saving = new Saving(BOB, Caller.chance(), 1, all, List.of(bindings), List.of(), 0);
        Saved saved = nodes.ask("A", Location.SAVE, BOB, saving);
        assertThat(saved.outcome()).isEqualTo(Location.Outcome.OK);
    }

    private static Binding at(String contact, int q1000) {
        long end = nodes.context("A").clock().millis() + 100_000;
        return TestBinding.at(contact).q(q1000).until(end).build();
    }

    @Test
    void aCallIsToldWhereTheUserIsBestFirst() {
        save(false, at("sip:b@192.0.2.2:5070", 300), at("sip:a@192.0.2.1", 1_000), at("sip:c@192.0.2.3", 800));
        Response answer = caller.known("INVITE", BOB);
        assertThat(answer.status()).isEqualTo(302);
        assertThat(uris(answer)).containsExactly("sip:a@192.0.2.1", "sip:c@192.0.2.3", "sip:b@192.0.2.2:5070");
        assertThat(answer.all(Keys.CONTACTS))
                .allSatisfy(contact ->
                        assertThat(((Contact.Address) contact).expires()).isBetween(90L, 100L));
        assertThat(answer.all(Keys.CONTACTS))
                .extracting(contact -> ((Contact.Address) contact).q1000())
                .containsExactly(1_000, 800, 300);
        assertThat(answer.to().tag()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MESSAGE", "OPTIONS", "SUBSCRIBE", "NEWMETHOD"})
    void soIsEveryOtherMethod(String method) {
        save(false, at("sip:a@192.0.2.1", 1_000));
        assertThat(caller.known(method, BOB).status()).isEqualTo(302);
    }

    @Test
    void aNodeWithoutTheLocationServiceKnowsAsMuch() {
        save(false, at("sip:a@192.0.2.1", 1_000));
        try (Caller there = new Caller(port("B"))) {
            assertThat(uris(there.known("INVITE", BOB))).containsExactly("sip:a@192.0.2.1");
        }
    }

    @Test
    void nothingLeadsBackToTheCluster() {
        save(
                false,
                at("sip:carol@away.example", 1_000),
                at("sip:dave@stays.example", 900),
                at("sip:bob@127.0.0.1:" + port("A"), 800),
                at("sip:eve@elsewhere.example", 700));
        assertThat(uris(caller.known("INVITE", BOB))).containsExactly("sip:eve@elsewhere.example");
    }

    @Test
    void whoIsOnlyToBeFoundHereIsNotAvailable() {
        save(false, at(BOB, 1_000));
        Response loop = caller.known("INVITE", BOB);
        assertThat(loop.status()).isEqualTo(480);
        assertThat(loop.has(Keys.CONTACTS)).isFalse();
        assertThat(caller.known("INVITE", "sip:nobody@away.example").status()).isEqualTo(480);
        assertThat(caller.known("INVITE", "sip:alice@away.example").status()).isEqualTo(480);
    }

    @Test
    void aStrangerIsToldNothing() {
        save(false, at("sip:a@192.0.2.1", 1_000));
        Response known = caller.stranger("INVITE", BOB);
        Response unknown = caller.stranger("INVITE", "sip:xxx@away.example");
        assertThat(known.status()).isEqualTo(401).isEqualTo(unknown.status());
        assertThat(known.has(Keys.CONTACTS)).isFalse();
    }

    @Test
    void aRepetitionGetsTheSameAnswer() {
        save(false, at("sip:a@192.0.2.1", 1_000));
        String request = caller.request("MESSAGE", BOB, Caller.chance());
        caller.send(request);
        Response first = caller.answer("MESSAGE");
        caller.send(request);
        assertThat(caller.answer("MESSAGE").encode()).isEqualTo(first.encode());
    }

    @Test
    void aCancelOfWhatIsAnsweredIsAnsweredItself() {
        String branch = Caller.chance();
        caller.send(caller.request("INVITE", BOB, branch));
        assertThat(caller.answer("INVITE").status()).isEqualTo(401);
        caller.send(caller.request("CANCEL", BOB, branch));
        assertThat(caller.answer("CANCEL").status()).isEqualTo(200);
    }

    @Test
    void theDomainItselfAnswersOptions() {
        assertThat(caller.known("OPTIONS", "sip:away.example").status()).isEqualTo(200);
        assertThat(caller.known("INVITE", "sip:away.example").status()).isEqualTo(404);
        assertThat(nodes.context("A").membership().serving(Role.REDIRECT)).hasSize(2);
    }
}
