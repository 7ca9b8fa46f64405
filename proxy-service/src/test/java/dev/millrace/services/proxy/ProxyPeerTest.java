package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.HeaderKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls to and from configured peers: two gateways with addresses of their own on the loopback. */
class ProxyPeerTest {
    private static final String FIRST = "127.0.0.2";
    private static final String SECOND = "127.0.0.3";
    private static final String SOMEBODY = "127.0.0.4";

    @AutoClose
    private static House house;

    private static Phone first;
    private static Phone second;
    private static Phone unknown;

    private Phone alice;

    @BeforeAll
    static void start() {
        UdpWire one = UdpWire.at(FIRST);
        UdpWire two = UdpWire.at(SECOND);
        UdpWire three = UdpWire.at(SOMEBODY);
        String gateways = FIRST + ":" + one.port() + "/udp|" + SECOND + ":" + two.port() + "/udp";
        house = House.registering(
                1,
                Map.of(
                        "sip.peers",
                        FIRST + "," + SECOND,
                        "proxy.routes",
                        "+49=" + gateways + ",partner.example=" + FIRST + ":" + one.port() + ",+44=" + three.address(),
                        "proxy.probe",
                        "100ms",
                        "proxy.user-calls",
                        "2"));
        one.turn(house.port("A"));
        two.turn(house.port("A"));
        first = new Phone("gw", one);
        second = new Phone("gw", two);
        three.turn(house.port("A"));
        unknown = new Phone("gw", three);
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        unknown.close();
    }

