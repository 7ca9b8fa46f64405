package dev.millrace.platform.doors.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.auth.Authenticator.Accepted;
import dev.millrace.platform.doors.auth.Authenticator.Challenged;
import dev.millrace.platform.doors.auth.Authenticator.Refused;
import dev.millrace.platform.doors.auth.Authenticator.Verdict;
import dev.millrace.platform.doors.sip.Inlet;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.wire.Framed;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes of one cluster; the store of users is at A. Classes 14 and 15 of the attacks on such servers. */
class AuthenticatorTest {
    private static final Phone ALICE = Phone.alice();
    private static House house;

    @BeforeAll
    static void start() {
        house = new House(2, Map.of("auth.guesses", "10", "auth.lock", "60s", "sip.balancers", "203.0.113.0/24"));
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static Challenged challenged(Verdict verdict, boolean stale) {
        assertThat(verdict).isInstanceOf(Challenged.class);
        Challenged challenged = (Challenged) verdict;
        assertThat(challenged.stale()).isEqualTo(stale);
        assertThat(challenged.status()).isEqualTo(401);
        for (String header : challenged.values()) {
            assertThat(Challenge.parse(header).stale()).isEqualTo(stale);
        }
        return challenged;
    }

    private static Challenged fresh(String node) {
        return fresh(node, ALICE);
    }

    private static Challenged fresh(String node, Phone phone) {
        return challenged(house.check(node, phone.registers()), false);
    }

    private static void accepted(Verdict verdict) {
        assertThat(verdict).isEqualTo(new Accepted("sip:alice@example.com", "alice"));
    }

    @Test
    void oneMd5ChallengeByDefaultThenTheUserIsKnown() {
        Challenged first = fresh("A");
        assertThat(first.header()).isEqualTo("WWW-Authenticate");
        assertThat(first.values()).hasSize(1);
        Challenge challenge = Challenge.parse(first.values().getFirst());
        assertThat(challenge.realm()).isEqualTo("example.com");
        assertThat(challenge.algorithm()).isEqualTo("MD5");
        assertThat(challenge.qop()).containsExactly("auth");
        accepted(house.check("A", ALICE.registers(ALICE.answer(first, 1))));
        accepted(house.check("A", ALICE.registers(ALICE.answer(first, 2))));
    }

    @Test
    void anotherNodeTakesTheAnswerToAChallengeOfThisOne() {
        Challenged first = fresh("A");
        accepted(house.check("B", ALICE.registers(ALICE.answer(first, 1))));
        accepted(house.check("A", ALICE.registers(ALICE.answer(first, 2))));
        accepted(house.check("B", ALICE.registers(ALICE.answer(first, 3))));
    }

    @Test
    void countsMayComeOutOfOrderButOnlyOnce() {
        Challenged first = fresh("A");
        for (int count : List.of(1, 5, 3, 70, 7, 71)) {
            accepted(house.check("B", ALICE.registers(ALICE.answer(first, count))));
        }
        for (int count : List.of(1, 5, 3, 70, 7, 71, 6)) {
            challenged(house.check("A", ALICE.registers(ALICE.answer(first, count))), true);
        }
    }

    @Test
    void aReplayIsChallengedOnEveryNode() {
        Challenged first = fresh("A");
        String captured = ALICE.answer(first, 9);
        accepted(house.check("A", ALICE.registers(captured)));
        challenged(house.check("A", ALICE.registers(captured)), true);
        challenged(house.check("B", ALICE.registers(captured)), true);
    }

    @Test
    void anotherMethodOrTargetIsChallenged() {
        Challenged first = fresh("A");
        String invite = ALICE.answer(first.values().getFirst(), "INVITE", "sip:bob@example.com", 1);
        challenged(house.check("A", ALICE.sends("BYE", "sip:bob@example.com", invite)), false);
        challenged(house.check("A", ALICE.sends("INVITE", "sip:1900@example.com", invite)), false);
        challenged(house.check("B", ALICE.sends("INVITE", "sip:1900@example.com", invite)), false);
        accepted(house.check("B", ALICE.sends("INVITE", "sip:bob@example.com;transport=tcp", invite)));
    }

    @Test
    void anOldNonceIsStaleOnEveryNode() {
        Challenged first = fresh("A");
        accepted(house.check("A", ALICE.registers(ALICE.answer(first, 1))));
        house.clock.advance(Duration.ofMinutes(10).plusSeconds(1));
        challenged(house.check("A", ALICE.registers(ALICE.answer(first, 2))), true);
        Challenged again = challenged(house.check("B", ALICE.registers(ALICE.answer(first, 3))), true);
        accepted(house.check("A", ALICE.registers(ALICE.answer(again, 1))));
    }

    @Test
    void aNonceOfSomebodyElseAsksNobody() {
        int before = house.asked.get();
        for (String nonce : List.of(
                "",
                "abc",
                "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                "A".repeat(70),
                "A".repeat(3_000),
                tampered(fresh("A")))) {
            Phone stranger = new Phone("nobody-" + nonce.length(), "x", "192.0.2.77", "");
            String challenge = "Digest realm=\"example.com\", nonce=\"" + nonce + "\", qop=\"auth\"";
            challenged(
                    house.check("B", stranger.registers(stranger.answer(challenge, "REGISTER", Phone.REGISTRAR, 1))),
                    true);
        }
        assertThat(house.asked.get()).isEqualTo(before);
    }

    /** A changed nonce is foreign; only the spelling of its last letter, whose low bits say nothing, may differ. */
    @Test
    void noChangedNonceIsTaken() {
        ClusterKeys keys = house.node("A").keys();
        String text = Challenge.parse(fresh("A").values().getFirst()).nonce();
        Nonce issued = Nonce.parse(text, keys, "192.0.2.1").orElseThrow();
        AtomicInteger taken = new AtomicInteger();
        Mutator.of(7616).run("nonce", 100_000, List.of(text.getBytes(StandardCharsets.UTF_8)), input -> {
            String changed = new String(input, StandardCharsets.ISO_8859_1);
            Nonce.parse(changed, keys, "192.0.2.1").ifPresent(nonce -> {
                assertThat(nonce).isEqualTo(issued);
                assertThat(changed).startsWith(text.substring(0, text.length() - 1));
                taken.incrementAndGet();
            });
        });
        assertThat(taken.get()).isLessThan(10_000);
    }

    private static String tampered(Challenged challenged) {
        String nonce = Challenge.parse(challenged.values().getFirst()).nonce();
        return (nonce.charAt(12) == 'A' ? nonce.substring(0, 12) + "B" : nonce.substring(0, 12) + "A")
                + nonce.substring(13);
    }

    @Test
    void anUnknownUserCannotBeToldFromAWrongPassword() {
        Phone nobody = new Phone("mallo", "wonder", "192.0.2.5", "");
        Phone wrong = ALICE.from("192.0.2.5").guessing("x");
        Challenged first = fresh("A", nobody);
        Challenged unknown = challenged(house.check("A", nobody.registers(nobody.answer(first, 1))), false);
        Challenged known = challenged(house.check("A", wrong.registers(wrong.answer(first, 2))), false);
        assertThat(unknown.values().getFirst()).hasSameSizeAs(known.values().getFirst());
    }

    @Test
    void aThousandGuessesOpenNothingAndTheUserStillRegistersElsewhere() {
        Phone thief = ALICE.from("198.51.100.9").guessing("guess");
        Challenged first = fresh("A", thief);
        int looked = 0;
        for (int i = 1; i <= 1_000; i++) {
            Verdict verdict = house.check("A", thief.registers(thief.answer(first, i)));
            looked += verdict instanceof Challenged ? 1 : 0;
            if (i > 10) {
                assertThat(verdict).isEqualTo(new Refused(403, "Too Many Wrong Passwords"));
            }
        }
        assertThat(looked).isEqualTo(10);
        Phone lucky = ALICE.from("198.51.100.9");
        assertThat(house.check("A", lucky.registers(lucky.answer(first, 1_001))))
                .isInstanceOf(Refused.class);
        accepted(house.check("A", ALICE.registers(ALICE.answer(fresh("A"), 1))));
        house.clock.advance(Duration.ofSeconds(61));
        accepted(house.check("A", lucky.registers(lucky.answer(first, 1_003))));
    }

    @Test
    void anUnknownUserIsLockedLikeAKnownOne() {
        Phone thief = new Phone("eve", "guess", "198.51.100.10", "");
        Challenged first = fresh("A", thief);
        for (int i = 1; i <= 10; i++) {
            challenged(house.check("A", thief.registers(thief.answer(first, i))), false);
        }
        assertThat(house.check("A", thief.registers(thief.answer(first, 11)))).isInstanceOf(Refused.class);
    }

    @Test
    void aNewPasswordWorksWithinTheCacheTime() {
        house.put("carol", "old");
        Phone old = new Phone("carol", "old", "192.0.2.8", "");
        Phone changed = new Phone("carol", "new", "192.0.2.8", "");
        Challenged first = fresh("A", old);
        assertThat(house.check("A", old.registers(old.answer(first, 1)))).isInstanceOf(Accepted.class);
        house.put("carol", "new");
        house.clock.advance(Duration.ofSeconds(5));
        assertThat(house.check("A", changed.registers(changed.answer(first, 2))))
                .isInstanceOf(Accepted.class);
        challenged(house.check("A", old.registers(old.answer(first, 3))), false);
    }

    @Test
    void aStoredHashThatIsNoneFitsNoPassword() {
        house.users.put(
                "dave", new Subscriber("sip:dave@example.com", "dave", Phone.REALM, Map.of("MD5", "not a hash")));
        Phone dave = new Phone("dave", "x", "192.0.2.8", "");
        challenged(house.check("A", dave.registers(dave.answer(fresh("A", dave), 1))), false);
    }

    @Test
    void withoutQopANonceWorksOnce() {
        Challenged first = fresh("A");
        String old = first.values().getFirst().replace(", qop=\"auth\"", "");
        String credentials = ALICE.answer(old, "REGISTER", Phone.REGISTRAR, 1);
        assertThat(credentials).doesNotContain("nc=").doesNotContain("qop");
        accepted(house.check("A", ALICE.registers(credentials)));
        challenged(house.check("B", ALICE.registers(credentials)), true);
    }

    @Test
    void brokenCredentialsAre400AndOtherSchemesAreNone() {
        assertThat(house.check("A", ALICE.registers("Digest username=\"alice\", realm=\"example.com\"")))
                .isEqualTo(new Refused(400, "Bad Credentials"));
        challenged(house.check("A", ALICE.registers("Basic YWxpY2U6d29uZGVy")), false);
        challenged(house.check("A", ALICE.registers("NoOneKnowsThisScheme opaque-data=here")), false);
        Challenged first = fresh("A");
        String right = ALICE.answer(first, 1);
        String foreign = right.replace("realm=\"example.com\"", "realm=\"other.example\"");
        challenged(house.check("A", ALICE.registers(foreign)), false);
        accepted(house.check("A", ALICE.registers("Digest broken", foreign, right)));
    }

    @Test
    void whatWasNotOfferedIsNotTaken() {
        Challenged first = fresh("A");
        String sha = first.values().getFirst().replace("algorithm=MD5", "algorithm=SHA-256");
        challenged(house.check("A", ALICE.registers(ALICE.answer(sha, "REGISTER", Phone.REGISTRAR, 1))), false);
        String aka = ALICE.answer(first, 2).replace("algorithm=MD5", "algorithm=AKAv1-MD5");
        challenged(house.check("A", ALICE.registers(aka)), false);
        challenged(house.check("A", ALICE.registers(ALICE.answer(first, 3) + ", userhash=true")), false);
    }

    @Test
    void aProxyAsksWith407() {
        Attempt invite = new Attempt(
                "example.com", true, "INVITE", "sip:bob@example.com", List.of(), "192.0.2.1", Transport.TLS, "");
        Challenged challenged = (Challenged) house.check("B", invite);
        assertThat(challenged.status()).isEqualTo(407);
        assertThat(challenged.header()).isEqualTo("Proxy-Authenticate");
    }

    private static Request request(String name, String credentials) {
        String text = "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"
                + "Max-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n"
                + "Call-ID: x\r\nCSeq: 1 INVITE\r\nUser-Agent: sipp\r\n" + name + ": " + credentials
                + "\r\nContent-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<?> framed
                && framed.message() instanceof Request request) {
            return request;
        }
        throw new AssertionError("not read: " + text);
    }

