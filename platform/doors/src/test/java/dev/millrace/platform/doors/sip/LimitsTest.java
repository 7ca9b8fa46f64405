package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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

    @Test
    void moreTransactionsThanThereIsRoomForAre503() {
        try (DoorNodes nodes = DoorNodes.start(DoorNodes.spec("A", Map.of("sip.transactions", "100"), Role.PROXY));
                Peer peer = new Peer()) {
            Set<String> retries = new HashSet<>();
            int refused = answers(peer, nodes.address("A"), 200, 503, retries);
            assertThat(refused).isBetween(100, 160);
            assertThat(nodes.transactions("A")).isLessThanOrEqualTo(100);
            assertThat(nodes.count("A", "millrace.sip.full")).isEqualTo(refused);
            assertThat(retries).as("spread").hasSizeGreaterThan(3);
        }
    }

    @Test
    void moreRequestsPerSecondThanAreAdmittedAre503ButDialogsGoOn() {
        try (DoorNodes nodes = DoorNodes.start(DoorNodes.spec("A", Map.of("sip.admission.rate", "2"), Role.PROXY));
                Peer peer = new Peer()) {
            InetSocketAddress door = nodes.address("A");
            assertThat(answers(peer, door, 40, 503, new HashSet<>())).isGreaterThan(20);
            String id = Peer.fresh("c");
            String bye = peer.request("BYE", "sip:me@example.com", id, id, "")
                    .replace("To: <sip:me@example.com>", "To: <sip:me@example.com>;tag=1");
            peer.send(bye, door);
            peer.response(200);
        }
    }

    @Test
    void aLateLoopTakesNothingNewButDialogsGoOn() {
        try (DoorNodes nodes = DoorNodes.start(DoorNodes.spec("A", Map.of("sip.overload.delay", "50ms"), Role.PROXY));
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
            String id = Peer.fresh("c");
            peer.send(
                    peer.request("BYE", "sip:me@example.com", id, id, "")
                            .replace("To: <sip:me@example.com>", "To: <sip:me@example.com>;tag=1"),
                    door);
            peer.response(200);
            Await.until("it is over", () -> nodes.delayMillis("A") < 10);
            assertThat(answers(peer, door, 1, 200, retries)).isEqualTo(1);
        }
    }

    @Test
    void overAConnectionRequestsAreAnsweredThereAndWhatIsBrokenEndsIt() throws IOException {
        try (DoorNodes nodes = DoorNodes.start(DoorNodes.spec("A", Map.of(), Role.PROXY));
                Peer peer = new Peer()) {
            InetSocketAddress door = nodes.address("A");
            String options = peer.request("OPTIONS", "sip:me@example.com", Peer.fresh("c"), Peer.fresh("b"), "")
                    .replace("SIP/2.0/UDP", "SIP/2.0/TCP");
            try (Socket socket = new Socket(door.getAddress(), door.getPort())) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(options.getBytes(StandardCharsets.UTF_8));
                assertThat(line(socket.getInputStream())).isEqualTo("SIP/2.0 200 OK");
            }
            try (Socket socket = new Socket(door.getAddress(), door.getPort())) {
                socket.setSoTimeout(5_000);
                String broken = options.replace("Content-Length: 0", "Content-Length: -1");
                socket.getOutputStream().write(broken.getBytes(StandardCharsets.UTF_8));
                assertThat(line(socket.getInputStream())).isEqualTo("SIP/2.0 400 Bad Request");
                assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
            }
            try (Socket socket = new Socket(door.getAddress(), door.getPort())) {
                socket.setSoTimeout(5_000);
                String again = options.replace("CSeq: 1", "CSeq: 2");
                socket.getOutputStream().write(again.getBytes(StandardCharsets.UTF_8));
                assertThat(line(socket.getInputStream())).isEqualTo("SIP/2.0 200 OK");
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\r'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
