package dev.millrace.edges.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.rtsp.Method;
import dev.millrace.protocols.rtsp.SessionHeader;
import dev.millrace.protocols.rtsp.Status;
import dev.millrace.protocols.rtsp.Transport;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may use a session, and when it ends. */
final class SessionTest {
    private static final List<Transport> UDP =
            List.of(Transport.overUdp(new Transport.Pair(40_000, 40_001), Transport.Mode.PLAY));
    private static TestNodes nodes = EdgeNode.none();
    private static int port;
    private static String url = "";

    @BeforeAll
    static void start() {
        nodes = EdgeNode.start(
                1,
                Map.of(
                        "rtsp.rtp-from",
                        "31000",
                        "rtsp.rtp-to",
                        "31999",
                        "rtsp.idle",
                        "1s",
                        "rtsp.timeout",
                        "2s",
                        "publisher.grace",
                        "0"));
        port = EdgeNode.port(nodes, "A");
        url = "rtsp://127.0.0.1:" + port + "/session";
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static Status status(RtspClient client, Method method) {
        return client.ask(method, url).status();
    }

    @Test
    void anInterleavedSessionBelongsToItsConnection() {
        try (RtspClient publisher = new RtspClient(port).publish(url);
                RtspClient owner = new RtspClient(port).setup(url);
                RtspClient thief = new RtspClient(port).session(owner.session())) {
            for (Method method :
                    List.of(Method.PLAY, Method.PAUSE, Method.TEARDOWN, Method.SET_PARAMETER, Method.OPTIONS)) {
                assertThat(status(thief, method)).isEqualTo(Status.SESSION_NOT_FOUND);
            }
            assertThat(status(owner, Method.PLAY)).isEqualTo(Status.OK);
            assertThat(publisher.session()).isNotEqualTo(owner.session());
        }
    }

    @Test
    void aUdpSessionAnswersToItsOwnerOnAnotherConnection() {
        try (RtspClient publisher = new RtspClient(port).publish(url + "/udp");
                RtspClient owner = new RtspClient(port);
                RtspClient sameHost = new RtspClient(port);
                RtspClient otherHost = new RtspClient(port, "127.0.0.2");
                RtspClient otherUser = new RtspClient(port)) {
            RtspClient.expect(owner.ask(Method.SETUP, url + "/udp/trackID=0", Transport.KEY, UDP));
            String id = owner.session();
            owner.hangUp();
            assertThat(otherHost.session(id).ask(Method.TEARDOWN, url + "/udp").status())
                    .isEqualTo(Status.SESSION_NOT_FOUND);
            assertThat(otherUser
                            .session(id)
                            .authorization("Basic YWxpY2U6c2VjcmV0")
                            .ask(Method.TEARDOWN, url + "/udp")
                            .status())
                    .isEqualTo(Status.SESSION_NOT_FOUND);
            assertThat(sameHost.session(id)
                            .ask(Method.GET_PARAMETER, url + "/udp")
                            .status())
                    .isEqualTo(Status.OK);
            assertThat(sameHost.ask(Method.TEARDOWN, url + "/udp").status()).isEqualTo(Status.OK);
            assertThat(sameHost.ask(Method.PLAY, url + "/udp").status()).isEqualTo(Status.SESSION_NOT_FOUND);
            assertThat(publisher.session()).isNotEmpty();
        }
    }

    @Test
    void aUdpSessionWithoutASignOfLifeEndsAndAnInterleavedOneStays() {
        try (RtspClient publisher = new RtspClient(port).publish(url + "/quiet");
                RtspClient udp = new RtspClient(port);
                RtspClient tcp = new RtspClient(port).setup(url + "/quiet")) {
            RtspClient.expect(udp.ask(Method.SETUP, url + "/quiet/trackID=0", Transport.KEY, UDP));
            assertThat(udp.isClosed()).isTrue();
            assertThat(tcp.ask(Method.OPTIONS, "*").status()).isEqualTo(Status.OK);
            assertThat(publisher.ask(Method.OPTIONS, "*").status()).isEqualTo(Status.OK);
        }
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() {
        try (RtspClient idle = new RtspClient(port);
                RtspClient torn = new RtspClient(port)) {
            torn.write("OPTIONS * RTSP/1.0\r\nCSeq".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(idle.isClosed()).isTrue();
            assertThat(torn.isClosed()).isTrue();
        }
    }

    @Test
    void severalSessionsOfOneConnection() {
        try (RtspClient publisher = new RtspClient(port).publish(url + "/several");
                RtspClient reader = new RtspClient(port)) {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                reader.session("");
                ids.add(reader.setup(url + "/several").session());
            }
            assertThat(ids).hasSize(3).doesNotContain(publisher.session());
            for (String id : ids) {
                assertThat(id).hasSize(32);
                assertThat(reader.session(id)
                                .ask(Method.TEARDOWN, url + "/several")
                                .status())
                        .isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void theTimeoutIsTold() {
        try (RtspClient publisher = new RtspClient(port)) {
            assertThat(publisher
                            .announce(url + "/told")
                            .headers()
                            .first(SessionHeader.KEY)
                            .orElseThrow())
                    .extracting(SessionHeader::timeoutSeconds)
                    .isEqualTo(2);
        }
    }

    @Test
    void sessionsAreCountedDownToNothing() {
        Await.until("no session is left", () -> nodes.context("A").load().sessions() == 0);
    }
}
