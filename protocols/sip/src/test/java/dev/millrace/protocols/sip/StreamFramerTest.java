package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Framed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

final class StreamFramerTest {
    static final List<String> MESSAGES = Samples.MESSAGES;
    private static final String HEAD =
            "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP b;branch=z9hG4bKx\r\nTo: sip:a\r\nFrom: sip:b;tag=1\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n";

    private static List<Inbound> all(StreamFramer framer) {
        List<Inbound> all = new ArrayList<>();
        Framed<Inbound> framed = framer.next();
        while (framed instanceof Framed.Message<Inbound>(Inbound inbound, int _)) {
            all.add(inbound);
            framed = framer.next();
        }
        assertThat(framed).isInstanceOf(Framed.NeedMore.class);
        return all;
    }

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void tornAtEveryByte(String text) {
        Message expected = MessageTest.parse(text);
        Torn.everyCut(Samples.bytes(text), (first, rest) -> {
            StreamFramer framer = new StreamFramer();
            framer.append(Torn.atOffset(first));
            assertThat(all(framer)).hasSize(rest.length == 0 ? 1 : 0);
            framer.append(Torn.atOffset(rest));
            if (rest.length > 0) {
                assertThat(all(framer)).containsExactly(expected);
            }
            assertThat(framer.buffered()).isZero();
        });
    }

    @Test
    void byteByByteAndAllAtOnce() {
        String stream = String.join("", Samples.MESSAGES) + "\r\n\r\n" + Samples.INVITE;
        byte[] wire = Samples.bytes(stream);
        StreamFramer slow = new StreamFramer();
        List<Inbound> slowly = new ArrayList<>();
        for (byte b : wire) {
            slow.append(ByteBuffer.wrap(new byte[] {b}, 0, 1));
            slowly.addAll(all(slow));
        }
        StreamFramer fast = new StreamFramer();
        fast.append(ByteBuffer.wrap(wire));
        List<Inbound> atOnce = all(fast);
        assertThat(atOnce).hasSize(6).endsWith(KeepAlive.PING, MessageTest.parse(Samples.INVITE));
        assertThat(slowly.stream().filter(Message.class::isInstance))
                .containsExactlyElementsOf(
                        atOnce.stream().filter(Message.class::isInstance).toList());
        assertThat(slowly).contains(KeepAlive.PING);
    }

    /** Each message owns its bytes: what comes later does not change it. */
    @Test
    void messagesOwnTheirBytes() {
        StreamFramer framer = new StreamFramer();
        framer.append(ByteBuffer.wrap(Samples.bytes(Samples.INVITE)));
        Message first = (Message) all(framer).getFirst();
        framer.append(ByteBuffer.wrap(Samples.bytes(Samples.REGISTER)));
        all(framer);
        assertThat(first).isEqualTo(MessageTest.parse(Samples.INVITE));
    }

    @Test
    void keepAlives() {
        StreamFramer framer = new StreamFramer();
        framer.append(ByteBuffer.wrap(Samples.bytes("\r\n\r\n")));
        assertThat(all(framer)).containsExactly(KeepAlive.PING);
        framer.append(ByteBuffer.wrap(Samples.bytes("\r\n")));
        assertThat(all(framer)).containsExactly(KeepAlive.PONG);
        framer.append(ByteBuffer.wrap(Samples.bytes("\r\n")));
        // The second half of a ping that came in two.
        assertThat(all(framer)).containsExactly(KeepAlive.PING);
        framer.append(ByteBuffer.wrap(Samples.bytes("\r\n\r\n".repeat(10_000))));
        assertThat(all(framer)).containsExactly(KeepAlive.PING);
        framer.append(ByteBuffer.wrap(Samples.bytes("\r")));
        assertThat(all(framer)).isEmpty();
        framer.append(ByteBuffer.wrap(Samples.bytes("\n" + Samples.RINGING + "\r\n")));
        assertThat(all(framer)).containsExactly(KeepAlive.PONG, MessageTest.parse(Samples.RINGING), KeepAlive.PONG);
        framer.append(ByteBuffer.wrap(Samples.bytes(Samples.RINGING)));
        assertThat(all(framer)).hasSize(1);
    }

    record Lie(String name, String head, String rule, boolean answerable) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Lie> lies() {
        return Stream.of(
                new Lie("none", HEAD, "content-length", true),
                new Lie("-1", HEAD + "Content-Length: -1\r\n", "content-length", true),
                new Lie("2^31", HEAD + "Content-Length: 2147483648\r\n", "content-length", true),
                new Lie("2^32", HEAD + "Content-Length: 4294967296\r\n", "content-length", true),
                new Lie("2^63", HEAD + "l: 9223372036854775808\r\n", "content-length", true),
                new Lie("2^64+2", HEAD + "l: 18446744073709551618\r\n", "content-length", true),
                new Lie("10^12", HEAD + "L : 1000000000000\r\n", "content-length", true),
                new Lie("above the limit", HEAD + "Content-Length: 65530\r\n", "message-length", true),
                new Lie("two differing", HEAD + "Content-Length: 1\r\nl: 2\r\n", "content-length", true),
                new Lie("hexadecimal", HEAD + "Content-Length: 0x1\r\n", "content-length", true),
                new Lie("with a sign", HEAD + "Content-Length: +1\r\n", "content-length", true),
                new Lie("empty", HEAD + "Content-Length:\r\n", "content-length", true),
                new Lie("a list", HEAD + "Content-Length: 1, 1\r\n", "content-length", true),
                new Lie("chunked", HEAD + "Transfer-Encoding: chunked\r\n", "content-length", true),
                new Lie(
                        "of a response",
                        HEAD.replace("OPTIONS sip:a SIP/2.0", "SIP/2.0 200 OK"),
                        "content-length",
                        false),
                new Lie("of an ACK", HEAD.replace("OPTIONS", "ACK"), "content-length", false),
                new Lie("without Via", HEAD.replaceFirst("Via: .*\r\n", ""), "content-length", false));
    }

