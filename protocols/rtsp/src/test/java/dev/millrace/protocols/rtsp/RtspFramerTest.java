package dev.millrace.protocols.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Framed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RtspFramerTest {
    record Broken(String name, String wire, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<String> messages() {
        return Samples.MESSAGES.stream();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageThereAndBackAtAnOffset(String text) {
        byte[] wire = Samples.bytes(text);
        Message message = message(Torn.atOffset(wire), wire.length);
        byte[] again = message.encode();
        assertThat(message(ByteBuffer.wrap(again), again.length).encode()).isEqualTo(again);
        assertThat(message.startLine()).isEqualTo(text.substring(0, text.indexOf('\r')));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void tornAtEveryByteNeedsMore(String text) {
        Torn.everyPrefix(
                Samples.bytes(text),
                first -> assertThat(RtspFramer.frame(ByteBuffer.wrap(first))).isInstanceOf(Framed.NeedMore.class));
    }

    private static Message message(ByteBuffer bytes, int length) {
        Framed<Inbound> framed = RtspFramer.frame(bytes);
        assertThat(framed).isInstanceOf(Framed.Message.class);
        Framed.Message<Inbound> whole = (Framed.Message<Inbound>) framed;
        assertThat(whole.consumed()).isEqualTo(length);
        return (Message) whole.message();
    }

    @Test
    void interleavedFrameAtAnOffset() {
        ByteBuffer bytes = Torn.atOffset(Samples.frame(3, 300));
        int at = bytes.position();
        assertThat(RtspFramer.frame(bytes))
                .isEqualTo(new Framed.Message<>(new Inbound.Interleaved(3, at + 4, 300), 304));
        assertThat(RtspFramer.interleaved(bytes, at, bytes.limit())).isEqualTo(304);
    }

    @Test
    void interleavedFrameTornAtEveryByteNeedsMore() {
        Torn.everyPrefix(Samples.frame(0, 20), first -> {
            assertThat(RtspFramer.frame(ByteBuffer.wrap(first))).isInstanceOf(Framed.NeedMore.class);
            assertThat(RtspFramer.interleaved(ByteBuffer.wrap(first), 0, first.length))
                    .isEqualTo(RtspFramer.NEED_MORE);
        });
    }

    @Test
    void emptyAndLongestFrame() {
        for (int length : List.of(0, 65_535)) {
            byte[] frame = Samples.frame(255, length);
            assertThat(RtspFramer.frame(ByteBuffer.wrap(frame)))
                    .isEqualTo(new Framed.Message<>(new Inbound.Interleaved(255, 4, length), length + 4));
        }
    }

    @Test
    void leadingEmptyLinesAreSkipped() {
        byte[] wire = Samples.bytes("\r\n\r\n" + Samples.FFMPEG_OPTIONS);
        assertThat(message(ByteBuffer.wrap(wire), wire.length)).isInstanceOf(Request.class);
    }

    @Test
    void frameBehindAnEmptyLineKeepsItsAbsoluteOffset() {
        byte[] wire = new byte[2 + 4 + 5];
        System.arraycopy(Samples.frame(1, 5), 0, wire, 2, 9);
        wire[0] = '\r';
        wire[1] = '\n';
        assertThat(RtspFramer.frame(ByteBuffer.wrap(wire)))
                .isEqualTo(new Framed.Message<>(new Inbound.Interleaved(1, 6, 5), 11));
    }

    private static Stream<Broken> broken() {
        String head = "OPTIONS rtsp://h/p RTSP/1.0\r\nCSeq: 1\r\n";
        return Stream.of(
                new Broken("leading space", " OPTIONS * RTSP/1.0\r\n\r\n", "start-line"),
                new Broken("TLS hello at the plain port", "\u0016\u0003\u0001", "start-line"),
                new Broken("no version", "OPTIONS *\r\n\r\n", "request-line"),
                new Broken("version without number", "OPTIONS * RTSP/x.y\r\n\r\n", "version"),
                new Broken("HTTP", "GET / HTTP/1.1\r\n\r\n", "version"),
                new Broken("blank in the URI", "OPTIONS rtsp://h/a b RTSP/1.0\r\n\r\n", "request-line"),
                new Broken("status of two digits", "RTSP/1.0 20 OK\r\n\r\n", "status-line"),
                new Broken("Content-Length -1", head + "Content-Length: -1\r\n\r\n", "content-length"),
                new Broken("Content-Length 2^31", head + "Content-Length: 2147483648\r\n\r\n", "content-length"),
                new Broken("Content-Length 10^12", head + "Content-Length: 1000000000000\r\n\r\n", "content-length"),
                new Broken("Content-Length above the limit", head + "Content-Length: 65537\r\n\r\n", "content-length"),
                new Broken(
                        "two Content-Length",
                        head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                        "content-length"),
                new Broken("a line without end", "OPTIONS rtsp://h/" + "a".repeat(9_000), "line-length"),
                new Broken("a request line of 1 MB", "OPTIONS rtsp://h/" + "a".repeat(1 << 20), "line-length"),
                new Broken("10^5 headers", head + "A: b\r\n".repeat(100_000), "header-count"),
                new Broken(
                        "head above the limit", head + ("A: " + "b".repeat(8_000) + "\r\n").repeat(5), "head-length"),
                new Broken("blank before the colon", head + "Content-Length : 5\r\n\r\n", "header"),
                new Broken("NUL in a path", "OPTIONS rtsp://h/\0 RTSP/1.0\r\n\r\n", "control-character"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void breaks(Broken row) {
        Framed<Inbound> framed = RtspFramer.frame(Torn.atOffset(Samples.bytes(row.wire)));
        assertThat(framed).isInstanceOf(Framed.Broken.class);
        assertThat(((Framed.Broken<Inbound>) framed).why().rule()).isEqualTo(row.rule);
    }

    @Test
    void anotherVersionIsStillARequest() {
        byte[] wire = Samples.bytes("OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n");
        Request request = (Request) message(ByteBuffer.wrap(wire), wire.length);
        assertThat(request.version()).isEqualTo("RTSP/2.0");
    }
}
