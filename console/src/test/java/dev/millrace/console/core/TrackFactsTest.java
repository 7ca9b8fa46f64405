package dev.millrace.console.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Mutator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrackFactsTest {
    private static final String FFMPEG = """
            v=0
            o=- 0 0 IN IP4 127.0.0.1
            s=No Name
            t=0 0
            m=video 0 RTP/AVP 96
            a=rtpmap:96 H264/90000
            a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z2QAH6zZQFAFuwEQAAADABAAAAMDIPGDGWA=,aOvjyyLA; profile-level-id=64001F
            m=audio 0 RTP/AVP 97
            a=rtpmap:97 MPEG4-GENERIC/48000/2
            a=fmtp:97 profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3; config=119056E500
            """;

    private static final String H265 = """
            v=0
            m=video 0 RTP/AVP 96
            a=rtpmap:96 H265/90000
            a=framerate:25
            a=fmtp:96 sprop-vps=QAEMAf//BAgAAAMAnggAAAMAAD+VmAk=; sprop-sps=QgEBBAgAAAMAnggAAAMAAD+QAKBALSyys0kmV4C3AgIABAAAAwAEAAADAGQg; sprop-pps=RAHBcoYMRiQ=
            """;

    record Row(String name, String sdp, String shown) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> descriptions() {
        return Stream.of(
                new Row(
                        "ffmpeg: H.264 and AAC",
                        FFMPEG,
                        "video H.264 High 3.1 1280x720 25.0 90000 0; audio AAC LC 0x0 0.0 48000 2"),
                new Row("ffmpeg: H.265 4:4:4", H265, "video H.265 profile 4 2.1 640x360 25.0 90000 0"),
                new Row(
                        "static types",
                        "v=0\nm=audio 0 RTP/AVP 0\nm=audio 0 RTP/AVP 8\nm=video 0 RTP/AVP 26\n",
                        "audio G.711 µ-law  0x0 0.0 8000 1; audio G.711 A-law  0x0 0.0 8000 1; video Motion JPEG  0x0 0.0 90000 0"),
                new Row(
                        "Opus is stereo by RFC 7587",
                        "v=0\nm=audio 0 RTP/AVP 98\na=rtpmap:98 opus/48000/2\n",
                        "audio Opus  0x0 0.0 48000 2"),
                new Row(
                        "size only in a=framesize",
                        "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000\na=framesize:96 640-480\n",
                        "video VP8  640x480 0.0 90000 0"),
                new Row(
                        "broken parameter sets",
                        "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 sprop-parameter-sets=Z2,%%%\n",
                        "video H.264  0x0 0.0 90000 0"),
                new Row(
                        "broken AAC config",
                        "v=0\nm=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/44100\na=fmtp:96 config=zz\n",
                        "audio AAC  0x0 0.0 44100 1"),
                new Row(
                        "markup in a name stays text",
                        "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 <b>\u0001x/90000\n",
                        "video <b>?x  0x0 0.0 90000 0"),
                new Row(
                        "metadata",
                        "v=0\nm=application 0 RTP/AVP 107\na=rtpmap:107 vnd.onvif.metadata/90000\n",
                        "other ONVIF metadata  0x0 0.0 90000 0"),
                new Row("no rtpmap", "v=0\nm=video 0 RTP/AVP 99\n", "video unknown  0x0 0.0 0 0"),
                new Row("not an SDP", "hello", ""));
    }

    @ParameterizedTest
    @MethodSource
    void descriptions(Row row) {
        assertThat(shown(TrackFacts.of(row.sdp.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(row.shown);
    }

    private static String shown(List<TrackFacts> tracks) {
        return tracks.stream()
                .map(t -> t.kind() + " " + t.codec() + " " + t.detail() + " " + t.width() + "x" + t.height() + " "
                        + t.fps() + " " + t.rate() + " " + t.channels())
                .collect(Collectors.joining("; "));
    }

    @Test
    void hostileDescriptionsAreRead() {
        List<byte[]> samples = Stream.of(FFMPEG, H265)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        Mutator.of(7)
                .run(
                        "tracks of an SDP",
                        100_000,
                        samples,
                        sdp -> assertThat(TrackFacts.of(sdp).size()).isLessThan(64));
    }
}
