package dev.millrace.protocols.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TextFramerTest {
    private static final TextFramer FRAMER = new TextFramer(new TextFramer.Limits(4096, 100, 16_384, 65_536));

    private static final String WHOLE =
            "ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nv=0\r\n";

    /** A message that is taken. */
    record Good(String name, String bytes, String startLine, List<Headers.Line> headers, String body) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A message that is refused under a rule. */
    record Bad(String name, String bytes, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Good> goods() {
        return Stream.of(
                good("no header", "OPTIONS * RTSP/1.0\r\n\r\n", ""),
                good("one header", "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", "", "CSeq", "1"),
                good("bare LF", "OPTIONS * RTSP/1.0\nCSeq: 1\n\n", "", "CSeq", "1"),
                good("leading CRLF", "\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", "", "CSeq", "1"),
                good("leading LF", "\nOPTIONS * RTSP/1.0\r\n\r\n", ""),
                good("no space behind the colon", "OPTIONS * RTSP/1.0\r\nCSeq:1\r\n\r\n", "", "CSeq", "1"),
                good("blanks around the value", "OPTIONS * RTSP/1.0\r\nCSeq: \t 1 \t\r\n\r\n", "", "CSeq", "1"),
                good("empty value", "OPTIONS * RTSP/1.0\r\nRange:\r\n\r\n", "", "Range", ""),
                good("colon in the value", "OPTIONS * RTSP/1.0\r\nDate: 1:2:3\r\n\r\n", "", "Date", "1:2:3"),
                good("UTF-8 value", "OPTIONS * RTSP/1.0\r\nServer: \u00fc\r\n\r\n", "", "Server", "\u00fc"),
                good("folded by a space", "OPTIONS * RTSP/1.0\r\nPublic: A,\r\n B\r\n\r\n", "", "Public", "A, B"),
                good("folded by a tab, twice", "OPTIONS * RTSP/1.0\r\nP: A\r\n\tB\r\n  C\r\n\r\n", "", "P", "A B C"),
                good("folded from an empty value", "OPTIONS * RTSP/1.0\r\nP:\r\n B\r\n\r\n", "", "P", "B"),
                good("Content-Length 0", "OPTIONS * RTSP/1.0\r\nContent-Length: 0\r\n\r\n", "", "Content-Length", "0"),
                good("body", "OPTIONS * RTSP/1.0\r\nContent-Length: 3\r\n\r\nabc", "abc", "Content-Length", "3"),
                good(
                        "Content-Length twice the same",
                        "OPTIONS * RTSP/1.0\r\nContent-Length: 3\r\ncontent-length: 03\r\n\r\nabc",
                        "abc",
                        "Content-Length",
                        "3",
                        "content-length",
                        "03"),
                good(
                        "body that looks like a message",
                        "OPTIONS * RTSP/1.0\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
                        "\r\n\r\n",
                        "Content-Length",
                        "4"));
    }

    private static Good good(String name, String bytes, String body, String... headers) {
        List<Headers.Line> lines = Stream.iterate(0, i -> i < headers.length, i -> i + 2)
                .map(i -> new Headers.Line(headers[i], headers[i + 1]))
                .toList();
        return new Good(name, bytes, "OPTIONS * RTSP/1.0", lines, body);
    }

    static Stream<Bad> bads() {
        String first = "OPTIONS * RTSP/1.0\r\n";
        return Stream.of(
                new Bad("leading space", " OPTIONS * RTSP/1.0\r\n\r\n", "start-line"),
                new Bad("leading tab", "\tOPTIONS * RTSP/1.0\r\n\r\n", "start-line"),
                new Bad("endless empty lines", "\r\n".repeat(3000), "empty-lines"),
                new Bad("Content-Length -1", first + "Content-Length: -1\r\n\r\n", "content-length"),
                new Bad("Content-Length +1", first + "Content-Length: +1\r\n\r\nx", "content-length"),
                new Bad("Content-Length hex", first + "Content-Length: 0x1\r\n\r\nx", "content-length"),
                new Bad("Content-Length empty", first + "Content-Length:\r\n\r\n", "content-length"),
                new Bad("Content-Length 2^31", first + "Content-Length: 2147483648\r\n\r\n", "content-length"),
                new Bad("Content-Length 2^31-1", first + "Content-Length: 2147483647\r\n\r\n", "content-length"),
                new Bad("Content-Length 10^12", first + "Content-Length: 1000000000000\r\n\r\n", "content-length"),
                new Bad(
                        "Content-Length 10^30",
                        first + "Content-Length: 1" + "0".repeat(30) + "\r\n\r\n",
                        "content-length"),
                new Bad("Content-Length list", first + "Content-Length: 3, 3\r\n\r\nabc", "content-length"),
                new Bad("Content-Length above the limit", first + "Content-Length: 65537\r\n\r\n", "content-length"),
                new Bad(
                        "two different Content-Length",
                        first + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                        "content-length"),
                new Bad("white space before the colon", first + "Content-Length : 3\r\n\r\nabc", "header"),
                new Bad("tab before the colon", first + "CSeq\t: 3\r\n\r\n", "header"),
                new Bad("no colon", first + "CSeq 3\r\n\r\n", "header"),
                new Bad("no name", first + ": 3\r\n\r\n", "header"),
                new Bad("control character in the name", first + "CS\u0001eq: 3\r\n\r\n", "header"),
                new Bad("folding without a header", first + " folded: 1\r\n\r\n", "header"),
                new Bad("NUL in the start line", "OPTIONS \0 RTSP/1.0\r\n\r\n", "control-character"),
                new Bad("NUL in a value", first + "CSeq: 1\0\r\n\r\n", "control-character"),
                new Bad("bare CR in a value", first + "CSeq: 1\rX: 2\r\n\r\n", "control-character"),
                new Bad("10^5 headers", first + "A: 1\r\n".repeat(100_000) + "\r\n", "header-count"),
                new Bad("one header too many", first + "A: 1\r\n".repeat(101) + "\r\n", "header-count"),
                new Bad("request line of 1 MB", "OPTIONS " + "a".repeat(1 << 20) + " RTSP/1.0\r\n\r\n", "line-length"),
                new Bad("request line of 1 MB without an end", "O".repeat(1 << 20), "line-length"),
                new Bad("header line too long", first + "A: " + "b".repeat(5000) + "\r\n\r\n", "line-length"),
                new Bad(
                        "head too long",
                        first + ("A: " + "b".repeat(4000) + "\r\n").repeat(5) + "\r\n",
                        "head-length"));
    }

    @ParameterizedTest
    @MethodSource("goods")
    void takes(Good row) {
        byte[] bytes = row.bytes.getBytes(UTF_8);
        Framed<TextFramer.Raw> framed = frame(Torn.atOffset(bytes));
        assertThat(framed).isInstanceOfSatisfying(Framed.Message.class, message -> {
            assertThat(message.consumed()).isEqualTo(bytes.length);
            TextFramer.Raw raw = (TextFramer.Raw) message.message();
            assertThat(raw.startLine()).isEqualTo(row.startLine);
            assertThat(raw.headers().lines()).isEqualTo(row.headers);
            assertThat(new String(raw.body(), UTF_8)).isEqualTo(row.body);
        });
    }

    @ParameterizedTest
    @MethodSource("goods")
    void needsMoreOfAnyBeginning(Good row) {
        Torn.everyPrefix(
                row.bytes.getBytes(UTF_8),
                prefix -> assertThat(frame(Torn.atOffset(prefix))).isInstanceOf(Framed.NeedMore.class));
    }

    @ParameterizedTest
    @MethodSource("bads")
    void refuses(Bad row) {
        ByteBuffer bytes = Torn.atOffset(row.bytes.getBytes(UTF_8));
        assertThat(rule(frame(bytes))).isEqualTo(row.rule);
    }

    /** However the bytes are torn, the answer is the same one in the end and no other one before it. */
    @ParameterizedTest
    @MethodSource("bads")
    void refusesNoEarlierBeginningForAnotherRule(Bad row) {
        if (row.bytes.length() > 4096) {
            return; // the cuts of a long one would cost seconds and show nothing that the short ones do not
        }
        Torn.everyPrefix(row.bytes.getBytes(UTF_8), prefix -> {
            if (frame(Torn.atOffset(prefix)) instanceof Framed.Broken<TextFramer.Raw>(Malformed why)) {
                assertThat(why.rule()).isEqualTo(row.rule);
            }
        });
    }

    @Test
    void doesNotMoveTheBuffer() {
        ByteBuffer bytes = Torn.atOffset(WHOLE.getBytes(UTF_8));
        int position = bytes.position();
        int limit = bytes.limit();
        assertThat(frame(bytes)).isInstanceOf(Framed.Message.class);
        assertThat(bytes.position()).isEqualTo(position);
        assertThat(bytes.limit()).isEqualTo(limit);
    }

    @Test
    void leavesTheNextMessageAlone() {
        byte[] two = (WHOLE + WHOLE).getBytes(UTF_8);
        ByteBuffer bytes = Torn.atOffset(two);
        assertThat(frame(bytes))
                .isInstanceOfSatisfying(
                        Framed.Message.class,
                        message -> assertThat(message.consumed()).isEqualTo(two.length / 2));
    }

    @Test
    void ownsTheBody() {
        byte[] bytes = WHOLE.getBytes(UTF_8);
        if (frame(ByteBuffer.wrap(bytes)) instanceof Framed.Message<TextFramer.Raw>(TextFramer.Raw raw, int consumed)) {
            bytes[consumed - 1] = 'x';
            assertThat(new String(raw.body(), UTF_8)).isEqualTo("v=0\r\n");
        } else {
            fail("no message");
        }
    }

    @Test
    void readsABorrowedDirectBuffer() {
        byte[] bytes = WHOLE.getBytes(UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 3)
                .position(3)
                .put(bytes)
                .flip()
                .position(3);
        assertThat(frame(direct)).isInstanceOf(Framed.Message.class);
    }

    @Test
    void passesOnWhatTheBuilderRefuses() {
        Framed<String> framed = FRAMER.frame(ByteBuffer.wrap(WHOLE.getBytes(UTF_8)), raw -> {
            throw new Malformed("method", "none of ours");
        });
        assertThat(framed)
                .isInstanceOfSatisfying(
                        Framed.Broken.class,
                        broken -> assertThat(broken.why().rule()).isEqualTo("method"));
    }

    @Test
    void survivesMutation() {
        List<byte[]> samples = goods().map(good -> good.bytes.getBytes(UTF_8)).toList();
        Mutator.of(3261).run("wire.TextFramer", 200_000, samples, input -> {
            ByteBuffer bytes = ByteBuffer.wrap(input);
            while (bytes.hasRemaining()
                    && frame(bytes) instanceof Framed.Message<TextFramer.Raw>(TextFramer.Raw raw, int consumed)) {
                assertThat(consumed).isPositive();
                assertThat(raw.startLine()).isNotEmpty();
                bytes.position(bytes.position() + consumed);
            }
        });
    }

    private static Framed<TextFramer.Raw> frame(ByteBuffer bytes) {
        return FRAMER.frame(bytes, Function.identity());
    }

    private static String rule(Framed<TextFramer.Raw> framed) {
        return switch (framed) {
            case Framed.Message<TextFramer.Raw> message ->
                "taken: " + message.message().startLine();
            case Framed.NeedMore<TextFramer.Raw> more -> more.toString();
            case Framed.Broken<TextFramer.Raw>(Malformed why) -> why.rule();
        };
    }
}
