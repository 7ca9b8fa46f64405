package dev.millrace.protocols.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading and writing of descriptions: what is right, what cameras write, and what is hostile. */
class SessionDescriptionTest {
    private static final int EXECUTIONS = 150_000;
    private static final String HEAD = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\n";

    static List<String> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void comesBackByteForByte(String sample) {
        assertThat(SessionDescription.parse(sample).toText()).isEqualTo(sample);
    }

    @Test
    void readsWhatFfmpegAnnounces() {
        SessionDescription sdp = SessionDescription.parse(Samples.FFMPEG.getBytes(StandardCharsets.UTF_8));
        MediaDescription video = sdp.media().getFirst();
        MediaDescription audio = sdp.media().getLast();

        assertThat(sdp.name()).isEqualTo("No Name");
        assertThat(sdp.connectionAddress()).contains("127.0.0.1");
        assertThat(video.kind()).isEqualTo("video");
        assertThat(video.protocol()).isEqualTo("RTP/AVP");
        assertThat(video.rtpMap()).contains(new RtpMap(96, "H264", 90_000, 1));
        assertThat(video.control()).contains("streamid=0");
        assertThat(video.fmtp())
                .containsEntry("packetization-mode", "1")
                .containsEntry("profile-level-id", "64001F")
                .containsEntry("sprop-parameter-sets", "Z2QAH6zZQFAFuwEQAAADABAAAAMDIPGDGWA=,aOvjyyLA");
        assertThat(audio.rtpMap()).contains(new RtpMap(97, "MPEG4-GENERIC", 44_100, 2));
        assertThat(audio.fmtp().get("sizeLength")).isEqualTo("13");
    }

    record Quirk(String name, String sdp, Consumer<SessionDescription> says) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static MediaDescription only(SessionDescription sdp) {
        assertThat(sdp.media()).hasSize(1);
        return sdp.media().getFirst();
    }

    private static Quirk media(String name, String media, Consumer<MediaDescription> says) {
        return new Quirk(name, HEAD + media, sdp -> says.accept(only(sdp)));
    }

