package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.doors.sip.transport.Listener;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Any node takes any message: calls through three nodes, the phones behind a balancer that knows no SIP. The nodes have no front
 * in common, so what names one of them has to be known by the others for what it is.
 */
class ProxyClusterTest {
    private static final TestLocation LOCATION = new TestLocation();
    private static TestNodes nodes;
    private static String lost = "";

    private final List<Phone> phones = new ArrayList<>();
    private Wire.Udp aliceWire;
    private Phone alice;
    private Phone bob;

    @BeforeAll
    static void start() {
        nodes = TestNodes.start(
                4,
                List.of(LOCATION, new TestRegistrar(LOCATION), new ProxyModule()),
                ProxyCallTest.settings(),
                Map.of(
                        "sip.transports",
                        "udp,tcp",
                        "sip.domains",
                        "example.com",
                        "calls.settle",
                        "0ms",
                        "sip.overload.delay",
                        "10s"));
        nodes.awaitWhole();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void pickUp() {
        LOCATION.clear();
        aliceWire = Wire.udp(port("A"));
        alice = kept(new Phone("alice", aliceWire));
        bob = kept(new Phone("bob", Wire.tcp(port("B"))));
        bob.register();
    }

    @AfterEach
    void hangUp() {
        phones.forEach(Phone::close);
    }

    private Phone kept(Phone phone) {
        phones.add(phone);
        return phone;
    }

    private int port(String node) {
        return SipDoor.of(nodes.context(node)).listeners().stream()
                .filter(listener -> listener.transport() == Transport.UDP)
                .map(Listener::bound)
                .findFirst()
                .orElseThrow()
                .getPort();
    }

    private List<Call> calls(String node) {
        return ProxyServiceCalls.of(nodes.context(node));
    }

    private int all() {
        return Stream.of("A", "B", "C", "D")
                .filter(node -> !node.equals(lost))
                .mapToInt(node -> calls(node).size())
                .sum();
    }

    private Table<String, Call> table(String node) {
        return nodes.context(node).tables().open(new Tables.Spec<>(Calls.TABLE, Codec.TEXT, Call.CODEC, Call::version));
    }

    @Test
    void aDialogGoesOnThroughAnyNodeAndItsRecordIsClosedByAByeAtAnyNode() {
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
        Request invited = bob.expect("INVITE");
        // Alice's side is at node A by UDP, Bob's at B by TCP.
        assertThat(invited.all(Keys.RECORD_ROUTES)).hasSize(2);
        Response accepted = bob.response(invited, 200, "b");
        bob.answer(accepted);
        Response ok = alice.expect(200);
        aliceWire.turn(port("C"));
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        assertThat(calls("A")).hasSize(1).allMatch(Call::talking);
        assertThat(calls("C")).isEmpty();

        alice.send(alice.inDialogAsCaller("INVITE", ok));
        Request again = bob.expect("INVITE");
        bob.answer(bob.response(again, 200, "b"));
        aliceWire.turn(port("B"));
        alice.send(alice.inDialogAsCaller("ACK", alice.expect(200)));
        bob.expect("ACK");

        bob.send(bob.inDialogAsCallee("UPDATE", invited, accepted));
        alice.answer(alice.response(alice.expect("UPDATE"), 200, ""));
        bob.expect(200);

        aliceWire.turn(port("C"));
        alice.send(alice.inDialogAsCaller("BYE", ok));
        bob.answer(bob.response(bob.expect("BYE"), 200, "b"));
        alice.expect(200);
        Await.until("the record at A is closed", () -> calls("A").isEmpty());
        Await.until("the table is empty", () -> Await.get(table("C").all()).isEmpty());
    }

    @Test
    void aLostNodeTakesNoCallWithIt() {
        aliceWire.turn(port("D"));
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
        Request invited = bob.expect("INVITE");
        Response accepted = bob.response(invited, 200, "b");
        bob.answer(accepted);
        Response ok = alice.expect(200);
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        Await.until(
                "the record is in the table", () -> Await.get(table("C").all()).size() == 1);
        nodes.crash("D");
        lost = "D";
        Await.until("another node has the record", () -> all() == 1);
        // Bob's requests name node D in their routes, and come in at B; Alice's flow was D's: she is reached at its
        // address.
        bob.send(bob.inDialogAsCallee("INFO", invited, accepted));
        aliceWire.turn(port("B"));
        alice.answer(alice.response(alice.expect("INFO"), 200, ""));
        bob.expect(200);
        aliceWire.turn(port("C"));
        alice.send(alice.inDialogAsCaller("BYE", ok));
        bob.answer(bob.response(bob.expect("BYE"), 200, "b"));
        alice.expect(200);
        Await.until("the record is closed", () -> all() == 0);
    }

    @Test
    void aNodeThatDrainsTakesNoNewCallsAndKeepsItsOld() {
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
        Request invited = bob.expect("INVITE");
        bob.answer(bob.response(invited, 180, "b"));
        alice.expect(180);
        assertThat(Await.get(nodes.node("A").drain(Role.PROXY, true))).isTrue();
        Await.until(
                "the others know",
                () -> nodes.context("B").membership().serving(Role.PROXY).stream()
                        .anyMatch(member -> member.draining(Role.PROXY)));
        bob.answer(bob.response(invited, 200, "b"));
        Response ok = alice.expect(200);
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        Phone carol = kept(new Phone("carol", Wire.udp(port("A"))));
        carol.sendKnown(carol.request("INVITE", "sip:bob@example.com").build());
        Request second = bob.expect("INVITE");
        assertThat(calls("A")).hasSize(1);
        assertThat(all()).isEqualTo(2);
        bob.answer(bob.response(second, 486, "b2"));
        carol.expect(486);
        alice.send(alice.inDialogAsCaller("BYE", ok));
        bob.answer(bob.response(bob.expect("BYE"), 200, "b"));
        alice.expect(200);
        assertThat(Await.get(nodes.node("A").drain(Role.PROXY, false))).isTrue();
    }
}