    private static Inlet from(String host, int port) {
        FlowRef flow = new FlowRef("A", Transport.UDP, 0, 0, host, port);
        HostPort front = new HostPort("sip.example.com", 5060);
        return new Inlet(flow, new InetSocketAddress(host, port), front, false, List.of());
    }

    @Test
    void aSipRequestIsChecked() {
        String given = ALICE.answer(fresh("A").values().getFirst(), "INVITE", "sip:bob@example.com", 1);
        Inlet inlet = from("192.0.2.1", 5060);
        Request asProxy = request("Proxy-Authorization", given);
        Request asServer = request("Authorization", given);
        accepted(house.on("A", node -> node.check(asProxy, "example.com", true, inlet)));
        assertThat(house.on("A", node -> node.check(asServer, "example.com", true, inlet)))
                .isInstanceOfSatisfying(
                        Challenged.class,
                        challenged -> assertThat(challenged.status()).isEqualTo(407));
    }

    @Test
    void behindABalancerAGuesserLocksOnlyItself() {
        Phone thief = ALICE.guessing("guess");
        Inlet thiefs = from("203.0.113.7", 1_000);
        Inlet others = from("203.0.113.7", 1_001);
        String stolen = fresh(thiefs);
        for (int i = 1; i <= 11; i++) {
            Request guess = request("Authorization", thief.answer(stolen, "INVITE", "sip:bob@example.com", i));
            Verdict verdict = house.on("A", node -> node.check(guess, "example.com", false, thiefs));
            assertThat(verdict).isInstanceOf(i <= 10 ? Challenged.class : Refused.class);
        }
        Request right = request("Authorization", ALICE.answer(fresh(others), "INVITE", "sip:bob@example.com", 1));
        accepted(house.on("A", node -> node.check(right, "example.com", false, others)));
    }

