package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Class 1 of the known attacks: inputs that ended other servers. The oracle: an answer or a drop, and soon. */
final class HostileTest {
    /** A parse of 64 KiB may take 5 ms; a cold machine on a busy core gets more, a quadratic one would need seconds. */
    private static final long PATIENCE_NANOS = 500_000_000L;

    private static final int DROPPED = -1;
    /** Vias and Routes of the worst message: as many as the limits of values and of lines let through. */
    private static final int MANY = 124;

    /** {@code status}: of the refusal; 0: taken. */
    record Row(String name, String wire, int status) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String BASE = Samples.INVITE;

    private static Row row(String name, String line, String by, int status) {
        assertThat(BASE).contains(line);
        return new Row(name, BASE.replace(line, by), status);
    }

    private static String repeated(String line, int times) {
        return IntStream.range(0, times).mapToObj(i -> line + "\r\n").collect(Collectors.joining());
    }

    static final List<Row> ROWS = List.of(
            row("ES2017-01 long CSeq", "CSeq: 1 INVITE", "CSeq: " + "1".repeat(5_000) + " INVITE", 400),
            row("ES2017-01 long CSeq of zeros", "CSeq: 1 INVITE", "CSeq: " + "0".repeat(5_000) + "1 INVITE", 0),
            row("ES2017-01 long CSeq method", "CSeq: 1 INVITE", "CSeq: 1 " + "INVITE".repeat(1_000), 400),
            row(
                    "ES2017-02 multipart boundary",
                    "Content-Type: application/sdp",
                    "Content-Type: multipart/mixed;boundary=" + "-".repeat(7_000),
                    0),
            row(
                    "ES2017-02 multipart without boundary",
                    "Content-Type: application/sdp",
                    "Content-Type: multipart/mixed;boundary=",
                    0),
            row("ES2018-01 many Accept", "CSeq: 1", repeated("Accept: application/sdp", 200) + "CSeq: 1", 0),
            row("ES2018-01 too many Accept", "CSeq: 1", repeated("Accept: application/sdp", 300) + "CSeq: 1", 400),
            row("ES2018-05 long tag", "tag=4bd07716\r\n", "tag=" + "t".repeat(1_025) + "\r\n", 400),
            row(
                    "ES2018-05 long To tag",
                    "To: <sip:weir@mill.example>",
                    "To: <sip:weir@mill.example>;tag=" + "t".repeat(8_000),
                    400),
            row("ES2018-05 tag at the limit", "tag=4bd07716\r\n", "tag=" + "t".repeat(1_024) + "\r\n", 0),
            row("CVE-2020-27507 doubled From", "CSeq: 1", "f: <sip:x@y>;tag=2\r\nCSeq: 1", 400),
            row("CVE-2020-27507 doubled To", "CSeq: 1", "t: <sip:x@y>\r\nCSeq: 1", 400),
            row("CVE-2020-27507 doubled Call-ID", "CSeq: 1", "I : x\r\nCSeq: 1", 400),
            row("CVE-2020-27507 doubled CSeq", "CSeq: 1", "cseq: 2 INVITE\r\nCSeq: 1", 400),
            row("CVE-2020-27507 doubled Max-Forwards", "CSeq: 1", "max-forwards: 2\r\nCSeq: 1", 400),
            row("CVE-2020-27507 doubled Content-Length", "CSeq: 1", "l: 2\r\nCSeq: 1", 400),
            row(
                    "GHSA-qvj2 To parameters",
                    "To: <sip:weir@mill.example>",
                    "To: <sip:weir@mill.example>;" + "a=".repeat(100) + ";",
                    400),
            row(
                    "GHSA-qvj2 To quoted parameter",
                    "To: <sip:weir@mill.example>",
                    "To: <sip:weir@mill.example>;a=\"\\",
                    400),
            row(
                    "GHSA-qvj2 To many parameters",
                    "To: <sip:weir@mill.example>",
                    "To: <sip:weir@mill.example>" + ";a=b".repeat(1_500),
                    400),
            row(
                    "GHSA-qvj2 To parameters at the limit",
                    "To: <sip:weir@mill.example>",
                    "To: <sip:weir@mill.example>" + ";a=b".repeat(128),
                    0),
            row("GHSA-qvj2 To tag without value", "To: <sip:weir@mill.example>", "To: <sip:weir@mill.example>;tag", 0),
            row("GHSA-qvj2 To empty", "To: <sip:weir@mill.example>", "To:", 400),
            row("GHSA-wxfg Via without host", "Via: SIP/2.0/UDP 198.51.100.7:5060", "Via: SIP/2.0/UDP ", 400),
            row("GHSA-wxfg Via of one word", "Via: SIP/2.0/UDP 198.51.100.7:5060", "Via: x", 400),
            row(
                    "GHSA-wxfg Via empty",
                    "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK7c31.0e9d4f62a8b5.1;received=198.51.100.7",
                    "Via: ,",
                    400),
            row("GHSA-wxfg Via branch too long", "branch=z9hG4bK7c31", "branch=z9hG4bK" + "7".repeat(2_000), 400),
            row(
                    "GHSA-358f port in URI",
                    "INVITE sip:weir@mill.example",
                    "INVITE sip:weir@mill.example:" + "5".repeat(4_000),
                    400),
            row("GHSA-358f port 65536", "INVITE sip:weir@mill.example", "INVITE sip:weir@mill.example:65536", 400),
            row("GHSA-358f port without digits", "INVITE sip:weir@mill.example", "INVITE sip:weir@mill.example:", 400),
            row("GHSA-358f port of a letter", "INVITE sip:weir@mill.example", "INVITE sip:weir@mill.example:5x", 400),
            row("GHSA-c6j5 Content-Length -1", "Content-Length: 240", "Content-Length: -1", 400),
            row("GHSA-c6j5 Content-Length 2^31", "Content-Length: 240", "Content-Length: 2147483648", 400),
            row("GHSA-c6j5 Content-Length 2^32+240", "Content-Length: 240", "Content-Length: 4294967536", 400),
            row("GHSA-c6j5 Content-Length 2^63", "Content-Length: 240", "Content-Length: 9223372036854775808", 400),
            row("GHSA-c6j5 Content-Length 10^12", "Content-Length: 240", "Content-Length: 1000000000000", 400),
            row("GHSA-c6j5 Content-Length of words", "Content-Length: 240", "Content-Length: two hundred", 400),
            row("GHSA-c6j5 Content-Length empty", "Content-Length: 240", "Content-Length:", 400),
            row(
                    "CVE-2023-28098 Authorization parameters",
                    "CSeq: 1",
                    "Authorization: Digest ,=,\"\r\nAuthorization:\r\nCSeq: 1",
                    0),
            row("long Request-URI", "INVITE sip:weir@", "INVITE sip:" + "w".repeat(5_000) + "@", 414),
            row(
                    "URI of many parameters",
                    "INVITE sip:weir@mill.example",
                    "INVITE sip:weir@mill.example" + ";a".repeat(1_900),
                    400),
            row("long Call-ID", "Call-ID: u8Kd2", "Call-ID: " + "u".repeat(2_000), 400),
            row("long line", "User-Agent: ", "User-Agent: " + "x".repeat(9_000), 400),
            row("long name", "User-Agent: ", "x".repeat(8_100) + ": ", 0),
            row("long head", "CSeq: 1", repeated("X: " + "x".repeat(7_000), 5) + "CSeq: 1", DROPPED),
            row(
                    "more Route than are allowed",
                    "Route: <sip:edge.mill.example;lr>",
                    "Route: <sip:a>" + ",<sip:a>".repeat(200),
                    400),
            row(
                    "unfinished quote hides commas",
                    "Route: <sip:edge.mill.example;lr>",
                    "Route: \"" + ",".repeat(7_000),
                    400),
            row("brackets without end", "Route: <sip:edge.mill.example;lr>", "Route: " + "<".repeat(7_000), 400),
            row("commas only", "Route: <sip:edge.mill.example;lr>", "Route: " + ",".repeat(7_000), 400),
            row(
                    "semicolons only",
                    "To: <sip:weir@mill.example>",
                    "To: <sip:weir@mill.example>" + ";".repeat(7_000),
                    400),
            row("backslashes only", "From: \"Mara Miller\"", "From: \"" + "\\".repeat(7_000), 400),
            row("NUL", "Call-ID: u8Kd2", "Call-ID: \0u8Kd2", DROPPED),
            row("Max-Forwards of 5000 digits", "Max-Forwards: 69", "Max-Forwards: " + "9".repeat(5_000), 0),
            new Row("message above the limit", BASE + "x".repeat(Limits.MESSAGE), 513));

