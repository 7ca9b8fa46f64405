package dev.millrace.protocols.rtsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Header values: text in, text out in our own spelling. */
final class HeaderRecordsTest {
    record Row(String name, HeaderKey<?> key, String in, String out) {
        static <T> Row of(String name, HeaderKey<T> key, String in, String out) {
            return new Row(name, key, in, out);
        }

        String there() {
            return again(key, in);
        }

        private static <T> String again(HeaderKey<T> key, String text) {
            return key.encode().apply(key.parse().apply(text));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Row> good() {
        HeaderKey<?> t = Transport.KEY;
        HeaderKey<?> r = Range.KEY;
        return Stream.of(
                Row.of(
                        "ffmpeg reads over UDP",
                        t,
                        "RTP/AVP/UDP;unicast;client_port=24608-24609",
                        "RTP/AVP;unicast;client_port=24608-24609"),
                Row.of(
                        "ffmpeg publishes with mode receive",
                        t,
                        "RTP/AVP/TCP;unicast;interleaved=0-1;mode=receive",
                        "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record"),
                Row.of(
                        "mode in quotes",
                        t,
                        "RTP/AVP;unicast;client_port=1-2;mode=\"PLAY\"",
                        "RTP/AVP;unicast;client_port=1-2"),
                Row.of("record in quotes", t, "RTP/AVP/TCP;mode=\"RECORD\"", "RTP/AVP/TCP;unicast;mode=record"),
                Row.of(
                        "rtspsrc offers three",
                        t,
                        "RTP/AVP;unicast;client_port=4-5,RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1",
                        "RTP/AVP;unicast;client_port=4-5,RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=0-1"),
                Row.of(
                        "Dahua pads ssrc with blanks",
                        t,
                        "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=    11ABC",
                        "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=00011ABC"),
                Row.of(
                        "Hikvision leaves out a zero of ssrc",
                        t,
                        "RTP/AVP;unicast;client_port=4-5;server_port=6-7;ssrc=4317f;mode=\"play\"",
                        "RTP/AVP;unicast;client_port=4-5;server_port=6-7;ssrc=0004317F"),
                Row.of("an ssrc that is none", t, "RTP/AVP;client_port=4-5;ssrc=zz", "RTP/AVP;unicast;client_port=4-5"),
                Row.of("one port", t, "RTP/AVP;unicast;client_port=5000", "RTP/AVP;unicast;client_port=5000-5001"),
                Row.of("last port", t, "RTP/AVP;client_port=65535", "RTP/AVP;unicast;client_port=65535-65535"),
                Row.of(
                        "destination and source",
                        t,
                        "RTP/AVP;unicast;destination=10.0.0.1;source=10.0.0.2;client_port=4-5",
                        "RTP/AVP;unicast;destination=10.0.0.1;source=10.0.0.2;client_port=4-5"),
                Row.of(
                        "unknown parameters",
                        t,
                        "RTP/AVP;unicast;x;y=z;ttl=3;client_port=4-5",
                        "RTP/AVP;unicast;client_port=4-5"),
                Row.of("blanks", t, " RTP/AVP ; unicast ; client_port = 4 - 5 ", "RTP/AVP;unicast;client_port=4-5"),
                Row.of("npt open", r, "npt=0.000-", "npt=0.000-"),
                Row.of("npt now", r, "npt=now-", "npt=now-"),
                Row.of("npt both", r, "npt=1.5-2", "npt=1.500-2.000"),
                Row.of("npt hours", r, "npt=01:02:03.25-", "npt=3723.250-"),
                Row.of("npt end only", r, "npt=-5", "npt=0.000-5.000"),
                Row.of("npt with time", r, "npt=0-;time=19970123T143720Z", "npt=0.000-"),
                Row.of(
                        "clock",
                        r,
                        "clock=19961108T142300Z-19961108T143520.25Z",
                        "clock=19961108T142300Z-19961108T143520.250Z"),
                Row.of("clock open", r, "clock=20261121T000000Z-", "clock=20261121T000000Z-"),
                Row.of("smpte", r, "smpte-25=10:07:00-10:07:33:05.01", "smpte-25=10:07:00-10:07:33:05.01"),
                Row.of("session", SessionHeader.KEY, "12345678", "12345678"),
                Row.of("session with timeout", SessionHeader.KEY, "1234 ; timeout = 60 ", "1234;timeout=60"),
                Row.of("session with something else", SessionHeader.KEY, "1234;foo=bar", "1234"),
                Row.of(
                        "rtp-info of two",
                        RtpInfo.KEY,
                        "url=rtsp://h/d/trackID=0;seq=1;rtptime=2,url=rtsp://h/d/trackID=1;seq=3;rtptime=4294967295",
                        "url=rtsp://h/d/trackID=0;seq=1;rtptime=2,url=rtsp://h/d/trackID=1;seq=3;rtptime=4294967295"),
                Row.of("rtp-info in quotes", RtpInfo.KEY, "url=\"rtsp://h/a\";seq=1", "url=rtsp://h/a;seq=1"),
                Row.of("require", Keys.REQUIRE, "a , ,b", "a, b"),
                Row.of("public", Keys.PUBLIC, "OPTIONS,PLAY", "OPTIONS, PLAY"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsAndWrites(Row row) {
        assertThat(row.there()).isEqualTo(row.out);
    }

    private static Stream<Row> bad() {
        HeaderKey<?> t = Transport.KEY;
        HeaderKey<?> r = Range.KEY;
        return Stream.of(
                Row.of("no transport", t, "", ""),
                Row.of("no protocol", t, ";unicast", ""),
                Row.of("a port too high", t, "RTP/AVP;client_port=65536-65537", ""),
                Row.of("a channel too high", t, "RTP/AVP/TCP;interleaved=255-256", ""),
                Row.of("a negative port", t, "RTP/AVP;client_port=-1-2", ""),
                Row.of("an unknown mode", t, "RTP/AVP;mode=dance", ""),
                Row.of("17 alternatives", t, "RTP/AVP,".repeat(17), ""),
                Row.of("100 parameters", t, "RTP/AVP" + ";a".repeat(100), ""),
                Row.of("no unit", r, "0-", ""),
                Row.of("an unknown unit", r, "frames=0-", ""),
                Row.of("npt of nothing", r, "npt=-", ""),
                Row.of("npt of words", r, "npt=then-", ""),
                Row.of("npt beyond all numbers", r, "npt=9999999999999-", ""),
                Row.of("clock of month 13", r, "clock=20261321T000000Z-", ""),
                Row.of("clock without Z", r, "clock=20261121T000000-", ""),
                Row.of("smpte of nothing", r, "smpte=-", ""),
                Row.of("a session of nothing", SessionHeader.KEY, ";timeout=1", ""),
                Row.of("a long session", SessionHeader.KEY, "a".repeat(129), ""),
                Row.of("a timeout of words", SessionHeader.KEY, "a;timeout=long", ""),
                Row.of("rtp-info without url", RtpInfo.KEY, "seq=1", ""),
                Row.of("rtp-info with a sequence too high", RtpInfo.KEY, "url=a;seq=65536", ""),
                Row.of("33 tags", Keys.REQUIRE, "a,".repeat(33), ""));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refuses(Row row) {
        assertThatThrownBy(row::there).isInstanceOf(Malformed.class);
    }
}
