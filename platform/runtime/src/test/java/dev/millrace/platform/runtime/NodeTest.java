package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class NodeTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final RoleModule LOCATION = new Asked(Role.LOCATION);
    private static final RoleModule RELAY = new Asked(Role.RTP_RELAY);

    private static HttpResponse<String> call(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static HttpRequest.Builder to(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static HttpResponse<String> get(int port, String path) {
        return call(to(port, path));
    }

    private static HttpResponse<String> post(int port, String path) {
        return call(to(port, path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void aLoneNodeIsReadyAndShowsItsMeters() {
        try (TestNodes nodes = TestNodes.start(1, List.of(LOCATION), List.of(), Map.of())) {
            Node node = nodes.node("A");
            assertThat(get(node.healthPort(), "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(node.healthPort(), "/health/ready").body()).isEqualTo("ready\n");
            assertThat(get(node.healthPort(), "/metrics").body())
                    .contains(
                            "jvm_memory_used_bytes",
                            "process_cpu_usage",
                            "jvm_threads_live",
                            "millrace_members",
                            "millrace_bus_asked_total",
                            "node=\"A\"");
            assertThat(get(node.healthPort(), "/other").statusCode()).isEqualTo(404);
            assertThat(post(node.healthPort(), "/metrics").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void operatorsSeeAllNodesAndDrainOneFromAnother() {
        List<Spec> specs = List.of(new Spec("A", List.of(LOCATION)), new Spec("B", List.of(RELAY)));
        try (TestNodes nodes = TestNodes.start(List.of(), specs)) {
            nodes.awaitWhole();
            int admin = nodes.node("A").adminPort();
            assertThat(post(admin, "/drain/B/rtp-relay").statusCode()).isEqualTo(200);
            Await.until(
                    "A knows that B drains",
                    () -> nodes.context("A").membership().serving(Role.RTP_RELAY).stream()
                            .allMatch(member -> member.draining(Role.RTP_RELAY)));
            JsonObject status = new JsonObject(get(admin, "/status").body());
            JsonObject b = status.getJsonArray("nodes").getJsonObject(1);
            assertThat(b.getString("id")).isEqualTo("B");
            assertThat(b.getJsonArray("draining")).containsExactly("rtp-relay");
            JsonObject relay = b.getJsonObject("services").getJsonObject("rtp-relay");
            assertThat(relay.getString("wetness")).isEqualTo("drains");
            assertThat(relay.getInteger("sessions")).isEqualTo(7);
            assertThat(post(admin, "/resume/B/rtp-relay").statusCode()).isEqualTo(200);
            assertThat(post(admin, "/drain/B/location").statusCode()).isEqualTo(404);
            assertThat(post(admin, "/drain/Z/location").statusCode()).isEqualTo(404);
            assertThat(post(admin, "/drain/B/juggler").statusCode()).isEqualTo(404);
            assertThat(get(admin, "/drain/B/rtp-relay").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theAdminApiAsksForItsToken() {
        Map<String, String> flags = Map.of("admin.token", "a-token-of-the-tests");
        try (TestNodes nodes = TestNodes.start(1, List.of(LOCATION), List.of(), flags)) {
            int admin = nodes.node("A").adminPort();
            assertThat(get(admin, "/status").statusCode()).isEqualTo(401);
            assertThat(call(to(admin, "/status").header("Authorization", "Bearer wrong"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(call(to(admin, "/status").header("Authorization", "Bearer a-token-of-the-tests"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPageInABrowserCannotUseTheAdminApi() {
        try (TestNodes nodes = TestNodes.start(1, List.of(LOCATION), List.of(), Map.of())) {
            int admin = nodes.node("A").adminPort();
            assertThat(call(to(admin, "/drain/A/location")
                                    .header("Origin", "http://evil.example")
                                    .POST(HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void aForeignSecretNeverJoins() {
        List<Integer> ports = TestNodes.freePorts(2);
        Settings one = TestNodes.settings(List.of(), new Spec("A", List.of(LOCATION)), ports.get(0), ports);
        Settings two = TestNodes.settings(
                List.of(),
                new Spec("B", List.of(LOCATION), List.of(), Map.of("cluster.secret", "some-other-secret-99")),
                ports.get(1),
                ports);
        Node first = Await.get(Node.start(one, List.of(LOCATION)));
        Node second = Await.get(Node.start(two, List.of(LOCATION)));
        assertThat(first.context().membership().members()).hasSize(1);
        assertThat(second.context().membership().members()).hasSize(1);
        Await.get(Future.join(first.stop(), second.stop()));
    }

    @Test
    void theClusterPortKnowsMembersOnlyAndNothingIsBoundBeyondItsAddress() throws IOException {
        try (TestNodes nodes = TestNodes.start(1, List.of(LOCATION), List.of(), Map.of())) {
            RuntimeConfig config = nodes.context("A").config();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), config.clusterPort())) {
                client.setSoTimeout(5_000);
                // The first bytes of Hazelcast's client protocol.
                client.getOutputStream().write("CP2".getBytes(StandardCharsets.US_ASCII));
                // Its word for "not this protocol".
                assertThat(new String(client.getInputStream().readNBytes(3), StandardCharsets.US_ASCII))
                        .isEqualTo("HZX");
            }
            for (int port : List.of(config.clusterPort(), config.busPort(), config.adminPort(), config.healthPort())) {
                assertThat(connects(InetAddress.ofLiteral("127.0.0.2"), port))
                        .as("port " + port)
                        .isFalse();
                assertThat(connects(InetAddress.getLoopbackAddress(), port))
                        .as("port " + port)
                        .isTrue();
            }
        }
    }

    private static boolean connects(InetAddress host, int port) {
        try (Socket socket = new Socket(host, port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void threeThatStartAtTheSameTimeAreOneCluster() {
        List<Integer> ports = TestNodes.freePorts(3);
        List<Future<Node>> starting = List.of("A", "B", "C").stream()
                .map(id -> Node.start(
                        TestNodes.settings(
                                List.of(), new Spec(id, List.of(LOCATION)), ports.get(id.charAt(0) - 'A'), ports),
                        List.of(LOCATION)))
                .toList();
        List<Node> nodes = starting.stream().map(Await::get).toList();
        Await.until(
                "all three see all three",
                () -> nodes.stream()
                        .allMatch(node -> node.context()
                                        .membership()
                                        .serving(Role.LOCATION)
                                        .size()
                                == 3));
        Await.get(Future.join(nodes.stream().map(Node::stop).toList()));
    }

    @Test
    void aNodeWithoutDataWaitsForOneThatHasThem() {
        List<Integer> ports = TestNodes.freePorts(2);
        Map<String, String> wait = Map.of("cluster.wait", "1s");
        Settings lite =
                TestNodes.settings(List.of(), new Spec("B", List.of(RELAY), List.of(), wait), ports.get(1), ports);
        assertThat(Await.failure(Node.start(lite, List.of(RELAY))))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("location");
    }

    @Test
    void aBadSettingFailsTheStartWithItsSentence() {
        Settings settings = Settings.of(RuntimeConfig.ALL, Map.of("join", "127.0.0.1:5701"));
        assertThat(Await.failure(Node.start(settings, List.of(LOCATION)))).isInstanceOf(BadSetting.class);
    }

    @Test
    void aServiceThatCannotStartStopsTheNode() {
        RoleModule broken = new RoleModule() {
            @Override
            public Role role() {
                return Role.LOCATION;
            }

            @Override
            public Service create(NodeContext node) {
                throw new IllegalStateException("no water");
            }
        };
        List<Integer> ports = TestNodes.freePorts(1);
        Settings settings = TestNodes.settings(List.of(), new Spec("A", List.of(broken)), ports.getFirst(), ports);
        assertThat(Await.failure(Node.start(settings, List.of(broken)))).hasMessageContaining("no water");
        Node again = Await.get(Node.start(settings, List.of(LOCATION)));
        Await.get(again.stop());
    }

    @Test
    void aDrainedNodeStopsWhenItsSessionsEndAndNotLaterThanItsWait() {
        Map<String, String> flags = Map.of("drain.wait", "300ms");
        List<String> order = new CopyOnWriteArrayList<>();
        NodeModule other = new NodeModule() {
            @Override
            public String name() {
                return "other";
            }

            @Override
            public Service create(NodeContext node) {
                node.shared(Closing.class, any -> new Closing(order));
                return new Recorded(order);
            }
        };
        TestNodes nodes = TestNodes.start(List.of(), List.of(new Spec("A", List.of(LOCATION), List.of(other), flags)));
        long start = System.nanoTime();
        Await.get(nodes.node("A").drainAndStop());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
        assertThat(nodes.node("A").running()).isFalse();
        assertThat(order).containsExactly("start", "drain", "stop", "close");
        nodes.close();
    }

    record Closing(List<String> order) implements AutoCloseable {
        @Override
        public void close() {
            order.add("close");
        }
    }

    record Recorded(List<String> order) implements Service {
        @Override
        public Future<Void> start() {
            order.add("start");
            return Future.succeededFuture();
        }

        @Override
        public void drain() {
            order.add("drain");
        }

        @Override
        public Future<Void> stop() {
            order.add("stop");
            return Future.succeededFuture();
        }
    }
}