    static List<Quirk> quirks() {
        return List.of(
                media(
                        "no final newline",
                        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000",
                        m -> assertThat(m.rtpMap()).contains(new RtpMap(96, "H264", 90_000, 1))),
                media(
                        "bare LF",
                        "m=video 0 RTP/AVP 96\na=control:t0\n",
                        m -> assertThat(m.control()).contains("t0")),
                media(
                        "bare CR",
                        "m=video 0 RTP/AVP 96\ra=control:t0\r",
                        m -> assertThat(m.control()).contains("t0")),
                media(
                        "empty a=",
                        "m=video 0 RTP/AVP 96\r\na=\r\na=control:t0\r\n",
                        m -> assertThat(m.control()).contains("t0")),
                media("port 0/0", "m=video 0/0 RTP/AVP 96\r\n", m -> {
                    assertThat(m.port()).isZero();
                    assertThat(m.portCount()).isEqualTo(1);
                    assertThat(m.formats()).containsExactly("96");
                }),
                media(
                        "port not a number",
                        "m=video x RTP/AVP 96\r\n",
                        m -> assertThat(m.port()).isZero()),
                media(
                        "port above 65535",
                        "m=video 65536 RTP/AVP 26\r\n",
                        m -> assertThat(m.port()).isZero()),
                media(
                        "port negative",
                        "m=video -1 RTP/AVP 26\r\n",
                        m -> assertThat(m.port()).isZero()),
                media("m= with the kind alone", "m=video\r\na=rtpmap:96 H264/90000\r\n", m -> {
                    assertThat(m.formats()).isEmpty();
                    assertThat(m.rtpMap()).contains(new RtpMap(96, "H264", 90_000, 1));
                }),
                media("m= empty", "m=\r\n", m -> assertThat(m.kind()).isEqualTo("application")),
                media(
                        "TP-LINK application",
                        "m=application/TP-LINK 0 RTP/AVP smart/1/90000\r\na=rtpmap:95 TP-LINK/90000\r\n",
                        m -> {
                            assertThat(m.kind()).isEqualTo("application/TP-LINK");
                            assertThat(m.rtpMap()).contains(new RtpMap(95, "TP-LINK", 90_000, 1));
                        }),
                media(
                        "several blanks",
                        "m=video  0   RTP/AVP  96\r\na=rtpmap: 96   H264/90000 \r\n",
                        m -> assertThat(m.rtpMap()).contains(new RtpMap(96, "H264", 90_000, 1))),
                media(
                        "rtpmap without clock",
                        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264\r\n",
                        m -> assertThat(m.rtpMap()).contains(new RtpMap(96, "H264", 90_000, 1))),
                media(
                        "rtpmap with clock 0",
                        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/0\r\n",
                        m -> assertThat(m.rtpMap()).contains(new RtpMap(96, "H264", 90_000, 1))),
                media(
                        "rtpmap of another format",
                        "m=video 0 RTP/AVP 96\r\na=rtpmap:97 H264/90000\r\n",
                        m -> assertThat(m.rtpMap()).isEmpty()),
                media(
                        "rtpmap without anything",
                        "m=video 0 RTP/AVP 96\r\na=rtpmap:\r\na=rtpmap\r\n",
                        m -> assertThat(m.rtpMap()).isEmpty()),
                media(
                        "static type",
                        "m=audio 0 RTP/AVP 8\r\n",
                        m -> assertThat(m.rtpMap()).contains(new RtpMap(8, "PCMA", 8_000, 1))),
                media(
                        "static type told otherwise",
                        "m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n",
                        m -> assertThat(m.rtpMap()).contains(new RtpMap(0, "PCMU", 16_000, 1))),
                media(
                        "fmtp broken",
                        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96\r\na=fmtp:\r\na=fmtp:96 ;;=;a;b=\r\n",
                        m -> assertThat(m.fmtp()).containsOnlyKeys("a", "b")),
                media(
                        "control empty",
                        "m=video 0 RTP/AVP 96\r\na=control:\r\n",
                        m -> assertThat(m.control()).isEmpty()),
                media(
                        "c= behind m=",
                        "m=video 0 RTP/AVP 96\r\nc=IN IP4 192.0.2.1/127\r\n",
                        m -> assertThat(m.connectionAddress()).contains("192.0.2.1")),
                media(
                        "c= broken",
                        "m=video 0 RTP/AVP 96\r\nc=IN\r\nc=\r\n",
                        m -> assertThat(m.connectionAddress()).isEmpty()),
                media(
                        "line without equals sign",
                        "m=video 0 RTP/AVP 96\r\ngarbage\r\na=control:t0\r\n",
                        m -> assertThat(m.control()).contains("t0")),
                media(
                        "blank before the line",
                        "m=video 0 RTP/AVP 96\r\n a=control:t0\r\n",
                        m -> assertThat(m.control()).contains("t0")),
                media(
                        "NUL at the end",
                        "m=video 0 RTP/AVP 96\r\na=control:t0\r\n\0",
                        m -> assertThat(m.control()).contains("t0")),
                new Quirk(
                        "m= before c=",
                        "m=video 0 RTP/AVP 26\r\nc=IN IP4 192.0.2.1\r\nv=0\r\no=x\r\ns=late\r\n",
                        sdp -> {
                            assertThat(only(sdp).connectionAddress()).contains("192.0.2.1");
                            assertThat(sdp.wellFormed().name()).isEqualTo("late");
                        }),
                new Quirk(
                        "missing v=",
                        "s=x\r\nm=video 0 RTP/AVP 26\r\n",
                        sdp -> assertThat(sdp.wellFormed().toText())
                                .isEqualTo("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\n"
                                        + "t=0 0\r\nm=video 0 RTP/AVP 26\r\n")),
                new Quirk(
                        "GB/T 28181 y= and f=",
                        Samples.GB28181,
                        sdp -> assertThat(sdp.toText()).contains("y=0100000001\r\nf=v/2/5/25/1/4096a/1/8/1\r\n")),
                new Quirk(
                        "attributes before the media",
                        "v=0\r\na=control:*\r\na=range:npt=now-\r\nm=video 0 RTP/AVP 26\r\n",
                        sdp -> {
                            assertThat(sdp.control()).contains("*");
                            assertThat(sdp.attribute("RANGE")).contains("npt=now-");
                        }));
    }