    @BeforeEach
    void pickUp() {
        alice = house.udp("alice", "A");
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    private boolean up(Phone gateway) {
        return house.nodes
                        .context("A")
                        .metrics()
                        .get("millrace.proxy.peer.up")
                        .tag("peer", gateway.wire.address() + "/udp")
                        .gauge()
                        .value()
                > 0;
    }

    private void answerProbe(Phone gateway, int status) {
        gateway.answer(gateway.response(gateway.expect("OPTIONS"), status, "gw"));
        // The next one comes a moment after the answer to this one.
        gateway.quiet(20);
    }

    @Test
    void aNumberGoesToTheGatewayAndTheCallComesBackInsideItsDialog() {
        alice.sendKnown(alice.request("INVITE", "sip:+4930123@example.com").build());
        Request invited = first.expect("INVITE");
        assertThat(invited.uri().encode()).isEqualTo("sip:+4930123@" + FIRST + ":" + first.wire.port() + ";user=phone");
        assertThat(invited.first(Keys.P_ASSERTED_IDENTITY).orElseThrow().uri().encode())
                .isEqualTo("sip:alice@example.com");
        Response accepted = first.picksUp(invited, alice, "gw");
        first.hangsUp(invited, accepted, alice);
    }

    @Test
    void telUrisAndForeignDomainsOfARouteGoToTheirPeers() {
        alice.sendKnown(alice.request("INVITE", "tel:+49-30-123").build());
        Request invited = first.expect("INVITE");
        assertThat(invited.uri().encode()).startsWith("sip:+4930123@" + FIRST);
        first.answer(first.response(invited, 404, "gw"));
        alice.expect(404);
        alice.sendKnown(alice.request("MESSAGE", "sip:carl@partner.example").build());
        Request message = first.expect("MESSAGE");
        assertThat(message.uri().encode()).isEqualTo("sip:carl@partner.example");
        first.answer(first.response(message, 200, "gw"));
        alice.expect(200);
    }

    /** The next peer of the route is tried; one that said so twice is asked last, until it answers a probe. */
    @Test
    void aPeerThatCannotServeIsPassedOver() {
        alice.sendKnown(alice.request("INVITE", "sip:+4930123@example.com").build());
        first.answer(first.response(first.expect("INVITE"), 503, "gw"));
        second.answer(second.response(second.expect("INVITE"), 486, "gw"));
        alice.expect(486);
        while (up(first)) {
            answerProbe(first, 503);
        }
        alice.sendKnown(alice.request("INVITE", "sip:+4930123@example.com").build());
        second.answer(second.response(second.expect("INVITE"), 486, "gw"));
        alice.expect(486);
        assertThat(first.quiet(20)).doesNotContain("INVITE");
        while (!up(first)) {
            answerProbe(first, 200);
        }
    }

    @Test
    void aPeersRequestNeedsNoDigestAndKeepsWhatItAsserts() {
        Phone bob = house.udp("bob", "A");
        bob.register();
        first.send(first.request("INVITE", "sip:bob@example.com", "<sip:+49301@example.com>")
                .append(Keys.P_ASSERTED_IDENTITY, NameAddr.parse("<tel:+49301>"))
                .append(HeaderKey.text("P-Preferred-Identity"), "<sip:x@gw.example>")
                .build());
        Request invited = bob.expect("INVITE");
        assertThat(invited.text("P-Asserted-Identity")).contains("<tel:+49301>");
        assertThat(invited.has(Keys.P_PREFERRED_IDENTITY)).isFalse();
        bob.answer(bob.response(invited, 200, "b")
                .edit()
                .append(Keys.P_ASSERTED_IDENTITY, NameAddr.parse("<sip:boss@example.com>"))
                .build());
        Response ok = first.expect(200);
        assertThat(ok.has(Keys.P_ASSERTED_IDENTITY)).isFalse();
        first.send(first.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        first.hangsUp(ok, bob);
    }

    /** What a peer writes into From is no call of that user. */
    @Test
    void callsOfAPeerDoNotCountAsTheirCallers() {
        Phone bob = house.udp("bob", "A");
        bob.register();
        List<Request> ringing = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            first.send(first.request("INVITE", "sip:bob@example.com", "<sip:alice@example.com>")
                    .build());
            ringing.add(bob.expect("INVITE"));
        }
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
        ringing.add(bob.expect("INVITE"));
        ringing.forEach(each -> bob.answer(bob.response(each, 486, "b")));
        alice.expect(486);
    }

    /** The positive control: the same from an address that is no peer's. */
    @Test
    void whoIsNoPeerIsChallenged() {
        UdpWire wire = UdpWire.at(SOMEBODY);
        wire.turn(house.port("A"));
        Phone somebody = house.kept(new Phone("gw", wire));
        somebody.send(somebody.request("INVITE", "sip:+4930123@example.com", "<sip:+49301@gw.example>")
                .build());
        assertThat(somebody.expectFinal().status()).isEqualTo(407);
        assertThat(first.quiet(20)).doesNotContain("INVITE");
    }

    /** RFC 3325 section 7: a callee who is no peer does not learn who hides. */
    @Test
    void whoAskedForPrivacyIsNamedToPeersAlone() {
        Phone bob = house.udp("bob", "A");
        bob.register();
        for (String callee : List.of("sip:bob@example.com", "sip:+4930123@example.com")) {
            Phone called = callee.contains("bob") ? bob : first;
            alice.sendKnown(alice.request("INVITE", callee)
                    .append(HeaderKey.text("Privacy"), "id")
                    .build());
            Request invited = called.expect("INVITE");
            assertThat(invited.has(Keys.P_ASSERTED_IDENTITY)).isEqualTo(called != bob);
            called.answer(called.response(invited, 486, "c"));
            alice.expect(486);
        }
    }

    /** A route makes nobody trusted: its peer learns no more, and is believed no more, than anybody else. */
    @Test
    void aPeerOfARouteAloneIsOutsideTheTrustDomain() {
        alice.sendKnown(alice.request("INVITE", "sip:+44123@example.com")
                .append(HeaderKey.text("Privacy"), "id")
                .build());
        Request invited = unknown.expect("INVITE");
        assertThat(invited.has(Keys.P_ASSERTED_IDENTITY)).isFalse();
        unknown.answer(unknown.response(invited, 486, "gw")
                .edit()
                .append(Keys.P_ASSERTED_IDENTITY, NameAddr.parse("<sip:boss@example.com>"))
                .build());
        assertThat(alice.expect(486).has(Keys.P_ASSERTED_IDENTITY)).isFalse();
    }
}