    @ParameterizedTest
    @FieldSource("ROWS")
    void isAnsweredOrTakenSoon(Row row) {
        byte[] wire = Samples.bytes(row.wire);
        long begin = System.nanoTime();
        int status = status(wire);
        long took = System.nanoTime() - begin;
        assertThat(status).isEqualTo(row.status);
        assertThat(took).isLessThan(PATIENCE_NANOS);
    }

    private static int status(byte[] wire) {
        return switch (Parser.parse(wire, 0, wire.length)) {
            case Framed.NeedMore<Message> _ -> throw new AssertionError("not seen as a message");
            case Framed.Broken<Message>(Malformed why) -> {
                Optional<Request> request = Parser.answerable(wire, 0, wire.length);
                yield request.map(it -> Refusal.of(why).answer(it, "t").status())
                        .orElse(DROPPED);
            }
            case Framed.Message<Message>(Message message, int _) -> {
                Request request = (Request) message;
                int status = Validity.check(request)
                        .map(refusal -> refusal.answer(request, "t").status())
                        .orElse(0);
                request.edit().prepend(Keys.VIA, Via.parse("SIP/2.0/UDP a")).build();
                yield status;
            }
        };
    }

    static final List<Row> NO_MESSAGES = List.of(
            new Row("empty datagram", "", 0),
            new Row("CRLF", "\r\n", 0),
            new Row("CRLF CRLF", "\r\n\r\n", 0),
            new Row("line feed", "\n", 0),
            new Row("Kamailio and OpenSIPS nathelper: four zeros", "\0\0\0\0", 0),
            new Row("CRLF and zero", "\r\n\0", 0),
            new Row("500 CRLF", "\r\n".repeat(500), 0));

