package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.HttpDoor;
import dev.millrace.platform.doors.tls.TestAuthority;
import dev.millrace.platform.runtime.testing.Await;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {
    private static final TestAuthority OURS = new TestAuthority("ours");

    @TempDir
    static Path folder;

    @RegisterExtension
    static final Told told = new Told(() -> Map.of(
            "sip.transports", "ws,wss",
            "sip.idle", "3s",
            "sip.message-time", "1s",
            "sip.write-bytes", "65536",
            "http.idle", "2s",
            "tls.certificate",
                    OURS.leaf("EC", "localhost").write(folder.resolve("a.pem")).toString()));

    @AutoClose
    private static HttpClient client;

    @BeforeAll
    static void start() {
        Await.get(told.node
                .shared(HttpDoor.class, HttpDoor::of)
                .mount(500, routes -> routes.get("/").handler(context -> context.end("page"))));
        client = HttpClient.newBuilder().sslContext(OURS.context()).build();
    }

    /** What a client hears. */
    private static final class Ears implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> binaries = new LinkedBlockingQueue<>();
        private final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            binaries.add(StandardCharsets.ISO_8859_1.decode(data).toString());
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            ends.add(status);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ends.add(-1);
        }
    }

    private static WebSocket connect(String scheme, String path, Ears ears, String... protocols) {
        Transport transport = scheme.equals("ws") ? Transport.WS : Transport.WSS;
        WebSocket.Builder builder = client.newWebSocketBuilder();
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], java.util.Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        return builder.buildAsync(URI.create(scheme + "://localhost:" + told.port(transport) + path), ears)
                .join();
    }

    @ParameterizedTest
    @CsvSource({"ws,/", "ws,/ws", "ws,/sip", "wss,/", "wss,/ws"})
    void aClientOfTheSubProtocolIsTaken(String scheme, String path) {
        Ears ears = new Ears();
        WebSocket socket = connect(scheme, path, ears, "xmpp", "sip");
        assertThat(socket.getSubprotocol()).isEqualTo("sip");
        socket.sendText(
                        Told.options(scheme.toUpperCase(java.util.Locale.ROOT), "df7jal23ls0d.invalid", 5060, "w"),
                        true)
                .join();
        assertThat(Told.next(ears.texts)).startsWith("SIP/2.0 200").contains("received=127.0.0.1");
        Told.Heard heard = Told.next(told.messages);
        assertThat(heard.onLoop()).isTrue();
        assertThat(heard.flow().transport().text()).isEqualTo(scheme);
        assertThat(told.transports.flow(heard.flow().ref())).contains(heard.flow());
        assertThat(heard.flow().send(Told.bytes("MESSAGE \u00e4"))).isTrue();
        assertThat(Told.next(ears.binaries)).as("no UTF-8, so no text").isEqualTo("MESSAGE \u00e4");
        assertThat(heard.flow().send("MESSAGE \u00e4".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(Told.next(ears.texts)).isEqualTo("MESSAGE \u00e4");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        told.awaitEnd(heard.flow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void withoutTheSubProtocolNothingIsOpened(String path) {
        assertThatThrownBy(() -> connect("ws", path, new Ears())).hasMessageContaining("WebSocketHandshakeException");
        assertThatThrownBy(() -> connect("ws", path, new Ears(), "xmpp"))
                .hasMessageContaining("WebSocketHandshakeException");
    }

    @ParameterizedTest
    @CsvSource({"http,/,200,page", "https,/,200,page", "http,/ws,404,Nothing"})
    void thePageIsNotDisturbed(String scheme, String path, int status, String text) throws Exception {
        Transport transport = scheme.equals("http") ? Transport.WS : Transport.WSS;
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + told.port(transport) + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(text);
    }

    @Test
    void messagesInPiecesAndAsBinary() {
        Ears ears = new Ears();
        WebSocket socket = connect("ws", "/", ears, "sip");
        String text = Told.options("WS", "x.invalid", 5060, "pieces");
        socket.sendText(text.substring(0, 10), false).join();
        socket.sendText(text.substring(10, 50), false).join();
        socket.sendText(text.substring(50), true).join();
        assertThat(Told.next(ears.texts)).startsWith("SIP/2.0 200");
        Told.Heard heard = Told.next(told.messages);
        assertThat(heard.message().encode()).hasSize(text.length());
        socket.sendBinary(ByteBuffer.wrap(Told.bytes(text)), true).join();
        assertThat(Told.next(ears.binaries)).startsWith("SIP/2.0 200");
        socket.abort();
        told.awaitEnd(heard.flow());
    }

    @Test
    void jsSipsKeepAliveIsAnswered() {
        Ears ears = new Ears();
        WebSocket socket = connect("ws", "/", ears, "sip");
        socket.sendText("\r\n\r\n", true).join();
        assertThat(Told.next(ears.texts)).isEqualTo("\r\n");
        socket.abort();
    }

    @Test
    void whatIsNoMessageEndsTheConnection() {
        Ears ears = new Ears();
        WebSocket socket = connect("ws", "/", ears, "sip");
        socket.sendText("hello\r\n\r\n", true).join();
        assertThat(Told.next(ears.ends)).isNotNull();
        Told.Refused refused = Told.next(told.refused);
        assertThat(refused.answerable()).isEmpty();
        told.awaitEnd(refused.flow());
    }

    @Test
    void aMessageThatDoesNotEndOrIsTooLongIsClosed() {
        for (boolean large : new boolean[] {false, true}) {
            String why = large ? "broken" : "unfinished";
            double before = told.counter("millrace.sip.closed", "why", why);
            Ears ears = new Ears();
            WebSocket socket = connect("ws", "/", ears, "sip");
            socket.sendText("OPTIONS sip:a SIP/2.0\r\n", false).join();
            for (int i = 0; large && i < 10 && ears.ends.isEmpty(); i++) {
                socket.sendText("x".repeat(16_000), false)
                        .exceptionally(closed -> socket)
                        .join();
            }
            assertThat(Told.next(ears.ends)).isNotNull();
            Await.until("closed", () -> told.counter("millrace.sip.closed", "why", why) > before);
        }
    }

    /** Longer than {@code http.idle} and {@code sip.idle}: a browser only answers pings. */
    @Test
    void aSilentBrowserStaysConnected() {
        Ears ears = new Ears();
        WebSocket socket = connect("ws", "/", ears, "sip");
        long start = System.nanoTime();
        Await.until("longer than any idle time", () -> System.nanoTime() - start > 4_500_000_000L);
        socket.sendText(Told.options("WS", "x.invalid", 5060, "late"), true).join();
        assertThat(Told.next(ears.texts)).startsWith("SIP/2.0 200");
        socket.abort();
    }

    /** Says nothing at all, not even to a ping. */
    @Test
    void aDeadPeerIsClosed() {
        double before = told.counter("millrace.sip.closed", "why", "idle");
        InetSocketAddress to = told.listener(Transport.WS).bound();
        try (Peer dead = Peer.connect(to)) {
            dead.upgrade("/", "");
            assertThat(dead.receive()).startsWith("HTTP/1.1 101").containsIgnoringCase("Sec-WebSocket-Protocol: sip");
            Await.until("closed", () -> told.counter("millrace.sip.closed", "why", "idle") > before);
        }
    }

    @Test
    void aClientThatDoesNotReadIsClosed() {
        InetSocketAddress to = told.listener(Transport.WS).bound();
        try (Peer deaf = Peer.connect(to)) {
            deaf.upgrade("/ws", "");
            deaf.receive();
            byte[] message = Told.bytes(Told.options("WS", "x.invalid", 5060, "deaf"));
            deaf.send(Peer.frame(0x81, message));
            Flow flow = told.heard("deaf").flow();
            byte[] large = new byte[60_000];
            java.util.Arrays.fill(large, (byte) 'x');
            Await.until("it is closed", () -> !flow.send(large));
        }
        assertThat(told.counter("millrace.sip.closed", "why", "slow")).isPositive();
    }
}
