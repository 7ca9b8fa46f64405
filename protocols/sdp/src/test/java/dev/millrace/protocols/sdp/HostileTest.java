package dev.millrace.protocols.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sdp.Answering.Take;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Class 2 of the known attacks: descriptions that ended other servers. The oracle: read or refused with {@link Malformed}, soon, by
 * everything that reads descriptions.
 */
class HostileTest {
    /** 64 KiB may take 5 ms; a cold machine on a busy core gets more, a quadratic reader would need seconds. */
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 203.0.113.66\r\ns=-\r\nt=0 0\r\n";

    record Row(String name, String sdp) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        String media = HEAD + "m=audio 4000 RTP/AVP 0\r\n";
        return Stream.of(
                new Row("2617c97207 empty a=", media + "a=\r\n"),
                new Row("aebac095b9 broken fmtp", media + "a=fmtp\r\na=fmtp:\r\na=fmtp:0\r\na=fmtp:0 =;;=\r\n"),
                new Row("aebac095b9 broken rtpmap", media + "a=rtpmap\r\na=rtpmap:\r\na=rtpmap:0\r\na=rtpmap:0 /\r\n"),
                new Row("aebac095b9 broken hold", media + "c=IN IP4\r\na=sendonly:\r\na=inactive x\r\n"),
                new Row("CVE-2023-27600 no LF behind the last line", media + "a=sendrecv"),
                new Row("CVE-2023-27600 last line is a type alone", media + "a"),
                new Row("CVE-2023-27600 last line is type and equals sign", media + "c="),
                new Row(
                        "CVE-2026-46334 b= of anything",
                        media + "b=\r\nb=:\r\nb=AS\r\nb=AS:\r\nb=AS:-1\r\nb=x:9e99\r\n"),
                new Row(
                        "CVE-2026-57162 a=crypto of anything",
                        media + "a=crypto:\r\na=crypto:1\r\na=crypto:1 A inline:|||\r\n"),
                new Row("CVE-2013-5642 m= before c=", "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nv=0\r\n"),
                new Row("ES2018-02 fmtp of a format that is not there", media + "a=fmtp:\u2265 a\r\na=fmtp:-1 a\r\n"),
                new Row("ES2018-03 formats that are none", HEAD + "m=audio 4000 RTP/AVP \u2014 -1 99999999999 0x\r\n"),
                new Row("CVE-2022-31003 an o= that ends early", "v=0\r\no=\r\no=-\r\no=- 1\r\nm=audio 1 RTP/AVP 0\r\n"),
                new Row("CVE-2020-14033 media with nothing behind", HEAD + "m=\r\nm= \r\nm=audio\r\nm=audio \r\n"),
                new Row(
                        "numbers of 10,000 digits",
                        HEAD + "m=audio " + "9".repeat(10_000) + " RTP/AVP " + "9".repeat(6_000)),
                new Row(
                        "clock of 10,000 digits",
                        media + "a=rtpmap:0 x/" + "9".repeat(10_000) + "/" + "9".repeat(5_000)),
                new Row("blanks only", HEAD + "m=" + " \t".repeat(8_000)),
                new Row("16,000 formats in a line", HEAD + "m=audio 1 RTP/AVP" + " 0".repeat(8_000)),
                new Row("fmtp of 8,000 parameters", media + "a=fmtp:0 " + "a;".repeat(8_000)),
                new Row(
                        "1,000 rtpmaps",
                        HEAD + "m=audio 1 RTP/AVP" + " 0".repeat(5_000) + "\r\n" + "a=rtpmap:0 x/1\r\n".repeat(900)),
                new Row(
                        "32 sections, 30 lines each",
                        HEAD + ("m=audio 1 RTP/AVP 0\r\n" + "a=x:y\r\n".repeat(29)).repeat(32)),
                new Row("line ends only", "\r\n".repeat(2_000)),
                new Row("carriage returns only", "\r".repeat(900)),
                new Row("NUL everywhere", "v\0=\0000\r\0\nm\0=audio 1 RTP/AVP 0\0\r\n"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isReadOrRefusedSoon(Row row) {
        byte[] wire = row.sdp.getBytes(StandardCharsets.UTF_8);
        long begin = System.nanoTime();
        use(wire);
        assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
    }

    /** All that one of us does with a description: reads, answers, closes the gaps. */
    private static void use(byte[] wire) {
        try {
            SessionDescription read = SessionDescription.parse(wire);
            for (MediaDescription media : read.media()) {
                media.rtpMap();
                media.fmtp();
                media.payloadTypes().stream().limit(8).forEach(media::rtpMap);
                Direction.of(read, media);
                Connection.onHold(read, media);
                Answering.common(media, List.of(new RtpMap(0, "PCMU", 8_000, 1)));
            }
            List<Take> takes = read.media().stream()
                    .map(media -> new Take(1_000, media.payloadTypes(), Direction.SENDRECV, List.of()))
                    .toList();
            SessionDescription answer = Answering.answer(read, Origin.of(1, "192.0.2.1"), "192.0.2.1", takes);
            assertThat(Answering.wrong(read, answer)).isEmpty();
            SessionDescription.parse(answer.encode());
            SessionDescription.parse(read.wellFormed().encode());
        } catch (Malformed refused) {
            assertThat(refused.rule()).startsWith("sdp-");
        }
    }

    @Test
    void theWorstOf64KiB() {
        StringBuilder text = new StringBuilder(HEAD);
        for (int i = 0; i < SessionDescription.MAX_MEDIA; i++) {
            text.append("m=audio 4000 RTP/AVP")
                    .append(" 96 97 98 99".repeat(40))
                    .append("\r\n");
            for (int line = 0; line < 28; line++) {
                text.append("a=fmtp:")
                        .append(96 + line % 4)
                        .append(" a=b;c=d;")
                        .append("e;".repeat(13))
                        .append("\r\n");
            }
        }
        byte[] wire = text.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(wire.length).isBetween(50_000, SessionDescription.MAX_BYTES);
        long parse = Long.MAX_VALUE;
        long all = Long.MAX_VALUE;
        for (int i = 0; i < 60; i++) {
            long begin = System.nanoTime();
            assertThat(SessionDescription.parse(wire).media()).hasSize(SessionDescription.MAX_MEDIA);
            parse = Math.min(parse, System.nanoTime() - begin);
            begin = System.nanoTime();
            use(wire);
            all = Math.min(all, System.nanoTime() - begin);
        }
        System.out.println(
                "worst description of 64 KiB: parse " + parse / 1_000 + " us, all uses " + all / 1_000 + " us");
        assertThat(parse).isLessThan(5_000_000L);
        assertThat(all).isLessThan(50_000_000L);
    }
}
