package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes, of which each takes any message: A and B are proxies, C is the registrar. */
class SipClusterTest extends TwoPeers {
    private static final Duration SHORT = Duration.ofMillis(700);

    @AutoClose
    private static DoorNodes nodes;

    private static InetSocketAddress a;
    private static InetSocketAddress b;
    private static InetSocketAddress c;

    @BeforeAll
    static void open() {
        Map<String, String> trusting = Map.of("sip.peers", "127.0.0.1");
        nodes = DoorNodes.start(
                DoorNodes.spec("A", trusting, Role.PROXY),
                DoorNodes.spec("B", trusting, Role.PROXY),
                DoorNodes.spec("C", trusting, Role.REGISTRAR));
        a = nodes.address("A");
        b = nodes.address("B");
        c = nodes.address("C");
        nodes.awaitDoors("A", "B", "C");
    }

    /** Bob answers, but a balancer hands it to another node. */
    private void answerAt(InetSocketAddress node, Peer.Received<Request> asked, int status, String reason) {
        bob.answer(new Peer.Received<>(asked.message(), node), status, reason);
    }

    @Test
    void aResponseAtAnotherNodeFindsItsTransaction() {
        Peer.Received<Request> invite = invited(a);
        answerAt(b, invite, 180, "Ringing");
        alice.response(180);
        answerAt(c, invite, 486, "Busy Here");
        alice.response(486);
        assertThat(bob.request("ACK").from()).isEqualTo(a);
    }

