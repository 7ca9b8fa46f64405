package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.doors.sip.transport.Listener;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.HeaderKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls through one node, over real sockets. */
class ProxyCallTest {
    private static final String BOB = "sip:bob@example.com";

    @AutoClose
    private static House house;

    private Phone alice;

    @BeforeAll
    static void start() {
        house = House.told(Map.of("proxy.ring", "400ms", "proxy.redirects", "follow"));
    }

    @BeforeEach
    void pickUp() {
        alice = udp("alice");
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    private Phone udp(String user) {
        return house.udp(user, "A");
    }

    private Phone tcp(String user) {
        return house.tcp(user, "A");
    }

    private Phone bound(Phone phone, int q1000) {
        house.location.bind(phone.user, phone.contact(), q1000);
        return phone;
    }

    private static List<Call> calls() {
        return house.calls("A");
    }

    private Request invite(Phone caller) {
        return caller.sendKnown(caller.request("INVITE", BOB).build());
    }

    @Test
    void aCallGoesThroughWithAckReInviteAndByeOfTheCaller() {
        Phone bob = bound(udp("bob"), 1000);
        invite(alice);
        Request invited = bob.expect("INVITE");
        assertThat(invited.uri().encode()).isEqualTo(bob.contact());
        assertThat(invited.has(Keys.PROXY_AUTHORIZATION)).isFalse();
        assertThat(invited.first(Keys.P_ASSERTED_IDENTITY).orElseThrow().uri().encode())
                .isEqualTo("sip:alice@example.com");
        bob.answer(bob.response(invited, 180, "b"));
        alice.expect(180);
        assertThat(calls()).anyMatch(call -> call.times().ring() > 0);
        bob.answer(bob.response(invited, 200, "b"));
        Response ok = alice.expect(200);
        assertThat(ok.vias()).hasSize(1);
        assertThat(ok.all(Keys.RECORD_ROUTES)).hasSize(1);
        alice.send(alice.inDialogAsCaller("ACK", ok));
        assertThat(bob.expect("ACK").uri().encode()).isEqualTo(bob.contact());
        Call call = calls().getFirst();
        assertThat(call.talking()).isTrue();
        assertThat(call.parties().caller()).isEqualTo("sip:alice@example.com");
        assertThat(call.parties().callee()).isEqualTo(BOB);

        alice.send(alice.inDialogAsCaller("INVITE", ok));
        Request again = bob.expect("INVITE");
        assertThat(again.all(Keys.ROUTES)).isEmpty();
        bob.picksUp(again, alice, "b");

        alice.hangsUp(ok, bob);
        Await.until("the record is closed", () -> calls().isEmpty());
    }

    @Test
    void theCalleeMayInviteAgainAndHangUp() {
        Phone bob = bound(udp("bob"), 1000);
        invite(alice);
        Request invited = bob.expect("INVITE");
        Response accepted = bob.picksUp(invited, alice, "b");
        bob.send(bob.inDialogAsCallee("INVITE", invited, accepted));
        Request again = alice.expect("INVITE");
        alice.picksUp(again, bob, "");
        bob.hangsUp(invited, accepted, alice);
        Await.until("the record is closed", () -> calls().isEmpty());
    }

    /** Half a minute of transactions for each call would be most of a proxy's memory: RFC 6026 timers L and M. */
    @Test
    void anAnsweredCallKeepsNoTransaction() {
        try (House open = House.told(Map.of("proxy.auth", "false"))) {
            Phone bob = open.udp("bob", "A");
            Phone caller = open.udp("alice", "A");
            open.location.bind(bob.user, bob.contact(), 1000);
            Request invite = caller.send(caller.request("INVITE", BOB).build());
            Request invited = bob.expect("INVITE");
            Response ok = bob.picksUp(invited, caller, "b");
            Map<String, Object> status = SipDoor.of(open.nodes.context("A")).status();
            assertThat(status).containsEntry("transactions", 0);

            // All that may still be repeated of them.
            bob.answer(bob.response(invited, 200, "b"));
            caller.send(invite);
            caller.send(caller.inDialogAsCaller("ACK", ok));
            bob.expect("ACK");
            caller.send(caller.cancelOf(invite));
            assertThat(caller.expect(200).method()).isEqualTo("CANCEL");
            assertThat(caller.quiet(200)).isEmpty();
            assertThat(caller.heard("200/INVITE")).isEqualTo(2);
            assertThat(bob.quiet(100)).isEmpty();
            assertThat(bob.heard("INVITE")).isEqualTo(1);
            caller.hangsUp(ok, bob);
        }
    }

    @Test
    void betweenTransportsThereAreTwoRecordRoutes() {
        Phone bob = tcp("bob");
        // Nothing tells a TCP flow's number from outside: the phone says hello, and the answer's way is learned from a
        // call.
        Request hello = bob.send(bob.request("OPTIONS", "sip:example.com").build());
        assertThat(bob.expectFinal().status()).isEqualTo(200);
        assertThat(hello.method()).isEqualTo("OPTIONS");
        Phone caller = tcp("alice");
        bound(bob = udp("bob"), 1000);
        invite(caller);
        Request invited = bob.expect("INVITE");
        assertThat(invited.all(Keys.RECORD_ROUTES)).hasSize(2);
        Response ok = bob.picksUp(invited, caller, "b");
        bob.hangsUp(invited, ok, caller);
    }

    @Test
    void busyIsBusy() {
        Phone bob = bound(udp("bob"), 1000);
        Request invite = invite(alice);
        bob.answer(bob.response(bob.expect("INVITE"), 486, "b"));
        Response busy = alice.expect(486);
        alice.send(alice.ackOf(invite, busy));
        bob.expect("ACK");
        assertThat(calls()).isEmpty();
    }

    @Test
    void nobodyAnswersAndTheCallerHangsUp() {
        Phone bob = bound(udp("bob"), 1000);
        Request invite = invite(alice);
        Request invited = bob.rings(alice, "b");
        alice.send(alice.cancelOf(invite));
        bob.stopsRinging(invited, "b");
        alice.expect(200);
        alice.expect(487);
        bob.expect("ACK");
        assertThat(calls()).isEmpty();
    }

    @Test
    void threeRingOneAnswersTheOthersAreCancelled() {
        Phone desk = bound(udp("bob"), 1000);
        Phone home = bound(udp("bob"), 1000);
        Phone mobile = bound(udp("bob"), 1000);
        invite(alice);
        Request atDesk = desk.expect("INVITE");
        Request atHome = home.expect("INVITE");
        Request atMobile = mobile.expect("INVITE");
        desk.answer(desk.response(atDesk, 180, "d"));
        home.answer(home.response(atHome, 180, "h"));
        mobile.answer(mobile.response(atMobile, 180, "m"));
        home.answer(home.response(atHome, 200, "h"));
        Response ok = alice.expect(200);
        assertThat(ok.to().tag()).contains("h");
        assertThat(desk.expect("CANCEL").text("Reason").orElse("")).contains("cause=200");
        desk.answer(desk.response(atDesk, 487, "d"));
        mobile.expect("CANCEL");
        mobile.answer(mobile.response(atMobile, 487, "m"));
        alice.send(alice.inDialogAsCaller("ACK", ok));
        home.expect("ACK");
        assertThat(calls().getFirst().outcome().branches()).isEqualTo(3);
        alice.hangsUp(ok, home);
    }

    @Test
    void lowerQRingsAfterwards() {
        Phone first = bound(udp("bob"), 900);
        Phone second = bound(udp("bob"), 200);
        invite(alice);
        Request atFirst = first.rings(alice, "f");
        // proxy.ring is over: the first one is called off and the next one rings.
        first.expect("CANCEL");
        first.answer(first.response(atFirst, 487, "f"));
        Request atSecond = second.expect("INVITE");
        second.answer(second.response(atSecond, 200, "s"));
        Response ok = alice.expect(200);
        assertThat(ok.to().tag()).contains("s");
        alice.hangsUp(ok, second);
    }

    @Test
    void aLostFlowIsFollowedByTheNextOneOfTheInstance() {
        Phone bob = udp("bob");
        FlowRef gone = new FlowRef("Z", Transport.TCP, 4711, 0, "127.0.0.1", 9);
        house.location.bind("bob", bob.contact(), 1000, Optional.of(flow(bob)), "urn:uuid:1", 1);
        house.location.bind("bob", bob.contact(), 1000, Optional.of(gone), "urn:uuid:1", 2);
        invite(alice);
        Request invited = bob.expect("INVITE");
        bob.answer(bob.response(invited, 603, "b"));
        alice.expect(603);
        assertThat(bob.quiet(100)).containsExactly("ACK");
    }

    private static FlowRef flow(Phone phone) {
        Listener udp = SipDoor.of(house.nodes.context("A")).listeners().stream()
                .filter(listener -> listener.transport() == Transport.UDP)
                .findFirst()
                .orElseThrow();
        return new FlowRef("A", Transport.UDP, 0, udp.index(), "127.0.0.1", phone.wire.port());
    }

    @Test
    void allFlowsLostIsUnavailable() {
        FlowRef gone = new FlowRef("Z", Transport.WSS, 4711, 0, "127.0.0.1", 9);
        house.location.bind("bob", "sip:bob@x.invalid;transport=ws", 1000, Optional.of(gone), "", 0);
        invite(alice);
        alice.expect(480);
    }

    @Test
    void aRedirectionIsFollowed() {
        Phone bob = bound(udp("bob"), 1000);
        Phone mobile = udp("bob");
        invite(alice);
        Request invited = bob.expect("INVITE");
        bob.answer(Response.to(invited, 302, "Moved", "b")
                .append(Keys.CONTACTS, dev.millrace.protocols.sip.Contact.parse("<" + mobile.contact() + ">"))
                .build());
        Request moved = mobile.expect("INVITE");
        mobile.answer(mobile.response(moved, 486, "m"));
        alice.expect(486);
    }

    @Test
    void unknownIsNotFoundAndUnregisteredIsUnavailable() {
        alice.sendKnown(alice.request("INVITE", "sip:nobody@example.com").build());
        alice.expect(404);
        alice.sendKnown(alice.request("INVITE", "sip:carol@example.com").build());
        alice.expect(480);
    }

    @Test
    void aRequestThatComesBackUnchangedIsALoop() {
        house.location.bind("bob", "sip:bob@127.0.0.1:" + house.port("A"), 1000);
        alice.send(alice.request("INVITE", BOB, "<sip:mallory@foreign.example>").build());
        assertThat(alice.expectFinal().status()).isEqualTo(482);
    }

    @Test
    void hopsAreCounted() {
        alice.send(alice.request("OPTIONS", BOB).replace(Keys.MAX_FORWARDS, 0L).build());
        assertThat(alice.expectFinal().status()).isEqualTo(200);
        alice.send(alice.request("MESSAGE", BOB).replace(Keys.MAX_FORWARDS, 0L).build());
        assertThat(alice.expectFinal().status()).isEqualTo(483);
    }

    @Test
    void aMessageGoesThrough() {
        Phone bob = bound(udp("bob"), 1000);
        alice.sendKnown(alice.request("MESSAGE", BOB).build());
        Request message = bob.expect("MESSAGE");
        assertThat(message.has(Keys.RECORD_ROUTES)).isFalse();
        bob.answer(bob.response(message, 202, "b"));
        alice.expect(202);
    }

    /** RFC 3326: why the caller gave up is for the phones that ring. */
    @Test
    void theReasonOfACancelGoesOn() {
        Phone bob = bound(udp("bob"), 1000);
        Request invite = invite(alice);
        Request invited = bob.rings(alice, "b");
        alice.send(alice.cancelOf(invite)
                .edit()
                .append(HeaderKey.text("Reason"), "SIP;cause=200;text=\"Call completed elsewhere\"")
                .build());
        Request cancel = bob.stopsRinging(invited, "b");
        assertThat(cancel.text("Reason")).contains("SIP;cause=200;text=\"Call completed elsewhere\"");
        alice.expect(487);
    }
}
