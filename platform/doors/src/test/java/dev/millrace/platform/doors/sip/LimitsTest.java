package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the door does when there is too much of something, and over a connection. */
class LimitsTest {
    private static int answers(Peer peer, InetSocketAddress door, int requests, int status, Set<String> retries) {
        int count = 0;
        for (int i = 0; i < requests; i++) {
            String id = Peer.fresh("c");
            peer.send(peer.request("OPTIONS", "sip:me@example.com", id, id, ""), door);
            Response response = peer.anyResponse();
            response.first(Keys.RETRY_AFTER).ifPresent(retries::add);
            count += response.status() == status ? 1 : 0;
        }
        return count;
    }

    /** Datagrams that a socket's buffer holds while its node is not looking. */
    private static final int AT_ONCE = 50;

    private static void byeIsAnswered(Peer peer, InetSocketAddress door) {
        String id = Peer.fresh("c");
        String bye = peer.request("BYE", "sip:me@example.com", id, id, "")
                .replace("To: <sip:me@example.com>", "To: <sip:me@example.com>;tag=1");
        peer.send(bye, door);
        peer.response(200);
    }

    private static DoorNodes node(String key, String value) {
        return DoorNodes.start(DoorNodes.spec("A", Map.of(key, value), Role.PROXY));
    }

    @Test
    void moreTransactionsThanThereIsRoomForAre503() {
        try (DoorNodes nodes = node("sip.transactions", "100");
                Peer peer = new Peer();
                Peer silent = new Peer()) {
            int requests = 200;
            for (int i = 1; i <= requests; i++) {
                String id = Peer.fresh("c");
                String target = "sip:you@127.0.0.1:" + silent.port();
                peer.send(peer.request("MESSAGE", target, id, id, ""), nodes.address("A"));
                if (i % AT_ONCE == 0) {
                    int sent = i;
                    // Each that is forwarded is two: one of each side.
                    Await.until(
                            "all have come",
                            () -> nodes.count("A", "millrace.sip.full") + nodes.transactions("A") / 2.0 >= sent);
                }
            }
            assertThat(nodes.transactions("A")).isBetween(90, 102);
            Set<String> retries = new HashSet<>();
            for (int i = 0; i < nodes.count("A", "millrace.sip.full"); i++) {
                retries.add(peer.response(503).first(Keys.RETRY_AFTER).orElseThrow());
            }
            assertThat(retries).as("spread").hasSizeGreaterThan(3);
        }
    }

    @Test
    void whatIsAnsweredTakesNoRoomButItsRepetitionsAreAnsweredAlike() {
        try (DoorNodes nodes = node("sip.transactions", "100");
                Peer peer = new Peer()) {
            InetSocketAddress door = nodes.address("A");
            assertThat(answers(peer, door, 300, 200, new HashSet<>())).isEqualTo(300);
            assertThat(nodes.transactions("A")).isZero();
            assertThat(nodes.answered("A")).isBetween(30, 100);

            String id = Peer.fresh("c");
            String options = peer.request("OPTIONS", "sip:me@example.com", id, id, "");
            peer.send(options, door);
            Response first = peer.response(200);
            peer.send(options, door);
            assertThat(peer.response(200)).as("with the same tag").isEqualTo(first);
        }
    }

    @Test
    void moreRequestsPerSecondThanAreAdmittedAre503ButDialogsGoOn() {
        try (DoorNodes nodes = node("sip.admission.rate", "2");
                Peer peer = new Peer()) {
            InetSocketAddress door = nodes.address("A");
            assertThat(answers(peer, door, 40, 503, new HashSet<>())).isGreaterThan(20);
            byeIsAnswered(peer, door);
        }
    }

    @Test
    void aLateLoopTakesNothingNewButDialogsGoOn() {
        try (DoorNodes nodes = node("sip.overload.delay", "50ms");
                Peer peer = new Peer()) {
            InetSocketAddress door = nodes.address("A");
            Set<String> retries = new HashSet<>();
            boolean busy = false;
            for (int i = 0; i < 20 && !busy; i++) {
                nodes.hold("A", Duration.ofMillis(300));
                Await.until("the delay is seen", () -> nodes.delayMillis("A") > 50);
                busy = answers(peer, door, 1, 503, retries) == 1;
            }
            assertThat(busy).isTrue();
            assertThat(retries).hasSize(1);
            assertThat(nodes.count("A", "millrace.sip.overloaded")).isPositive();
            byeIsAnswered(peer, door);
            Await.until("it is over", () -> nodes.delayMillis("A") < 10);
            assertThat(answers(peer, door, 1, 200, retries)).isEqualTo(1);
        }
    }

    @Test
    void overAConnectionRequestsAreAnsweredThereAndWhatIsBrokenEndsIt() {
        try (DoorNodes nodes = DoorNodes.start(DoorNodes.spec("A", Map.of(), Role.PROXY));
                Peer peer = new Peer()) {
            InetSocketAddress door = nodes.address("A");
            String options = peer.request("OPTIONS", "sip:me@example.com", Peer.fresh("c"), Peer.fresh("b"), "")
                    .replace("SIP/2.0/UDP", "SIP/2.0/TCP");
            try (TcpWire wire = TcpWire.to(door)) {
                wire.send(options);
                assertThat(wire.message()).startsWith("SIP/2.0 200 OK\r\n");
            }
            try (TcpWire wire = TcpWire.to(door)) {
                String broken = options.replace("Content-Length: 0", "Content-Length: -1");
                wire.send(broken);
                assertThat(wire.rest())
                        .startsWith("SIP/2.0 400 Bad Request\r\n")
                        .endsWith("\r\n\r\n");
            }
            try (TcpWire wire = TcpWire.to(door)) {
                String again = options.replace("CSeq: 1", "CSeq: 2");
                wire.send(again);
                assertThat(wire.message()).startsWith("SIP/2.0 200 OK\r\n");
            }
        }
    }
}