    @Test
    void aCancelAtAnotherNodeFindsItsInvite() {
        Peer.Received<Request> invite = ringing(a);
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch, ""), b);
        alice.response(200);
        bob.answer(bob.request("CANCEL"), 200, "OK");
        bob.answer(invite, 487, "Request Terminated");
        alice.response(487);
        alice.send(alice.request("ACK", bob.uri(), callId, branch, ""), c);
        assertThat(alice.silent(Duration.ofMillis(1200), Response.class::isInstance))
                .isTrue();
    }

    @Test
    void aCancelThatNobodyKnowsIs481() {
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch, ""), b);
        alice.response(481);
    }

    @Test
    void aRetransmissionAtAnotherNodeIsNotForkedAgain() {
        Peer.Received<Request> invite = ringing(a);
        alice.send(invite(), b);
        alice.response(180);
        alice.send(invite(), c);
        alice.response(180);
        assertThat(bob.silent(SHORT, Request.class::isInstance)).isTrue();
        bob.answer(invite, 486, "Busy Here");
        alice.response(486);
        alice.send(alice.request("ACK", bob.uri(), callId, branch, ""), b);
    }

    @Test
    void oneInviteAtTwoNodesIsForkedOnce() {
        for (int i = 0; i < 8; i++) {
            String id = callId + i;
            String invite = alice.request("INVITE", bob.uri(), id, branch + i, "");
            alice.send(invite, i % 2 == 0 ? a : c);
            alice.send(invite, b);
            Peer.Received<Request> forked = bob.request("INVITE");
            bob.answer(forked, 180, "Ringing");
            alice.response(180);
            assertThat(bob.silent(Duration.ofMillis(150), Request.class::isInstance))
                    .isTrue();
            bob.answer(forked, 486, "Busy Here");
            bob.request("ACK");
            alice.response(486);
            alice.send(alice.request("ACK", bob.uri(), id, branch + i, ""), b);
        }
    }

    @Test
    void overTcpEachMessageFindsItsTransactionAtAnyNode() {
        try (Peer first = Peer.connect(c);
                Peer second = Peer.connect(b)) {
            String invite = first.request("INVITE", bob.uri(), callId, branch, "");
            first.send(invite);
            Peer.Received<Request> forked = bob.request("INVITE");
            bob.answer(forked, 180, "Ringing");
            first.response(180);
            // As if the client had lost its connection: the same Via over another one, to another node.
            second.send(invite);
            second.send(invite.replace("INVITE", "CANCEL"));
            second.response(200);
            bob.answer(bob.request("CANCEL"), 200, "OK");
            bob.answer(forked, 487, "Request Terminated");
            bob.request("ACK");
            first.response(487);
            second.send(invite.replace("INVITE", "ACK"));
            assertThat(bob.silent(SHORT, Request.class::isInstance)).isTrue();
        }
    }

    @Test
    void aResponseOverTcpAtAnotherNodeFindsItsTransaction() throws IOException {
        try (ServerSocket listening = TcpWire.listen(bob.port(), 5)) {
            alice.send(alice.request("INVITE", bob.uri() + ";transport=tcp", callId, branch, ""), a);
            try (Peer callee = Peer.accept(listening);
                    Peer other = Peer.connect(c)) {
                Peer.Received<Request> invite = callee.request("INVITE");
                other.answer(invite, 180, "Ringing");
                alice.response(180);
                other.answer(invite, 603, "Decline");
                alice.response(603);
                assertThat(callee.request("ACK").message().topVia())
                        .isEqualTo(invite.message().topVia());
            }
        }
    }

    @Test
    void aRoleThatIsElsewhereTakesTheRequest() {
        double before = nodes.count("A", "millrace.sip.taken");
        alice.send(alice.request("REGISTER", "sip:me@example.com", callId, branch, ""), a);
        Response ok = alice.response(200);
        assertThat(ok.topVia().rport()).isEqualTo(alice.port());
        Await.until("it is counted", () -> nodes.count("A", "millrace.sip.taken") == before + 1);
        Peer.Received<Request> invite = invited(c);
        bob.answer(invite, 200, "OK");
        alice.response(200);
    }

    @Test
    void aRequestOverAFlowLeavesByTheNodeThatHoldsIt() {
        alice.send(alice.request("MESSAGE", bob.uri() + ";flow=B", callId, branch, ""), a);
        Peer.Received<Request> message = bob.request("MESSAGE");
        assertThat(message.from()).isEqualTo(b);
        bob.answer(message, 200, "OK");
        alice.response(200);
    }

    @Test
    void aFlowOfALostNodeFailsAtOnce() {
        alice.send(alice.request("MESSAGE", bob.uri() + ";flow=gone", callId, branch, ""), a);
        alice.response(430);
    }

    @Test
    void anAckOfASuccessIsForwardedWhereverItArrives() {
        Peer.Received<Request> invite = invited(a);
        bob.answer(invite, 200, "OK");
        String tag = alice.response(200).to().tag().orElseThrow();
        String ack = alice.request("ACK", bob.uri(), callId, Peer.fresh("b"), "")
                .replace(bob.uri() + ">\r\nC", bob.uri() + ">;tag=" + tag + "\r\nC");
        alice.send(ack, b);
        Peer.Received<Request> first = bob.request("ACK");
        alice.send(ack, c);
        bob.request("ACK");
        // RFC 3261 section 16.11: repeated, it is the same request.
        alice.send(ack, b);
        assertThat(bob.request("ACK").message().topVia().branch())
                .isEqualTo(first.message().topVia().branch());
    }

    /** Whether it is the INVITE repeated, which a slow machine leaves behind in the phone's socket. */
    private static boolean again(Request request, Peer.Received<Request> invite) {
        return request.method().equals("INVITE")
                && request.topVia().equals(invite.message().topVia());
    }

    @Test
    void theCallsOfAKilledNodeAreEndedByAnotherOne() {
        Map<String, String> trusting = Map.of("sip.peers", "127.0.0.1,127.0.0.20", "sip.balancers", "127.0.0.20");
        try (DoorNodes three = DoorNodes.start(
                DoorNodes.spec("X", trusting, Role.PROXY),
                DoorNodes.spec("Y", trusting, Role.PROXY),
                DoorNodes.spec("Z", trusting, Role.PROXY))) {
            three.awaitDoors("X", "Y", "Z");
            InetSocketAddress y = three.address("Y");
            try (Peer carol = new Peer();
                    Peer dave = new Peer();
                    Peer eve = new Peer();
                    Peer fred = new Peer();
                    Peer gina = new Peer();
                    Peer hugo = new Peer();
                    Peer ivan = new Peer();
                    Peer judy = new Peer();
                    UdpWire balancer = UdpWire.at("127.0.0.20").turn(y)) {
                Peer.Received<Request> invite = ringing(y);
                eve.send(eve.request("INVITE", fred.uri(), callId + "3", branch + "3", ""), y);
                fred.answer(fred.request("INVITE"), 180, "Ringing");
                eve.response(180);
                carol.send(carol.request("INVITE", dave.uri(), callId + "2", branch + "2", ""), y);
                Peer.Received<Request> talking = dave.request("INVITE");
                dave.answer(talking, 200, "OK");
                carol.response(200);
                balancer.send(gina.request("INVITE", hugo.uri(), callId + "4", branch + "4", ""));
                hugo.answer(hugo.request("INVITE"), 180, "Ringing");
                balancer.await("180", text -> text.startsWith("SIP/2.0 180 "));
                ivan.send(
                        ivan.request("INVITE", judy.uri() + ";flow=Y;instead", callId + "5", branch + "5", ""),
                        three.address("X"));
                Peer.Received<Request> overFlow = judy.request("INVITE");
                assertThat(overFlow.from()).isEqualTo(y);
                Await.until("the answer is written down", () -> three.ringing("X") == 4);
                three.crash("Y");
                // Nobody can say whether the lost node has sent it: what comes by another node is the same request
                // again.
                Peer.Received<Request> again = judy.request("INVITE");
                assertThat(again.from()).isEqualTo(three.address("X"));
                assertThat(again.message().topVia())
                        .isEqualTo(overFlow.message().topVia());
                judy.answer(again, 200, "OK");
                ivan.response(200);
                // The balancer's session hears only the node that is lost: the caller is told at its own address.
                gina.response(503);
                hugo.request("CANCEL");
                eve.send(eve.request("CANCEL", fred.uri(), callId + "3", branch + "3", ""), three.address("X"));
                assertThat(eve.anyResponse().status()).isIn(200, 503);
                eve.anyResponse();
                fred.request("CANCEL");
                Peer.Received<Request> cancel = bob.request("CANCEL");
                assertThat(cancel.message().topVia()).isEqualTo(invite.message().topVia());
                assertThat(cancel.message().uri()).isEqualTo(invite.message().uri());
                bob.answer(cancel, 200, "OK");
                // What rang answers that it stopped, to whom it may, and is acknowledged; the caller has not cancelled
                // anything.
                bob.answer(new Peer.Received<>(invite.message(), three.address("X")), 487, "Request Terminated");
                bob.request("ACK");
                Response unavailable = alice.anyResponse();
                assertThat(unavailable.status()).isEqualTo(503);
                assertThat(unavailable.has(Keys.RETRY_AFTER)).isTrue();
                // A late repetition, at whatever node, gets the same; nothing is forked again.
                for (String id : new String[] {"X", "Z"}) {
                    alice.send(invite(), three.address(id));
                    alice.response(503);
                }
                alice.send(alice.request("ACK", bob.uri(), callId, branch, ""), three.address("X"));
                // The call that was answered is left alone; its repeated 200 still finds the caller.
                assertThat(dave.silent(SHORT, heard -> heard instanceof Request request && !again(request, talking)))
                        .isTrue();
                dave.answer(new Peer.Received<>(talking.message(), three.address("Z")), 200, "OK");
                carol.response(200);
            }
        }
    }

    @Test
    void phonesThatAnswerALostNodeAreNeverLeftAlone() {
        try (DoorNodes three = DoorNodes.start(
                        DoorNodes.spec("X", Map.of(), Role.PROXY),
                        DoorNodes.spec("Y", Map.of(), Role.PROXY),
                        DoorNodes.spec("Z", Map.of(), Role.PROXY));
                Peer carol = new Peer();
                Peer dave = new Peer()) {
            three.awaitDoors("X", "Y", "Z");
            Peer.Received<Request> soon = ringing(three.address("Y"));
            carol.send(carol.request("INVITE", dave.uri(), callId + "2", branch + "2", ""), three.address("Y"));
            Peer.Received<Request> late = dave.request("INVITE");
            dave.answer(late, 180, "Ringing");
            carol.response(180);
            Await.until("both are written down", () -> three.ringing("X") == 2);
            three.crash("Y");

            // Its first 200 went to the lost node; the next one reaches a living one before the caller is refused.
            bob.request("CANCEL");
            bob.pickUp(new Peer.Received<>(soon.message(), three.address("Z")));
            alice.response(200);

            // This one comes too late: what the caller would have done is done for him.
            dave.request("CANCEL");
            carol.response(503);
            InetSocketAddress z = three.address("Z");
            dave.pickUp(new Peer.Received<>(late.message(), z));
            Request ack = dave.request("ACK").message();
            assertThat(ack.uri().encode()).isEqualTo(dave.uri());
            assertThat(ack.to().tag()).contains("b" + dave.port());
            Peer.Received<Request> bye = dave.request("BYE");
            assertThat(bye.message().cseq().number()).isEqualTo(2);
            dave.answer(bye, 200, "OK");
            assertThat(carol.silent(SHORT, message -> message instanceof Response response && response.isSuccess()))
                    .isTrue();
            assertThat(alice.silent(SHORT, message -> message instanceof Response response && response.status() == 503))
                    .isTrue();
        }
    }

    @Test
    void aDrainingNodeHandsNewCallsToOthersAndKeepsItsOwn() {
        try (DoorNodes two =
                DoorNodes.start(DoorNodes.spec("D", Map.of(), Role.PROXY), DoorNodes.spec("E", Map.of(), Role.PROXY))) {
            two.awaitDoors("D", "E");
            // A refusal leaves no record: its ACK finds the node by the tag.
            alice.send(
                    alice.request("INVITE", "sip:busy@example.com", callId + "1", branch + "1", ""), two.address("D"));
            String tag = alice.response(486).to().tag().orElseThrow();
            String ack = alice.request("ACK", "sip:busy@example.com", callId + "1", branch + "1", "")
                    .replace("busy@example.com>\r\nC", "busy@example.com>;tag=" + tag + "\r\nC");
            alice.send(ack, two.address("E"));
            assertThat(alice.silent(Duration.ofMillis(1200), Response.class::isInstance))
                    .isTrue();
            Peer.Received<Request> before = ringing(two.address("D"));
            two.drain("D", Role.PROXY);
            assertThat(two.door("D").drained().isComplete()).isFalse();
            Await.until(
                    "the drain is known",
                    () -> two.context("D").membership().serving(Role.PROXY).stream()
                            .anyMatch(member -> member.draining(Role.PROXY)));
            try (Peer carol = new Peer();
                    Peer dave = new Peer()) {
                carol.send(carol.request("INVITE", dave.uri(), callId + "2", branch + "2", ""), two.address("D"));
                Peer.Received<Request> invite = dave.request("INVITE");
                assertThat(invite.from()).isEqualTo(two.address("E"));
                dave.answer(invite, 200, "OK");
                carol.response(200);
            }
            bob.answer(before, 200, "OK");
            alice.response(200);
            Await.get(two.door("D").drained());
        }
    }
}
