package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.HeaderKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security classes 17, 18 and 19: nothing goes on that its sender may not send. */
class ProxyAdmissionTest {
    private static final String BOB = "sip:bob@example.com";
    private static final String ALICE = "<sip:alice@example.com>";
    private static final String STRANGER = "<sip:mallory@foreign.example>";

    /** Long enough for a message that should not have gone on to arrive. */
    private static final long SOON_MILLIS = 30;

    private static final List<String> METHODS = List.of(
            "INVITE",
            "MESSAGE",
            "SUBSCRIBE",
            "NOTIFY",
            "PUBLISH",
            "REFER",
            "INFO",
            "OPTIONS",
            "UPDATE",
            "PRACK",
            "BYE",
            "NEWMETHOD");

    @AutoClose
    private static House house;

    private Phone alice;
    private Phone bob;

    @BeforeAll
    static void start() {
        house = House.registering(1, Map.of("auth.guesses", "1000"));
    }

    @BeforeEach
    void pickUp() {
        alice = udp("alice");
        bob = udp("bob");
        house.location.bind("bob", bob.contact(), 1000);
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    private Phone udp(String user) {
        return house.udp(user, "A");
    }

    /** What the sender shows. */
    enum Shown {
        NOTHING,
        A_WRONG_PASSWORD,
        SOMEBODY_ELSES_PASSWORD
    }

    record Row(String method, boolean inDialog, Shown shown) {
        @Override
        public String toString() {
            return method + (inDialog ? " inside no dialog of ours with a tag" : " out of dialog") + " showing "
                    + shown;
        }
    }

    static Stream<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String method : METHODS) {
            for (Shown shown : Shown.values()) {
                rows.add(new Row(method, false, shown));
                rows.add(new Row(method, true, shown));
            }
        }
        return rows.stream();
    }

    /** Class 17, generated: every method x {in, out of dialog} x {no, bad, other's} credentials: no relay. */
    @ParameterizedTest
    @MethodSource("rows")
    void ofOurUsersNothingGoesOnWithoutTheirPassword(Row row) {
        Edit<Request> edit = alice.request(row.method(), BOB);
        if (row.inDialog()) {
            edit.replace(Keys.TO, NameAddr.parse("<" + BOB + ">;tag=guessed"));
        }
        Request request = alice.send(edit.build());
        Response challenge = alice.expect(407);
        assertThat(challenge.has(Keys.PROXY_AUTHENTICATE)).isTrue();
        switch (row.shown()) {
            case NOTHING -> assertThat(alice.quiet(0)).isEmpty();
            case A_WRONG_PASSWORD -> {
                alice.send(alice.withCredentials(request, challenge, "wrong"));
                alice.expect(407);
            }
            case SOMEBODY_ELSES_PASSWORD -> {
                Phone carol = new Phone("carol", alice.wire);
                carol.send(carol.withCredentials(request, challenge, TestLocation.password("carol")));
                assertThat(carol.expectFinal().status()).isEqualTo(403);
            }
        }
        assertThat(bob.quiet(SOON_MILLIS)).isEmpty();
    }

    /** The positive control: with the right password every method goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "MESSAGE", "SUBSCRIBE", "REFER", "OPTIONS", "PUBLISH", "NEWMETHOD"})
    void withTheRightPasswordItDoes(String method) {
        alice.sendKnown(alice.request(method, BOB).build());
        Request received = bob.expect(method);
        bob.answer(bob.response(received, 603, "b"));
        alice.expect(603);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOTIFY", "PUBLISH", "REFER", "INFO", "UPDATE", "BYE", "NEWMETHOD"})
    void aStrangerMayNotMakeAPhoneAct(String method) {
        alice.send(alice.request(method, BOB, STRANGER).build());
        assertThat(alice.expectFinal().status()).isEqualTo(403);
        assertThat(bob.quiet(SOON_MILLIS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "MESSAGE", "SUBSCRIBE", "NOTIFY", "BYE", "INFO", "REFER"})
    void aStrangerInsideNoDialogIsToldSo(String method) {
        alice.send(alice.request(method, BOB, STRANGER)
                .replace(Keys.TO, NameAddr.parse("<" + BOB + ">;tag=guessed"))
                .build());
        assertThat(alice.expectFinal().status()).isEqualTo(481);
        assertThat(bob.quiet(SOON_MILLIS)).isEmpty();
    }

    @Test
    void aStrangerMayCallAndAssertsNothing() {
        alice.send(alice.request("INVITE", BOB, STRANGER)
                .append(Keys.P_ASSERTED_IDENTITY, NameAddr.parse("<sip:bank@example.com>"))
                .build());
        Request received = bob.expect("INVITE");
        assertThat(received.has(Keys.P_ASSERTED_IDENTITY)).isFalse();
        bob.answer(bob.response(received, 603, "b"));
        alice.expect(603);
    }

    @Test
    void aStrangerDoesNotLearnWhoExists() {
        int unknown = statusOf(
                alice.request("INVITE", "sip:nobody@example.com", STRANGER).build());
        int unregistered = statusOf(
                alice.request("INVITE", "sip:carol@example.com", STRANGER).build());
        assertThat(unknown).isEqualTo(unregistered).isEqualTo(480);
    }

    private int statusOf(Request request) {
        alice.send(request);
        return alice.expectFinal().status();
    }

    /** Class 19: no open relay. */
    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE", "REGISTER"})
    void aStrangersRequestGoesToNobodyElse(String method) {
        Phone third = udp("third");
        String elsewhere = "sip:third@127.0.0.1:" + third.wire.port();
        assertThat(statusOf(alice.request(method, elsewhere, STRANGER).build())).isEqualTo(407);
        assertThat(statusOf(alice.request(method, elsewhere).build())).isEqualTo(407);
        assertThat(third.quiet(SOON_MILLIS)).isEmpty();
    }

    @Test
    void aRouteToAThirdPartyNeedsCredentialsEvenForOneOfOurUsers() {
        Phone third = udp("third");
        NameAddr route = NameAddr.parse("<sip:127.0.0.1:" + third.wire.port() + ";lr>");
        assertThat(statusOf(alice.request("INVITE", BOB, STRANGER)
                        .append(Keys.ROUTES, route)
                        .build()))
                .isEqualTo(407);
        NameAddr own = NameAddr.parse("<sip:127.0.0.1:" + house.port("A") + ";lr>");
        assertThat(statusOf(alice.request("INVITE", BOB, STRANGER)
                        .append(Keys.ROUTES, own)
                        .append(Keys.ROUTES, route)
                        .build()))
                .isEqualTo(407);
        assertThat(third.quiet(SOON_MILLIS)).isEmpty();
        assertThat(bob.quiet(0)).isEmpty();
    }

    /** The answer to strangers who ask for a user that is not there. */
    private static final int NOBODY = 480;

    /**
     * What toll thieves try; {@code T} is a third party's port, {@code P} ours.
     *
     * @param status of the answer to a stranger; {@link #NOBODY} is told only to those who are none of our users
     */
    record Trick(String name, int status, String uri, String... lines) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Trick> tricks() {
        return Stream.of(
                new Trick("another port of our address", 407, "sip:third@127.0.0.1:T"),
                new Trick("a port behind our domain", 407, "sip:third@example.com:T"),
                new Trick(
                        "maddr of a third party behind our domain", NOBODY, "sip:carol@example.com;maddr=127.0.0.1;lr"),
                new Trick("maddr and port", 407, "sip:third@example.com:T;maddr=127.0.0.1"),
                new Trick("maddr of ours behind a foreign domain", 407, "sip:third@foreign.example:P;maddr=127.0.0.1"),
                new Trick("a domain in the user part", NOBODY, "sip:third%40127.0.0.1:T@example.com"),
                new Trick(
                        "a domain in the user part, %-style source route", NOBODY, "sip:third%25127.0.0.1@example.com"),
                new Trick("a password part", 407, "sip:bob:third@127.0.0.1:T"),
                new Trick("user=phone", NOBODY, "sip:+49900123;phone-context=127.0.0.1:T@example.com;user=phone"),
                new Trick("a tel URI", NOBODY, "tel:+49900123"),
                new Trick("sips", 407, "sips:third@127.0.0.1:T"),
                new Trick("another scheme", 416, "http://127.0.0.1:T/"),
                new Trick("a Route", 407, "sip:bob@example.com", "Route: <sip:127.0.0.1:T;lr>"),
                new Trick(
                        "a Route behind ours",
                        407,
                        "sip:bob@example.com",
                        "Route: <sip:127.0.0.1:P;lr>, <sip:127.0.0.1:T;lr>"),
                new Trick(
                        "a Route on a line of its own",
                        407,
                        "sip:bob@example.com",
                        "Route: <sip:127.0.0.1:P;lr>",
                        "Route: <sip:127.0.0.1:T>"),
                new Trick(
                        "a Route to our domain at another port",
                        407,
                        "sip:bob@example.com",
                        "Route: <sip:example.com:T;lr>"),
                new Trick(
                        "a Route with maddr",
                        407,
                        "sip:carol@example.com",
                        "Route: <sip:example.com:T;maddr=127.0.0.1;lr>"),
                new Trick("a strict router's Request-URI", 407, "sip:127.0.0.1:P;lr", "Route: <sip:third@127.0.0.1:T>"),
                new Trick(
                        "a strict router's Request-URI with a user",
                        407,
                        "sip:x@127.0.0.1:P;lr",
                        "Route: <sip:third@127.0.0.1:T>"),
                new Trick(
                        "a made-up token",
                        407,
                        "sip:third@127.0.0.1:T",
                        "Route: <sip:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@127.0.0.1:P;lr>"),
                new Trick("a served To", 407, "sip:third@127.0.0.1:T", "X-To: <sip:bob@example.com>"),
                new Trick(
                        "P-Asserted-Identity",
                        407,
                        "sip:third@127.0.0.1:T",
                        "P-Asserted-Identity: <sip:alice@example.com>"),
                new Trick("our own Via", 407, "sip:third@127.0.0.1:T", "Via: SIP/2.0/UDP 127.0.0.1:P;branch=z9hG4bKx"));
    }

    /** Class 19: whoever has no credentials reaches our users and nobody else, however he asks. */
    @ParameterizedTest
    @MethodSource("tricks")
    void noTrickMakesUsARelay(Trick trick) {
        Phone third = udp("third");
        for (String from : List.of(STRANGER, ALICE, "<sip:anonymous@anonymous.invalid>")) {
            Edit<Request> edit =
                    alice.request("INVITE", "sip:bob@example.com", from).uri(Uri.parse(ported(trick.uri(), third)));
            for (String line : trick.lines()) {
                int colon = line.indexOf(':');
                edit.append(HeaderKey.text(line.substring(0, colon)), ported(line.substring(colon + 2), third));
            }
            alice.send(edit.build());
            boolean ours = from.equals(ALICE) && trick.status() == NOBODY;
            assertThat(alice.expectFinal().status())
                    .as("%s, from %s", trick, from)
                    .isEqualTo(ours ? 407 : trick.status());
            assertThat(third.quiet(10)).isEmpty();
        }
        assertThat(third.quiet(SOON_MILLIS)).isEmpty();
        assertThat(bob.quiet(0)).isEmpty();
    }

    private static String ported(String text, Phone third) {
        return text.replace(":T", ":" + third.wire.port()).replace(":P", ":" + house.port("A"));
    }

    @Test
    void oneOfOurUsersMayCallElsewhere() {
        Phone third = udp("third");
        alice.sendKnown(alice.request("INVITE", "sip:third@127.0.0.1:" + third.wire.port())
                .build());
        Request received = third.expect("INVITE");
        third.answer(third.response(received, 603, "t"));
        alice.expect(603);
    }

    /** A dialog of one's own is no way to other people: class 19. */
    @Test
    void aStrangersTokenLeadsToTheTwoSidesOfItsDialogAlone() {
        Phone third = udp("third");
        alice.send(alice.request("INVITE", BOB, STRANGER).build());
        Request invited = bob.expect("INVITE");
        bob.answer(bob.response(invited, 200, "b"));
        Response ok = alice.expect(200);
        Request toThird = alice.inDialogAsCaller("INVITE", ok)
                .edit()
                .uri(Uri.parse("sip:third@127.0.0.1:" + third.wire.port()))
                .build();
        alice.send(toThird);
        // Bob is reached by his contact here, not by a flow: it still goes to him and nobody else.
        assertThat(bob.expect("INVITE").uri()).isEqualTo(toThird.uri());
        assertThat(third.quiet(SOON_MILLIS)).isEmpty();
        // The other way round, pretending to be the callee: only to the stranger's own address.
        Request swapped = bob.inDialogAsCallee("INFO", invited, ok)
                .edit()
                .uri(Uri.parse("sip:third@127.0.0.1:" + third.wire.port()))
                .build();
        alice.send(swapped);
        assertThat(alice.expect("INFO").callId()).isEqualTo(ok.callId());
        assertThat(third.quiet(SOON_MILLIS)).doesNotContain("INFO");
    }

    /** The same when the callee's connection is gone, and with it the way that needs no address. */
    @Test
    void aStrangersTokenLeadsNowhereElseWhenTheCalleeHungUp() {
        UdpWire elsewhere = UdpWire.at("127.0.0.2").turn(house.port("A"));
        Phone third = house.kept(new Phone("third", elsewhere));
        Phone carol = house.tcp("carol", "A");
        carol.register();
        alice.send(alice.request("INVITE", "sip:carol@example.com", STRANGER).build());
        carol.answer(carol.response(carol.expect("INVITE"), 200, "c"));
        Response ok = alice.expect(200);
        carol.close();
        Await.until("the node has noticed", () -> {
            alice.send(alice.inDialogAsCaller("INFO", ok)
                    .edit()
                    .uri(Uri.parse("sip:third@" + elsewhere.address()))
                    .build());
            return third.quiet(5).size() + alice.quiet(20).size() > 0;
        });
        assertThat(third.quiet(SOON_MILLIS)).isEmpty();
    }

    /** Class 18: who knows the Call-ID but not the dialog's tags and routes ends nothing. */
    @Test
    void aForgedByeHasNoEffect() {
        alice.sendKnown(alice.request("INVITE", BOB).build());
        Request invited = bob.expect("INVITE");
        bob.answer(bob.response(invited, 200, "b"));
        Response ok = alice.expect(200);
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        Phone mallory = udp("mallory");
        Request right = mallory.inDialogAsCaller("BYE", ok);
        List<Request> forged = List.of(
                right.edit().remove(Keys.ROUTES).build(),
                right.edit()
                        .replace(Keys.ROUTES, NameAddr.parse("<sip:127.0.0.1:" + house.port("A") + ";lr>"))
                        .build(),
                right.edit().replace(Keys.FROM, withTag(ok.from(), "x")).build(),
                right.edit().replace(Keys.CALL_ID, "another@test").build());
        for (Request bye : forged) {
            mallory.send(bye.edit().replaceFirst(Keys.VIA, mallory.via()).build());
            assertThat(mallory.expectFinal().status()).isEqualTo(407);
        }
        // The right caller's tag, a wrong one for the callee: the phone says so, and the record stays.
        mallory.send(right.edit()
                .replaceFirst(Keys.VIA, mallory.via())
                .replace(Keys.TO, withTag(ok.to(), "x"))
                .build());
        bob.answer(bob.response(bob.expect("BYE"), 481, ""));
        mallory.expect(481);
        assertThat(house.calls("A")).anyMatch(call -> call.talking());
        alice.send(alice.inDialogAsCaller("BYE", ok));
        bob.answer(bob.response(bob.expect("BYE"), 200, ""));
        alice.expect(200);
    }

    private static NameAddr withTag(NameAddr address, String tag) {
        return address.with("tag", tag);
    }

    @Test
    void anAckWithoutATokenGoesNowhere() {
        alice.send(alice.request("ACK", BOB)
                .replace(Keys.TO, NameAddr.parse("<" + BOB + ">;tag=guessed"))
                .build());
        assertThat(bob.quiet(SOON_MILLIS)).isEmpty();
    }

    @Test
    void optionsToUsIsAnswered() {
        assertThat(statusOf(
                        alice.request("OPTIONS", "sip:example.com", STRANGER).build()))
                .isEqualTo(200);
        assertThat(statusOf(alice.request("OPTIONS", "sip:127.0.0.1:" + house.port("A"))
                        .build()))
                .isEqualTo(200);
        assertThat(statusOf(alice.request("INVITE", "sip:example.com").build())).isEqualTo(404);
    }
}