    @ParameterizedTest
    @MethodSource("quirks")
    void reads(Quirk quirk) {
        quirk.says.accept(SessionDescription.parse(quirk.sdp));
        quirk.says.accept(
                SessionDescription.parse(SessionDescription.parse(quirk.sdp).encode()));
    }

    record Refused(String name, String sdp, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Refused> refused() {
        return List.of(
                new Refused("empty", "", "sdp-empty"),
                new Refused("no line of SDP", "hello\r\nworld", "sdp-empty"),
                new Refused("too big", "a".repeat(SessionDescription.MAX_BYTES + 1), "sdp-size"),
                new Refused("line too long", "a=" + "x".repeat(SessionDescription.MAX_LINE), "sdp-line"),
                new Refused("too many lines", "a=x\n".repeat(SessionDescription.MAX_LINES + 1), "sdp-lines"),
                new Refused(
                        "too many media",
                        "m=video 0 RTP/AVP 26\n".repeat(SessionDescription.MAX_MEDIA + 1),
                        "sdp-media"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(Refused row) {
        assertThatThrownBy(() -> SessionDescription.parse(row.sdp))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.rule()).isEqualTo(row.rule));
    }

    @Test
    void attributesAreSetInPlace() {
        SessionDescription sdp = SessionDescription.parse(Samples.ONVIF);
        MediaDescription changed =
                sdp.media().getFirst().withAttribute("control", "trackID=9").withoutAttribute("recvonly");

        assertThat(changed.control()).contains("trackID=9");
        assertThat(changed.attribute("recvonly")).isEmpty();
        assertThat(changed.lines()).hasSize(sdp.media().getFirst().lines().size() - 1);
        assertThat(sdp.withAttribute("control", "*").withMedia(List.of(changed)).control())
                .contains("*");
        assertThat(sdp.withoutAttribute("control").control()).isEmpty();
    }

    @Test
    void wellFormedIsStable() {
        for (String sample : Samples.all()) {
            SessionDescription once = SessionDescription.parse(sample).wellFormed();
            assertThat(once.wellFormed()).isEqualTo(once);
            assertThat(SessionDescription.parse(once.encode())).isEqualTo(once);
        }
    }

    @Test
    void makesADescription() {
        MediaDescription video = MediaDescription.of("video", new RtpMap(96, "H264", 90_000, 1))
                .withAttribute("fmtp", "96 packetization-mode=1")
                .withAttribute("control", "trackID=0");

        assertThat(SessionDescription.of("demo", List.of(video)).toText()).isEqualTo("""
                v=0
                o=- 0 0 IN IP4 0.0.0.0
                s=demo
                c=IN IP4 0.0.0.0
                t=0 0
                m=video 0 RTP/AVP 96
                a=rtpmap:96 H264/90000
                a=fmtp:96 packetization-mode=1
                a=control:trackID=0
                """.replace("\n", "\r\n"));
    }

    @Test
    void lineEndsCannotBeSmuggledIn() {
        assertThatThrownBy(() -> MediaDescription.of("video", new RtpMap(96, "H264", 90_000, 1))
                        .withAttribute("control", "x\r\nm=audio 0 RTP/AVP 0"))
                .isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void tornAtEveryByte(String sample) {
        Torn.everyPrefix(sample.getBytes(StandardCharsets.UTF_8), SessionDescriptionTest::readAll);
    }

    @Test
    void mutated() {
        List<byte[]> samples = Samples.all().stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        Mutator.of(21).run("SessionDescription", EXECUTIONS, samples, SessionDescriptionTest::readAll);
    }

    /** Everything that can be asked of a description; what is written must read the same again. */
    private static void readAll(byte[] bytes) {
        SessionDescription sdp;
        try {
            sdp = SessionDescription.parse(bytes);
        } catch (Malformed expected) {
            assertThat(expected.rule()).startsWith("sdp-");
            return;
        }
        sdp.control();
        sdp.connectionAddress();
        for (MediaDescription media : sdp.media()) {
            media.rtpMap().ifPresent(map -> assertThat(map.clockRate()).isPositive());
            media.fmtp();
            media.control();
            media.connectionAddress();
            assertThat(media.port()).isBetween(0, 65535);
        }
        assertThat(sdp.wellFormed().wellFormed()).isEqualTo(sdp.wellFormed());
    }
}
