package dev.millrace.media.hls.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Packagings.LeftOut;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What HLS carries, and the sentence about what it does not. */
final class TrackPlanTest {
    private static final String H264 = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=1\n";
    private static final String AAC = "m=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/48000/2\n"
            + "a=fmtp:97 mode=AAC-hbr;config=1190;sizelength=13;indexlength=3;indexdeltalength=3\n";

    record Row(String name, String media, int video, int audio, List<LeftOut> leftOut) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("H.264 and AAC", H264 + AAC, 0, 1, List.of()),
                new Row("sound first", AAC + H264, 1, 0, List.of()),
                new Row(
                        "AAC in LATM",
                        "m=audio 0 RTP/AVP 97\na=rtpmap:97 MP4A-LATM/44100/2\na=fmtp:97 cpresent=0;config=400024203fc0\n",
                        -1,
                        0,
                        List.of()),
                new Row(
                        "H.265",
                        "m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\n" + AAC,
                        -1,
                        1,
                        List.of(new LeftOut(
                                0, "H265", "HLS players take H.265 in fMP4 segments only, and these are MPEG-TS"))),
                new Row(
                        "a static payload type",
                        H264 + "m=audio 0 RTP/AVP 0\n",
                        0,
                        -1,
                        List.of(new LeftOut(1, "PCMU", "HLS players do not take PCMU"))),
                new Row(
                        "a second video",
                        H264 + H264,
                        0,
                        -1,
                        List.of(new LeftOut(1, "H264", "only the first video track is carried"))),
                new Row(
                        "ONVIF metadata",
                        H264 + "m=application 0 RTP/AVP 98\na=rtpmap:98 vnd.onvif.metadata/90000\n",
                        0,
                        -1,
                        List.of(new LeftOut(1, "vnd.onvif.metadata", "HLS players do not take vnd.onvif.metadata"))),
                new Row(
                        "AAC without its configuration",
                        "m=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/48000/2\n",
                        -1,
                        -1,
                        List.of(new LeftOut(0, "MPEG4-GENERIC", "its AAC configuration cannot be used (aac-config)"))),
                new Row(
                        "interleaved packetization",
                        "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=2\n",
                        -1,
                        -1,
                        List.of(new LeftOut(0, "H264", "H.264 in interleaved packetization (mode 2) is not read"))),
                new Row(
                        "nothing said about the format",
                        "m=video 0 RTP/AVP 99\n",
                        -1,
                        -1,
                        List.of(new LeftOut(0, "unknown", "the description does not name its encoding"))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void plans(Row row) {
        TrackPlan plan = TrackPlan.of(Sender.sdp(row.media()));
        assertThat(plan.video().map(TrackPlan.Video::track).orElse(-1)).isEqualTo(row.video());
        assertThat(plan.audio().map(TrackPlan.Audio::track).orElse(-1)).isEqualTo(row.audio());
        assertThat(plan.leftOut()).isEqualTo(row.leftOut());
        assertThat(plan.carries()).isEqualTo(row.video() >= 0 || row.audio() >= 0);
    }
}
