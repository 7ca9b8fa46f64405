package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A proxy that follows what a callee's 3xx names: RFC 3261 section 16.5. */
class ProxyRedirectTest {
    /** Branches of one request are at most 6 then. */
    private static final String FORKS = "2";

    private static final long SOON_MILLIS = 30;

    @AutoClose
    private static House house;

    private static Phone gateway;

    private Phone alice;
    private Phone bob;
    private Phone carol;

    @BeforeAll
    static void start() {
        UdpWire wire = UdpWire.at("127.0.0.2");
        house = House.registering(
                1,
                Map.of(
                        "proxy.redirects",
                        "follow",
                        "proxy.forks",
                        FORKS,
                        "proxy.probe",
                        "0s",
                        "proxy.routes",
                        "+49=" + wire.address() + "/udp"));
        gateway = new Phone("gw", wire.turn(house.port("A")));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void pickUp() {
        alice = house.udp("alice", "A");
        bob = house.udp("bob", "A");
        bob.register();
        carol = house.udp("carol", "A");
        carol.register();
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    private static Response moved(Request invited, String... contacts) {
        Edit<Response> answer = Response.to(invited, 302, "Moved", "m");
        for (String contact : contacts) {
            answer.append(Keys.CONTACTS, Contact.parse("<" + contact + ">"));
        }
        return answer.build();
    }

    private void callBob() {
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
    }

    @Test
    void anotherUserIsLookedUpAndRings() {
        callBob();
        bob.answer(moved(bob.expect("INVITE"), "sip:carol@example.com"));
        Request invited = carol.expect("INVITE");
        assertThat(invited.uri().encode()).isEqualTo(carol.contact());
        carol.picksUp(invited, alice, "c");
    }

    @Test
    void anAddressElsewhereIsCalledAsItIs() {
        Phone away = house.udp("away", "A");
        callBob();
        bob.answer(moved(bob.expect("INVITE"), away.contact()));
        away.answer(away.response(away.expect("INVITE"), 486, "a"));
        alice.expect(486);
    }

    @Test
    void twoWhoPointAtEachOtherComeToAnEnd() {
        callBob();
        bob.answer(moved(bob.expect("INVITE"), "sip:carol@example.com"));
        carol.answer(moved(carol.expect("INVITE"), "sip:bob@example.com"));
        assertThat(alice.expectFinal().status()).isEqualTo(404);
        assertThat(bob.quiet(SOON_MILLIS)).doesNotContain("INVITE");
    }

    @Test
    void theBranchesOfARequestAreBounded() {
        Phone away = house.udp("away", "A");
        callBob();
        List<String> contacts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            contacts.add(away.contact().replace("away", "away" + i));
        }
        bob.answer(moved(bob.expect("INVITE"), contacts.toArray(String[]::new)));
        for (int i = 0; i < 5; i++) {
            away.answer(away.response(away.expect("INVITE"), 486, "a"));
        }
        alice.expect(486);
        assertThat(away.quiet(SOON_MILLIS)).doesNotContain("INVITE");
    }

    /** Security class 19: a callee has nobody call numbers that cost the caller money. */
    @Test
    void noCalleeSendsACallToAGateway() {
        callBob();
        bob.answer(moved(bob.expect("INVITE"), "sip:+49900123@example.com", "tel:+49900124"));
        assertThat(alice.expectFinal().status()).isEqualTo(404);
        assertThat(gateway.quiet(SOON_MILLIS)).isEmpty();
    }
}
