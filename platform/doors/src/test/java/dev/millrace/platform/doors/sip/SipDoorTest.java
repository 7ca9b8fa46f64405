package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One node, real sockets. */
class SipDoorTest extends TwoPeers {
    private static final Duration SHORT = Duration.ofMillis(300);

    @AutoClose
    private static DoorNodes nodes;

    private static InetSocketAddress door;

    @BeforeAll
    static void open() {
        nodes = DoorNodes.start(DoorNodes.spec("A", Map.of(), Role.PROXY, Role.REGISTRAR, Role.REDIRECT));
        door = nodes.address("A");
    }

    @Test
    void aCallGoesThroughWithOneViaOfOurs() {
        Peer.Received<Request> invite = invited(door);
        assertThat(invite.message().vias()).hasSize(2);
        assertThat(invite.message().topVia().branch().orElseThrow()).startsWith("z9hG4bK");
        assertThat(invite.message().topVia().rport()).isZero();
        assertThat(invite.message().vias().get(1).rport()).isEqualTo(alice.port());
        assertThat(alice.response(100).to().tag()).isEmpty();
        bob.answer(invite, 180, "Ringing");
        assertThat(alice.response(180).vias()).hasSize(1);
        bob.answer(invite, 200, "OK");
        Response ok = alice.response(200);
        assertThat(ok.vias()).hasSize(1);
        alice.send(
                alice.request("ACK", bob.uri(), callId, Peer.fresh("b"), "")
                        .replace("To: <" + bob.uri() + ">", "To: <" + bob.uri() + ">;tag=b" + bob.port()),
                door);
        assertThat(bob.request("ACK").message().vias()).hasSize(2);
    }

    @Test
    void aRetransmissionIsAbsorbedAndAnsweredAgain() {
        Peer.Received<Request> invite = ringing(door);
        alice.send(invite(), door);
        assertThat(alice.response(180).callId()).isEqualTo(callId);
        bob.answer(invite, 486, "Busy Here");
        assertThat(bob.request("ACK").message().topVia())
                .isEqualTo(invite.message().topVia());
        alice.response(486);
        // Without an ACK the answer comes again.
        alice.response(486);
        alice.send(alice.request("ACK", bob.uri(), callId, branch, ""), door);
        assertThat(alice.silent(Duration.ofMillis(1500), Response.class::isInstance))
                .isTrue();
        assertThat(bob.silent(Duration.ofMillis(50), Request.class::isInstance)).isTrue();
    }

    @Test
    void ourOwnRequestIsRepeatedUntilItIsAnswered() {
        alice.send(alice.request("OPTIONS", bob.uri(), callId, branch, ""), door);
        Peer.Received<Request> first = bob.request("OPTIONS");
        Peer.Received<Request> second = bob.request("OPTIONS");
        assertThat(second.message()).isEqualTo(first.message());
        bob.answer(second, 200, "OK");
        alice.response(200);
        assertThat(bob.silent(Duration.ofSeconds(2), Request.class::isInstance)).isTrue();
    }

