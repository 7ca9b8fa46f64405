package dev.millrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.LeftOut;
import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.doors.HttpDoor;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console on a real node; location, relay and packager are played by the test. */
class ConsoleTest {
    private static volatile List<Claim> claims = List.of();
    private static final AtomicLong BITS = new AtomicLong(4_000_000);
    private static TestNodes nodes;
    private static String base;
    private static HttpClient client;

    /** Serves what the console asks. */
    private static TestRole played(Role role) {
        return new TestRole(role, node -> {
            switch (role) {
                case LOCATION -> node.bus().serve(Streams.LIST, nothing -> Future.succeededFuture(claims));
                case RTP_RELAY -> node.bus().serve(Relay.STATS, nothing -> Future.succeededFuture(stats()));
                case HLS_PACKAGER ->
                    node.bus()
                            .serve(
                                    Packagings.LEFT_OUT,
                                    sdp -> Future.succeededFuture(
                                            List.of(new LeftOut(1, "PCMU", "HLS has no G.711."))));
                case RTSP_EDGE, REGISTRAR, PROXY, REDIRECT -> {
                    // The console asks nothing of them.
                }
            }
            return Future.succeededFuture();
        });
    }

    private static List<Relay.Stats> stats() {
        return claims.stream()
                .map(claim -> new Relay.Stats(claim.path(), claim.epoch(), BITS.get(), 3, 100, 0, 0))
                .toList();
    }

    private static Claim claim(String path) {
        byte[] sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 0 RTP/AVP 0\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        return new Claim(StreamPath.parse(path), "id-" + path, 1, "A", "A", sdp, List.of(), true, 1_700_000_000_000L);
    }

    @BeforeAll
    static void start() {
        List<Setting<?>> known = new ArrayList<>(HttpConfig.ALL);
        known.addAll(ConsoleConfig.ALL);
        List<RoleModule> roles = new ArrayList<>();
        for (Role role : Role.values()) {
            roles.add(played(role));
        }
        nodes = TestNodes.start(
                known,
                List.of(new TestNodes.Spec(
                        "A", roles, List.of(new ConsoleModule()), Map.of("console.listeners", "2"))));
        int port = Await.get(
                nodes.context("A").shared(HttpDoor.class, HttpDoor::of).port());
        base = "http://127.0.0.1:" + port;
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        nodes.close();
    }

    private static HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).build();
    }

    private static String list() {
        try {
            return client.send(get("/api/streams"), BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static BufferedReader events() throws Exception {
        HttpResponse<InputStream> answer = client.send(get("/api/events"), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    /** The data of the next event of that type. */
    private static JsonObject next(BufferedReader events, String type) throws Exception {
        String current = "";
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.startsWith("event: ")) {
                current = line.substring(7);
            } else if (line.startsWith("data: ") && current.equals(type)) {
                return new JsonObject(line.substring(6));
            }
        }
        throw new AssertionError("the event stream ended before " + type);
    }

    @Test
    void theListAndItsChanges() throws Exception {
        claims = List.of(claim("demo"));
        Await.until("the list is a new one", () -> list().contains("\"demo\""));
        try (BufferedReader events = events()) {
            JsonObject all = next(events, "all");
            assertThat(all.getString("node")).isEqualTo("A");
            assertThat(all.getJsonArray("streams").getJsonObject(0).getString("path"))
                    .isEqualTo("demo");

            JsonObject flow = next(events, "flow");
            assertThat(flow.getJsonObject("flow").getJsonArray("demo").getLong(0))
                    .isEqualTo(4_000_000);

            claims = List.of(claim("mine"), claim("demo"));
            JsonObject changes = next(events, "changes");
            while (!changes.encode().contains("\"mine\"")) {
                changes = next(events, "changes");
            }
            claims = List.of(claim("mine"));
            JsonObject gone = next(events, "changes");
            while (gone.getJsonArray("gone").isEmpty()) {
                gone = next(events, "changes");
            }
            assertThat(gone.getJsonArray("gone")).containsExactly("demo");
        }
    }

    @Test
    void theListAsJsonNamesWhatHlsLeavesOut() {
        claims = List.of(claim("left"));
        Await.until("a packager has said what is left out", () -> list().contains("HLS has no G.711."));
        JsonObject list = new JsonObject(list());
        var tracks = list.getJsonArray("streams").getJsonObject(0).getJsonArray("tracks");
        assertThat(tracks.getJsonObject(0).getBoolean("inHls")).isTrue();
        assertThat(tracks.getJsonObject(1).getBoolean("inHls")).isFalse();
        assertThat(list.getJsonObject("rtsp").getString("host")).isEmpty();
    }

    @Test
    void listenersAreBoundedAndTheirPlacesComeBack() throws Exception {
        try (BufferedReader one = events();
                BufferedReader two = events()) {
            next(one, "all");
            next(two, "all");
            HttpResponse<String> third = client.send(get("/api/events"), BodyHandlers.ofString());
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
        }
        Await.until("a place is free again", () -> {
            try (BufferedReader free = events()) {
                return !next(free, "all").isEmpty();
            } catch (Exception | AssertionError full) {
                return false;
            }
        });
    }

    @Test
    void thePageAndWhatIsNotThere() throws Exception {
        assertThat(client.send(get("/"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        assertThat(client.send(get("/assets/nothing.js"), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
        HttpRequest post = HttpRequest.newBuilder(URI.create(base + "/api/streams"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }
}