    private static String fresh(Inlet inlet) {
        Request nothing = request("Subject", "none");
        return challenged(house.on("A", node -> node.check(nothing, "example.com", false, inlet)), false)
                .values()
                .getFirst();
    }

    /** Who writes a user's address into his packets never sees the challenges that go there. */
    @Test
    void nobodyLocksAnotherAddressOut() {
        Phone thief = new Phone("alice", "guess", "192.0.2.30", "");
        Phone alice = ALICE.from("192.0.2.31");
        Challenged thiefs = fresh("A", thief);
        for (int i = 1; i <= 20; i++) {
            Attempt spoofed = thief.from("192.0.2.31").registers(thief.answer(thiefs, i));
            challenged(house.check(i % 2 == 0 ? "A" : "B", spoofed), true);
        }
        accepted(house.check("A", alice.registers(alice.answer(fresh("A", alice), 1))));
    }

    @Test
    void aPhoneWithANewAddressIsAskedOnceMore() {
        Challenged first = fresh("A");
        Phone moved = ALICE.from("192.0.2.32");
        Challenged again = challenged(house.check("A", moved.registers(ALICE.answer(first, 1))), true);
        accepted(house.check("B", moved.registers(moved.answer(again, 1))));
    }

    @Test
    void aStoreThatDoesNotAnswerIs503() {
        Phone away = new Phone("outage", "x", "192.0.2.9", "");
        Challenged first = fresh("B", away);
        assertThat(house.check("B", away.registers(away.answer(first, 1))))
                .isEqualTo(new Refused(503, "Users Unreachable"));
    }

