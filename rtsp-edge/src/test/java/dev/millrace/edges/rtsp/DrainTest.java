package dev.millrace.edges.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.rtsp.Keys;
import dev.millrace.protocols.rtsp.Method;
import dev.millrace.protocols.rtsp.Redirects;
import dev.millrace.protocols.rtsp.Response;
import dev.millrace.protocols.rtsp.RtspUrl;
import dev.millrace.protocols.rtsp.Status;
import io.vertx.core.Future;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two nodes: a drained edge sends those who follow to the other one; when it stops it lets nobody else in. */
final class DrainTest {
    @Test
    void drainedEdgeSendsReadersAwayAndKeepsThoseItHas() {
        try (TestNodes nodes = EdgeNode.start(
                2,
                Map.of(
                        "drain.wait",
                        "2s",
                        "advertise",
                        "127.0.0.1",
                        "rtsp.rtp-from",
                        "33000",
                        "rtsp.rtp-to",
                        "33999"))) {
            nodes.awaitWhole();
            int portA = EdgeNode.port(nodes, "A");
            int portB = EdgeNode.port(nodes, "B");
            String url = "rtsp://127.0.0.1:" + portA + "/drained";
            try (RtspClient publisher = new RtspClient(portA).publish(url);
                    RtspClient old = new RtspClient(portA)) {
                publisher.send(0, Video.frame(0));
                RtspClient.expect(old.setup(url).ask(Method.PLAY, url));
                Await.get(nodes.node("A").drain(Role.RTSP_EDGE, true).mapEmpty());
                Await.until(
                        "B knows",
                        () -> nodes.context("B")
                                .membership()
                                .find("A")
                                .orElseThrow()
                                .draining(Role.RTSP_EDGE));
                RtspUrl moved = follower(portA, url);
                assertThat(moved.port()).isEqualTo(portB);
                try (RtspClient reader = new RtspClient(portB)) {
                    Response described = reader.ask(Method.DESCRIBE, moved.encode(), Keys.USER_AGENT, "Lavf59.27.100");
                    RtspClient.expect(described);
                    assertThat(described.headers().first(Keys.CONTENT_BASE)).contains(moved.base());
                    RtspClient.expect(reader.setup(moved.encode()).ask(Method.PLAY, moved.encode()));
                    publisher.send(0, Video.frame(10));
                    reader.packet(0);
                }
                try (RtspClient reader = new RtspClient(portA)) {
                    RtspClient.expect(reader.ask(Method.DESCRIBE, url));
                }
                publisher.send(0, Video.frame(20));
                old.packet(0);
                Await.get(nodes.node("A").drain(Role.RTSP_EDGE, false).mapEmpty());
                try (RtspClient reader = new RtspClient(portA)) {
                    RtspClient.expect(reader.ask(Method.DESCRIBE, url));
                }
                Future<Void> stopping = nodes.node("A").drainAndStop();
                try (RtspClient reader = new RtspClient(portA)) {
                    Await.until(
                            "nobody is let in",
                            () -> reader.ask(Method.DESCRIBE, url).status().equals(Status.SERVICE_UNAVAILABLE));
                    assertThat(reader.announce(url + "/2").status()).isEqualTo(Status.SERVICE_UNAVAILABLE);
                }
                assertThat(follower(portA, url).port()).isEqualTo(portB);
                publisher.send(0, Video.frame(30));
                old.packet(0);
                Await.get(stopping);
                assertThat(old.isClosed()).isTrue();
                assertThat(publisher.isClosed()).isTrue();
            }
        }
    }

    private static RtspUrl follower(int port, String url) {
        try (RtspClient reader = new RtspClient(port)) {
            Response response = reader.ask(Method.DESCRIBE, url + "?a=b", Keys.USER_AGENT, "Lavf59.27.100");
            assertThat(response.status()).isEqualTo(Status.MOVED_TEMPORARILY);
            RtspUrl moved =
                    RtspUrl.parse(response.headers().first(Keys.LOCATION).orElseThrow());
            assertThat(moved.parameter("a")).contains("b");
            assertThat(moved.parameter(Redirects.TOKEN)).isPresent();
            return moved;
        }
    }
}
