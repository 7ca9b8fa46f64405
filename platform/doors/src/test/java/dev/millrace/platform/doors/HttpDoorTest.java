package dev.millrace.platform.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HttpDoorTest {
    private static final Set<String> THREADS = ConcurrentHashMap.newKeySet();
    private static TestNodes nodes;
    private static int port;

    /** Mounts a few routes in the order of a page, an API and a catch-all. */
    private static Future<Void> mount(NodeContext node) {
        HttpDoor door = node.shared(HttpDoor.class, HttpDoor::of);
        door.mount(900, routes -> routes.get("/:path").handler(HttpDoorTest::last));
        return door.mount(10, routes -> {
                    routes.get("/api/x").handler(context -> context.end("api"));
                    routes.post("/api/x").handler(context -> context.end("posted"));
                    routes.get("/api/broken").handler(context -> {
                        throw new IllegalStateException("the gate is stuck");
                    });
                    routes.get("/api/next").handler(RoutingContext::next);
                })
                .mapEmpty();
    }

    private static void last(RoutingContext context) {
        THREADS.add(Thread.currentThread().getName());
        context.end(Buffer.buffer("last:" + context.pathParam("path")));
    }

    @BeforeAll
    static void start() {
        Map<String, String> flags = Map.of("http.first-request", "1s", "http.idle", "2s", "http.connections", "40");
        nodes = TestNodes.start(1, List.of(new TestRole(Role.LOCATION, HttpDoorTest::mount)), HttpConfig.ALL, flags);
        port = Await.get(nodes.context("A").shared(HttpDoor.class, HttpDoor::of).port());
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static Socket connect() {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(15_000);
            return socket;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Everything that comes back until the door closes. */
    private static String talk(String request) {
        try (Socket socket = connect()) {
            send(socket, request);
            return rest(socket);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A door that has heard enough answers and closes, however much is still to come: its answer can be read all the same. */
    private static void send(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException closedBefore) {
            // The answer says why.
        }
    }

    private static String rest(Socket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (InputStream in = socket.getInputStream()) {
            in.transferTo(all);
        } catch (IOException reset) {
            // A close with unread bytes is a reset: what came before it counts.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    private static String get(String path, String... headers) {
        return talk("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + String.join(
                        "", Stream.of(headers).map(header -> header + "\r\n").toList()) + "\r\n");
    }

    record Row(String name, String request, String status, String... contains) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String request(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + String.join("\r\n", headers)
                + (headers.length > 0 ? "\r\n" : "") + "\r\n";
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("a mounted route", request("GET /api/x"), "200", "api"),
                new Row("another method of it", request("POST /api/x", "Content-Length: 0"), "200", "posted"),
                new Row("a mount of higher order", request("GET /yard"), "200", "last:yard"),
                new Row("nothing there", request("GET /no/such/thing"), "404", "/no/such/thing", "text/plain"),
                new Row("passed on by every mount", request("GET /api/next"), "404", "Nothing is called"),
                new Row(
                        "a method that is not there",
                        request("DELETE /api/x"),
                        "405",
                        "allow: GET, POST",
                        "Only GET and POST work here."),
                new Row("a handler that throws", request("GET /api/broken"), "500", "could not be served"),
                new Row(
                        "a method that is not there, of a path with a parameter",
                        request("PUT /yard"),
                        "405",
                        "allow: GET"),
                new Row(
                        "an answer may be read from other origins",
                        request("GET /api/x"),
                        "200",
                        "access-control-allow-origin: *",
                        "x-content-type-options: nosniff"),
                new Row(
                        "a browser asks before",
                        request("OPTIONS /api/x", "Origin: http://y", "Access-Control-Request-Method: GET"),
                        "204",
                        "access-control-allow-methods: GET, HEAD, OPTIONS"),
                new Row("a body too large", request("POST /api/x", "Content-Length: 65537"), "413", "65536 bytes"),
                new Row("a body of 10^12", request("POST /api/x", "Content-Length: 1000000000000"), "413"),
                new Row("a body of -1", request("POST /api/x", "Content-Length: -1"), "400"),
                new Row("two lengths", request("POST /api/x", "Content-Length: 1", "Content-Length: 2"), "400"),
                new Row("a request line of 1 MB", request("GET /" + "a".repeat(1 << 20)), "414"),
                new Row("10^5 headers", request("GET /api/x", "a: b\r\n".repeat(100_000) + "a: b"), "431"),
                new Row("markup in the path", request("GET /<script>alert(1)</script>/x"), "404"),
                new Row("no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", "400"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hasAClearAnswer(Row row) {
        String answer = talk(row.request());
        assertThat(answer).matches("(?s)HTTP/1\\.[01] " + row.status() + " .*");
        for (String part : row.contains()) {
            assertThat(answer).containsIgnoringCase(part);
        }
    }

    @Test
    void thePathThatIsShownHoldsNoControlCharacters() {
        assertThat(get("/no/%1b%5b31m\u00ff")).doesNotContain("\u001b", "\u00ff");
    }

    @Test
    void connectionsAreSharedByTheLoops() {
        Await.until("two loops served", () -> {
            get("/yard");
            return THREADS.size() == 2;
        });
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws IOException {
        try (Socket silent = connect()) {
            silent.getOutputStream().write("GET /api/x HT".getBytes(StandardCharsets.US_ASCII));
            assertThat(rest(silent)).doesNotContain("200");
        }
        assertThat(counter("millrace.http.silent")).isPositive();
    }

    @Test
    void aSecondRequestThatComesByteByByteIsClosed() throws IOException {
        double before = counter("millrace.http.silent");
        try (Socket slow = connect()) {
            slow.getOutputStream().write("GET /api/x HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Await.until("it is closed though bytes come", () -> {
                try {
                    slow.getOutputStream().write('G');
                } catch (IOException closed) {
                    return true;
                }
                return counter("millrace.http.silent") > before;
            });
            assertThat(rest(slow)).startsWith("HTTP/1.1 200");
        }
        assertThat(counter("millrace.http.silent")).isGreaterThan(before);
    }

    @Test
    void oneConnectionTooManyIsClosedAndTheOthersGoOn() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                open.add(connect());
            }
            Await.until("some were refused", () -> counter("millrace.http.refused") > 0);
        } finally {
            for (Socket each : open) {
                each.close();
            }
        }
        Await.until("it serves again", () -> get("/api/x").startsWith("HTTP/1.1 200"));
    }

    private static double counter(String name) {
        return nodes.context("A").metrics().get(name).counter().count();
    }

    @Test
    void everySettingStandsInTheReadme() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(dev.millrace.platform.runtime.Settings.table(HttpConfig.ALL));
    }
}