    /**
     * Prints what one check costs on its loop, in turns, so that all see the same machine. The bounds are wide, for a loaded one:
     * with the right password it includes the count of the nonce, with a wrong one and for an unknown user the new challenge.
     */
    @Test
    void aCheckCostsMicrosecondsAndDoesNotTellUsersFromStrangers() {
        try (House quick = new House(1, Map.of("auth.guesses", "1000000", "auth.cache", "10m"))) {
            List<Phone> phones = List.of(
                    ALICE, ALICE.from("192.0.2.30").guessing("x"), new Phone("zelda", "wonder", "192.0.2.31", ""));
            Challenged first = (Challenged) quick.check("A", ALICE.registers());
            Attempt[] attempts = new Attempt[60_000];
            for (int i = 0; i < attempts.length; i++) {
                Phone phone = phones.get(i % phones.size());
                attempts[i] = phone.registers(phone.answer(first, i + 1));
            }
            phones.forEach(phone -> quick.check("A", phone.registers(phone.answer(first, 100_000))));
            Promise<long[]> measured = Promise.promise();
            Authenticator authenticator = quick.authenticator("A");
            quick.node("A").loops().all().getFirst().execute(() -> {
                long[] nanos = new long[attempts.length];
                for (int i = 0; i < attempts.length; i++) {
                    long start = System.nanoTime();
                    authenticator.check(attempts[i]).result();
                    nanos[i] = System.nanoTime() - start;
                }
                measured.complete(nanos);
            });
            long[] nanos = Await.get(measured.future());
            long right = median(nanos, 0);
            long wrong = median(nanos, 1);
            long unknown = median(nanos, 2);
            System.out.println("measured auth check: right " + right + " ns, wrong password " + wrong
                    + " ns, unknown user " + unknown + " ns");
            assertThat(right).isLessThan(50_000);
            assertThat((double) unknown / wrong).isBetween(0.75, 1.33);
        }
    }

    /** Of the second half, when the code is compiled. */
    private static long median(long[] nanos, int kind) {
        long[] own = new long[nanos.length / 6];
        for (int i = 0; i < own.length; i++) {
            own[i] = nanos[nanos.length / 2 + 3 * i + kind];
        }
        Arrays.sort(own);
        return own[own.length / 2];
    }

    @Test
    void whenTheIssuerIsGoneTheNonceIsStale() {
        try (House other = new House(2, Map.of())) {
            Challenged first = (Challenged) other.check("B", ALICE.registers());
            accepted(other.check("A", ALICE.registers(ALICE.answer(first, 1))));
            other.crash("B");
            Await.until(
                    "B is lost", () -> other.node("A").membership().find("B").isEmpty());
            Challenged again = challenged(other.check("A", ALICE.registers(ALICE.answer(first, 2))), true);
            accepted(other.check("A", ALICE.registers(ALICE.answer(again, 1))));
        }
    }
}