    @Test
    void aCancelEndsWhatRingsAndAnUnknownOneIs481() {
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch, ""), door);
        alice.response(481);
        Peer.Received<Request> invite = ringing(door);
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch, ""), door);
        assertThat(alice.response(200).method()).isEqualTo("CANCEL");
        Peer.Received<Request> cancel = bob.request("CANCEL");
        assertThat(cancel.message().topVia()).isEqualTo(invite.message().topVia());
        bob.answer(cancel, 200, "OK");
        bob.answer(invite, 487, "Request Terminated");
        bob.request("ACK");
        alice.response(487);
    }

    @Test
    void aCancelWithAnotherBranchHasNoEffect() {
        Peer.Received<Request> invite = invited(door);
        bob.answer(invite, 180, "Ringing");
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch + "x", ""), door);
        alice.response(481);
        assertThat(bob.silent(SHORT, message -> message.method().equals("CANCEL")))
                .isTrue();
        bob.answer(invite, 603, "Decline");
        alice.response(603);
    }

    @Test
    void aRegisterGoesToTheRegistrarAndTwoWaysOfOneAre482() {
        String register = alice.request("REGISTER", "sip:me@example.com", callId, branch, "");
        alice.send(register, door);
        alice.response(200);
        alice.send(register, door);
        alice.response(200);
        alice.send(register.replace(branch, branch + "2"), door);
        alice.response(482);
    }

    @Test
    void withoutRportTheAnswerGoesToThePortOfTheVia() {
        String options =
                bob.request("OPTIONS", "sip:me@example.com", callId, branch, "").replace(";rport", "");
        alice.send(options, door);
        assertThat(bob.response(200).callId()).isEqualTo(callId);
    }

    @Test
    void whatIsMalformedIsRefusedAndTheDoorStaysOpen() {
        String options = alice.request("OPTIONS", "sip:me@example.com", callId, branch, "");
        alice.send(options.replace("CSeq: 1 OPTIONS", "CSeq: 99999999999 OPTIONS"), door);
        alice.response(400);
        alice.send(options.replace("CSeq: 1 OPTIONS", "CSeq: 1 INFO"), door);
        alice.response(400);
        alice.send(options.replace("SIP/2.0\r\nVia", "SIP/7.0\r\nVia"), door);
        alice.response(505);
        alice.send("\0\0\0\0", door);
        alice.send("NONSENSE\r\n\r\n", door);
        alice.send(options.replace("Max-Forwards", "Max Forwards"), door);
        alice.response(400);
        alice.send(options, door);
        alice.response(200);
    }

    @Test
    void anAckToARefusalWithoutATransactionIsDropped() {
        String bye = invite().replace("CSeq: 1 INVITE", "CSeq: 1 BYE");
        alice.send(bye, door);
        Response refused = alice.response(400);
        String tag = refused.to().tag().orElseThrow();
        alice.send(
                alice.request("ACK", bob.uri(), callId, branch, "")
                        .replace(bob.uri() + ">\r\nC", bob.uri() + ">;tag=" + tag + "\r\nC"),
                door);
        assertThat(bob.silent(SHORT, Request.class::isInstance)).isTrue();
    }

    @Test
    void aHandlerWithABugIs500() {
        alice.send(alice.request("OPTIONS", "sip:bug@example.com", callId, branch, ""), door);
        alice.response(500);
    }

    @Test
    void aHeaderThatOnlyTheRoleReadsIs400AndNoBug() {
        double before = nodes.count("A", "millrace.sip.failures");
        alice.send(alice.request("OPTIONS", "sip:odd@example.com", callId, branch, "Contact: <sip:a@b\r\n"), door);
        alice.response(400);
        assertThat(nodes.count("A", "millrace.sip.failures")).isEqualTo(before);
    }

    @Test
    void aRetransmissionBehindA2xxIsAbsorbedAndACancelThenEndsNothing() {
        Peer.Received<Request> invite = invited(door);
        bob.answer(invite, 200, "OK");
        alice.response(200);
        alice.send(invite(), door);
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch, ""), door);
        assertThat(alice.anyResponse().method()).isEqualTo("CANCEL");
        assertThat(bob.silent(SHORT, Request.class::isInstance)).isTrue();
    }

    @Test
    void aCallThatNobodyEndsIsEndedByTheDoor() {
        Peer.Received<Request> invite = ringing(door);
        nodes.sweep("A");
        bob.request("CANCEL");
        alice.response(408);
        assertThat(nodes.count("A", "millrace.sip.expired")).isPositive();
        bob.answer(invite, 487, "Request Terminated");
        assertThat(alice.silent(SHORT, message -> message instanceof Response response && response.status() == 487))
                .isTrue();
    }

    @Test
    void aSecond2xxOfOneInviteIsPassedOn() {
        Peer.Received<Request> invite = invited(door);
        bob.answer(invite, 200, "OK");
        alice.response(200);
        bob.answer(invite, 200, "OK");
        assertThat(alice.response(200).callId()).isEqualTo(callId);
    }

    @Test
    void responsesThatNobodyAskedForGoNowhere() {
        double before = nodes.count("A", "millrace.sip.strangers");
        alice.send(
                "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + door.getHostString() + ":" + door.getPort()
                        + ";branch=z9hG4bKabcdefghijklmnopqrstuvwxyz0123456\r\nVia: SIP/2.0/UDP 127.0.0.1:" + bob.port()
                        + ";branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>;tag=2\r\nCall-ID: " + callId
                        + "\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
                door);
        Await.until("it is counted", () -> nodes.count("A", "millrace.sip.strangers") > before);
        assertThat(bob.silent(SHORT, Message.class::isInstance)).isTrue();
    }

    @Test
    void theStatusSaysWhatGoesOn() {
        invited(door);
        assertThat(nodes.transactions("A")).isPositive();
        assertThat(nodes.door("A").status()).containsKeys("listeners", "transactions", "loopDelayMillis", "domains");
        alice.send(alice.request("CANCEL", bob.uri(), callId, branch, ""), door);
    }
}
