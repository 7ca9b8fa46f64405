package dev.millrace.platform.doors.sip.transport;

import static dev.millrace.platform.doors.sip.transport.Peer.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSocket frames that no honest client sends, written by hand (RFC 6455 section 5). */
class WebSocketAttackTest {
    private static final int TEXT = 0x81;
    private static final int PING = 0x89;

    @RegisterExtension
    static final Told told =
            new Told(() -> Map.of("sip.transports", "ws", "sip.message-time", "1s", "sip.write-bytes", "65536"));

    private static Peer open(String more) {
        return Peer.connect(told.listener(Transport.WS).bound()).upgrade("/ws", more);
    }

    private static Peer open() {
        Peer peer = open("");
        assertThat(peer.receive()).startsWith("HTTP/1.1 101");
        return peer;
    }

    private static byte[] options(String branch) {
        return Told.bytes(Told.options("WS", "x.invalid", 5060, branch));
    }

    record Row(String name, byte[] bytes) {
        static Row of(String name, int... bytes) {
            byte[] all = new byte[bytes.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) bytes[i];
            }
            return new Row(name, all);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                Row.of("a frame without a mask", 0x81, 2, 'h', 'i'),
                Row.of("a reserved bit", 0xC1, 0x82, 0, 0, 0, 0, 'h', 'i'),
                Row.of("a reserved opcode", 0x83, 0x80, 0, 0, 0, 0),
                Row.of("a continuation of nothing", 0x80, 0x82, 0, 0, 0, 0, 'h', 'i'),
                Row.of("a new message inside another", 0x01, 0x81, 0, 0, 0, 0, 'O', 0x81, 0x81, 0, 0, 0, 0, 'P'),
                Row.of("a length of 2^63", 0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                Row.of("a length of 2^31", 0x82, 0xFF, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0),
                Row.of("a ping in pieces", 0x09, 0x80, 0, 0, 0, 0),
                Row.of("a ping of 126 bytes", 0x89, 0xFE, 0, 126, 0, 0, 0, 0),
                new Row("a head without an end", frame(TEXT, new byte[2_000])));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aLieEndsTheConnectionAndNoOther(Row row) {
        try (Peer honest = open();
                Peer liar = open()) {
            liar.send(row.bytes());
            assertThat(liar.rest()).doesNotContain("SIP/2.0 200");
            honest.send(frame(TEXT, options("honest")));
            assertThat(honest.receive()).contains("SIP/2.0 200");
        }
        Await.until("both are gone", () -> told.gauge("millrace.sip.connections", "transport", "ws") == 0);
    }

    /** Many frames of nothing are still a message that does not end. */
    @Test
    void emptyFramesDoNotBuyTime() {
        try (Peer peer = open()) {
            peer.send(frame(0x01, new byte[] {'O'}));
            Await.until("it is closed though frames come", () -> {
                try {
                    peer.send(frame(0x00, new byte[0]));
                } catch (UncheckedIOException closed) {
                    return true;
                }
                return told.counter("millrace.sip.closed", "why", "unfinished") > 0;
            });
        }
        assertThat(told.counter("millrace.sip.closed", "why", "unfinished")).isPositive();
    }

    /** A kilobyte of zeros may stand for a gigabyte. */
    @Test
    void compressionIsNotAgreedTo() {
        try (Peer peer = open("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")) {
            assertThat(peer.receive()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("extensions");
        }
    }

    /** Each ping is owed a pong; whoever does not take them is closed before they fill the memory. */
    @Test
    void aClientThatPingsAndDoesNotReadIsClosed() throws IOException {
        InetSocketAddress to = told.listener(Transport.WS).bound();
        byte[] ping = frame(PING, new byte[125]);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            many.writeBytes(ping);
        }
        double before = told.counter("millrace.sip.closed", "why", "slow");
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(to);
        try (Peer deaf = new Peer(socket).upgrade("/ws", "")) {
            deaf.receive();
            long sent = 0;
            try {
                for (; sent < 400; sent++) {
                    deaf.send(many.toByteArray());
                }
            } catch (UncheckedIOException closed) {
                assertThat(sent).isPositive();
            }
        }
        Await.until("closed", () -> told.counter("millrace.sip.closed", "why", "slow") - before == 1);
    }

    /** What a connection sends after the bytes that ended it is not listened to. */
    @Test
    void afterALieNothingCounts() {
        try (Peer peer = open()) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(frame(TEXT, Told.bytes("hello\r\n\r\n")));
            both.writeBytes(frame(TEXT, options("late")));
            peer.send(both.toByteArray());
            assertThat(peer.rest()).doesNotContain("SIP/2.0 200");
        }
        assertThat(told.messages).isEmpty();
    }
}
