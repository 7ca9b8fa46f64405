package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Any node takes any message: calls through three nodes, the phones behind a balancer that knows no SIP. The nodes have no front
 * in common, so what names one of them has to be known by the others for what it is.
 */
class ProxyClusterTest {
    @AutoClose
    private static House house;

    private static String lost = "";

    private UdpWire aliceWire;
    private Phone alice;
    private Phone bob;

    @BeforeAll
    static void start() {
        house = House.registering(4, Map.of("calls.settle", "0ms"));
    }

    @BeforeEach
    void pickUp() {
        aliceWire = Wire.udp(house.port("A"));
        alice = house.kept(new Phone("alice", aliceWire));
        bob = house.tcp("bob", "B");
        bob.register();
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    private int all() {
        return Stream.of("A", "B", "C", "D")
                .filter(node -> !node.equals(lost))
                .mapToInt(node -> house.calls(node).size())
                .sum();
    }

    private Table<String, Call> table(String node) {
        return house.nodes
                .context(node)
                .tables()
                .open(new Tables.Spec<>(Calls.TABLE, Codec.TEXT, Call.CODEC, Call::version));
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
        aliceWire.turn(house.port("C"));
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        assertThat(house.calls("A")).hasSize(1).allMatch(Call::talking);
        assertThat(house.calls("C")).isEmpty();

        alice.send(alice.inDialogAsCaller("INVITE", ok));
        Request again = bob.expect("INVITE");
        bob.answer(bob.response(again, 200, "b"));
        aliceWire.turn(house.port("B"));
        alice.send(alice.inDialogAsCaller("ACK", alice.expect(200)));
        bob.expect("ACK");

        bob.send(bob.inDialogAsCallee("UPDATE", invited, accepted));
        alice.answer(alice.response(alice.expect("UPDATE"), 200, ""));
        bob.expect(200);

        aliceWire.turn(house.port("C"));
        alice.hangsUp(ok, bob);
        Await.until("the record at A is closed", () -> house.calls("A").isEmpty());
        Await.until("the table is empty", () -> Await.get(table("C").all()).isEmpty());
    }

    @Test
    void aLostNodeTakesNoCallWithIt() {
        aliceWire.turn(house.port("D"));
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
        Request invited = bob.expect("INVITE");
        Response ok = bob.picksUp(invited, alice, "b");
        Await.until(
                "the record is in the table", () -> Await.get(table("C").all()).size() == 1);
        house.nodes.crash("D");
        lost = "D";
        Await.until("another node has the record", () -> all() == 1);
        // Bob's requests name node D in their routes, and come in at B; Alice's flow was D's: she is reached at its
        // address.
        bob.send(bob.inDialogAsCallee("INFO", invited, ok));
        aliceWire.turn(house.port("B"));
        alice.answer(alice.response(alice.expect("INFO"), 200, ""));
        bob.expect(200);
        aliceWire.turn(house.port("C"));
        alice.hangsUp(ok, bob);
        Await.until("the record is closed", () -> all() == 0);
    }

    @Test
    void aNodeThatDrainsTakesNoNewCallsAndKeepsItsOld() {
        alice.sendKnown(alice.request("INVITE", "sip:bob@example.com").build());
        Request invited = bob.rings(alice, "b");
        assertThat(Await.get(house.nodes.node("A").drain(Role.PROXY, true))).isTrue();
        Await.until(
                "the others know",
                () -> house.nodes.context("B").membership().serving(Role.PROXY).stream()
                        .anyMatch(member -> member.draining(Role.PROXY)));
        Response ok = bob.picksUp(invited, alice, "b");
        Phone carol = house.udp("carol", "A");
        carol.sendKnown(carol.request("INVITE", "sip:bob@example.com").build());
        Request second = bob.expect("INVITE");
        assertThat(house.calls("A")).hasSize(1);
        assertThat(all()).isEqualTo(2);
        bob.answer(bob.response(second, 486, "b2"));
        carol.expect(486);
        alice.hangsUp(ok, bob);
        assertThat(Await.get(house.nodes.node("A").drain(Role.PROXY, false))).isTrue();
    }
}