    @ParameterizedTest
    @FieldSource("NO_MESSAGES")
    void nothingThereIsNoMessage(Row row) {
        byte[] wire = Samples.bytes(row.wire);
        assertThat(Parser.parse(wire, 0, wire.length)).isInstanceOf(Framed.NeedMore.class);
        assertThat(Parser.answerable(wire, 0, wire.length)).isEmpty();
    }

    /** RFC 4475 section 3.1.2.4: one field that is too large alone does not spoil the request. */
    @Test
    void scalarsThatAreTooLargeAlone() {
        String register = Samples.REGISTER
                .replace("Max-Forwards: 70", "Max-Forwards: 300")
                .replace("expires=600", "expires=280297596632815");
        Request request = (Request) MessageTest.parse(register);
        assertThat(Validity.check(request)).isEmpty();
        assertThat(request.maxForwards()).isEqualTo(-1);
        assertThat(((Contact.Address) request.first(Keys.CONTACTS).orElseThrow()).expires())
                .isEqualTo(3_600);
    }

    /** The worst of 64 KiB: many list members, folds, escapes; measured after a warm-up. */
    @Test
    void worstParseOfSixtyFourKibibytes() {
        StringBuilder text = new StringBuilder("MESSAGE sip:a SIP/2.0\r\n");
        for (int i = 0; i < MANY; i++) {
            text.append("v : SIP / 2.0 / UDP\r\n a.b : 1 ; branch = z9hG4bK")
                    .append(i)
                    .append(" ; x = \"\\\"")
                    .append(",".repeat(100))
                    .append("\"\r\n");
            text.append("Route: \"\\\\").append("<,".repeat(20)).append("\" <sip:%41%42@c;d=%43>;e=f\r\n");
        }
        text.append("To: <sip:a>\r\nFrom: <sip:b>;tag=1\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\n\r\n");
        byte[] head = Samples.bytes(text.toString());
        byte[] wire = java.util.Arrays.copyOf(head, Limits.MESSAGE);
        assertThat(head.length).isBetween(29_000, Limits.HEAD);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long begin = System.nanoTime();
            Request request = (Request) ((Framed.Message<Message>) Parser.parse(wire, 0, wire.length)).message();
            assertThat(Validity.check(request)).isEmpty();
            assertThat(request.vias()).hasSize(MANY);
            assertThat(request.routes()).hasSize(MANY);
            request.edit().removeFirst(Keys.VIA).build();
            best = Math.min(best, System.nanoTime() - begin);
        }
        System.out.println("worst parse of 64 KiB: " + best / 1_000 + " us");
        assertThat(best).isLessThan(5_000_000L);
    }

    /** The positive control of the row above: a reader that looks for each field from the beginning would be caught. */
    @Test
    void aQuadraticReaderIsCaught() {
        byte[] wire = Samples.bytes("MESSAGE sip:a SIP/2.0\r\n" + "a:b\r\n".repeat(6_000) + "\r\n");
        assertThat(Parser.parse(wire, 0, wire.length)).isInstanceOf(Framed.Broken.class);
        long begin = System.nanoTime();
        int lines = 0;
        for (int at = 0; at < wire.length; at++) {
            String before = new String(wire, 0, at, java.nio.charset.StandardCharsets.ISO_8859_1);
            lines += before.endsWith("\r\n") ? 1 : 0;
        }
        assertThat(lines).isGreaterThan(5_000);
        assertThat(System.nanoTime() - begin).isGreaterThan(5_000_000L);
    }

    /** Two URIs with as many parameters as may be, alike but for the last: each is looked at once. */
    @Test
    void theWorstComparisonOfTwoUris() {
        StringBuilder params = new StringBuilder();
        for (int i = 0; i < Limits.PARAMS - 1; i++) {
            params.append(";parameter%41").append(i).append("=%61bcdefgh").append(i);
        }
        SipUri one = SipUri.parse("sip:a@b" + params + ";z=1");
        SipUri two = SipUri.parse("sip:a@b" + params + ";z=2");
        assertThat(one.sameAs(one)).isTrue();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long begin = System.nanoTime();
            assertThat(one.sameAs(two)).isFalse();
            best = Math.min(best, System.nanoTime() - begin);
        }
        System.out.println("worst comparison of two URIs: " + best / 1_000 + " us");
        assertThat(best).isLessThan(5_000_000L);
    }

    /** Class 1: allocation at most a small multiple of the input, also of what is refused. */
    @ParameterizedTest
    @FieldSource("ROWS")
    void allocatesLittle(Row row) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        byte[] wire = Samples.bytes(row.wire);
        status(wire);
        long before = threads.getCurrentThreadAllocatedBytes();
        status(wire);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(32_768 + 16L * wire.length);
    }
}