    /** Class 6 of the known attacks: the connection ends at once, and nothing is kept for a body that will not come. */
    @ParameterizedTest
    @MethodSource("lies")
    void lengthLies(Lie lie) {
        byte[] wire = Samples.bytes(lie.head + "\r\n");
        StreamFramer framer = new StreamFramer();
        framer.append(ByteBuffer.wrap(wire, 0, wire.length));
        Framed<Inbound> framed = framer.next();
        assertThat(framed).isInstanceOf(Framed.Broken.class);
        assertThat(((Framed.Broken<Inbound>) framed).why().rule()).isEqualTo(lie.rule);
        assertThat(framer.answerable().isPresent()).isEqualTo(lie.answerable);
        assertThat(framer.buffered()).isLessThanOrEqualTo(wire.length);
        // Out of step for good.
        framer.append(ByteBuffer.wrap(Samples.bytes(Samples.INVITE)));
        assertThat(framer.next()).isInstanceOf(Framed.Broken.class);
    }

    @Test
    void theSameLengthTwiceIsNoLie() {
        byte[] wire = Samples.bytes(HEAD + "Content-Length: 2\r\nl: 02\r\n\r\nab");
        StreamFramer framer = new StreamFramer();
        framer.append(ByteBuffer.wrap(wire, 0, wire.length));
        assertThat(all(framer)).hasSize(1);
    }

    record Stranger(String name, byte[] first) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Stranger> strangers() {
        return Stream.of(
                new Stranger("TLS hello", new byte[] {0x16, 3, 1, 2, 0}),
                new Stranger("STUN", new byte[] {0, 1, 0, 0}),
                new Stranger("leading space", Samples.bytes(" OPTIONS sip:a SIP/2.0\r\n")),
                new Stranger("bare CR", Samples.bytes("\rOPTIONS sip:a SIP/2.0\r\n")),
                new Stranger("HTTP", Samples.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
                new Stranger("no colon", Samples.bytes("OPTIONS sip:a SIP/2.0\r\nhello\r\n\r\n")),
                new Stranger(
                        "a head without end", Samples.bytes("OPTIONS sip:a SIP/2.0\r\nA: " + "b".repeat(Limits.HEAD))),
                new Stranger(
                        "a line too long",
                        Samples.bytes("OPTIONS sip:a SIP/2.0\r\nA: " + "b".repeat(Limits.LINE) + "\r\n\r\n")),
                new Stranger(
                        "a header folded too long",
                        Samples.bytes("OPTIONS sip:a SIP/2.0\r\nA: b\r\n" + " b\r\n".repeat(Limits.LINE / 4) + "\r\n")),
                new Stranger(
                        "too many headers",
                        Samples.bytes("OPTIONS sip:a SIP/2.0\r\n" + "A:b\r\n".repeat(Limits.LINES + 1) + "\r\n")));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void strangersAreToldAtOnce(Stranger stranger) {
        StreamFramer framer = new StreamFramer();
        framer.append(ByteBuffer.wrap(stranger.first, 0, stranger.first.length));
        assertThat(framer.next()).isInstanceOf(Framed.Broken.class);
    }

    /** One byte at a time, a message as large as the limit: each byte is looked at once, so this ends soon. */
    @Test
    void slowAndLargeIsNotQuadratic() {
        int body = Limits.MESSAGE - 1_024;
        byte[] head = Samples.bytes(HEAD + "X: " + "y".repeat(500) + "\r\nContent-Length: " + body + "\r\n\r\n");
        StreamFramer framer = new StreamFramer();
        long begin = System.nanoTime();
        for (int round = 0; round < 20; round++) {
            for (byte b : head) {
                framer.append(ByteBuffer.wrap(new byte[] {b}, 0, 1));
                framer.next();
            }
            for (int i = 1; i < body; i++) {
                framer.append(ByteBuffer.wrap(new byte[] {'z'}, 0, 1));
                assertThat(framer.next() instanceof Framed.NeedMore<Inbound>).isTrue();
            }
            framer.append(ByteBuffer.wrap(new byte[] {'z'}, 0, 1));
            assertThat(all(framer)).hasSize(1);
            assertThat(framer.buffered()).isZero();
        }
        // 1.3 million appends; a rescan of the body each time would take minutes.
        assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
    }
}
