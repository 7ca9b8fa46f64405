package dev.millrace.protocols.rtsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.wire.Malformed;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RtspUrlTest {
    record Row(String name, String in, String out, String stream, String control) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Row> good() {
        return Stream.of(
                new Row("plain", "rtsp://h/demo", "rtsp://h/demo", "demo", ""),
                new Row("standard port", "RTSP://h:554/demo/", "rtsp://h/demo/", "demo", ""),
                new Row("other port", "rtsp://h:8554/a/b/trackID=1", "rtsp://h:8554/a/b/trackID=1", "a/b", "trackID=1"),
                new Row("secure", "rtsps://h:322/x", "rtsps://h/x", "x", ""),
                new Row("user", "rtsp://u:p@h/x", "rtsp://u:p@h/x", "x", ""),
                new Row("a second at-sign", "rtsp://u:p@q@h/x", "rtsp://u:p@q@h/x", "x", ""),
                new Row("IPv6", "rtsp://[::1]:8554/x", "rtsp://[::1]:8554/x", "x", ""),
                new Row("no path", "rtsp://h", "rtsp://h", "", ""),
                new Row("query", "rtsp://h/x?a=b", "rtsp://h/x?a=b", "x", ""),
                new Row(
                        "ffmpeg glues the track to the query",
                        "rtsp://h/x?a=b/streamid=0",
                        "rtsp://h/x?a=b/streamid=0",
                        "x",
                        "streamid=0"),
                new Row(
                        "rtspsrc puts the track before the query",
                        "rtsp://h/x/stream=0?a=b",
                        "rtsp://h/x/stream=0?a=b",
                        "x",
                        "stream=0"),
                new Row("escapes stay", "rtsp://h/%2e%2e/x", "rtsp://h/%2e%2e/x", "%2e%2e/x", ""),
                new Row("fragment", "rtsp://h/x#y", "rtsp://h/x", "x", ""),
                new Row("no port behind the colon", "rtsp://h:/x", "rtsp://h/x", "x", ""));
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsAndWrites(Row row) {
        RtspUrl url = RtspUrl.parse(row.in);
        assertThat(url.encode()).isEqualTo(row.out);
        assertThat(url.target()).isEqualTo(new RtspUrl.Target(row.stream, row.control));
        assertThat(RtspUrl.parse(url.encode())).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rtsp:",
                "rtsp://",
                "http://h/x",
                "rtsp:///x",
                "rtsp://h:0/x",
                "rtsp://h:65536/x",
                "rtsp://h:x/x",
                "rtsp://[::1/x",
                "rtsp://[::1]x/x",
                "rtsp://h/a b",
                "rtsp://h/\"",
                "rtsp://h:-1/",
                "rtsp://u@/x",
                "/x"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> RtspUrl.parse(text)).isInstanceOf(Malformed.class);
    }

    @Test
    void aPathOf4KiBIsTooLong() {
        assertThatThrownBy(() -> RtspUrl.parse("rtsp://h/" + "a".repeat(4_096))).isInstanceOf(Malformed.class);
    }

    @Test
    void movesWithItsQueryAndToken() {
        RtspUrl url = RtspUrl.parse("rtsp://u:p@h:8554/demo?a=b");
        RtspUrl moved = Redirects.location(url, "10.0.0.7", 8555, "t0k");
        assertThat(moved.encode()).isEqualTo("rtsp://10.0.0.7:8555/demo?millrace-token=t0k&a=b");
        assertThat(moved.parameter(Redirects.TOKEN)).contains("t0k");
        assertThat(RtspUrl.parse(moved.base() + "trackID=0").parameter(Redirects.TOKEN))
                .contains("t0k");
        assertThat(url.base()).isEqualTo("rtsp://h:8554/demo?a=b/");
        assertThat(Redirects.location(moved, "c", 554, "n3w").encode())
                .isEqualTo("rtsp://c/demo?millrace-token=n3w&a=b");
    }

    @Test
    void controlWithinKnowsOtherStreams() {
        assertThat(RtspUrl.parse("rtsp://h/demo/video").controlWithin("demo")).contains("video");
        assertThat(RtspUrl.parse("rtsp://h/demo/").controlWithin("demo")).contains("");
        assertThat(RtspUrl.parse("rtsp://h/demo2/video").controlWithin("demo")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lavf59.27.100",
                "LibVLC/3.0.18 (LIVE555 Streaming Media)",
                "GStreamer/1.22.0",
                "gortsplib",
                "go2rtc/1.9"
            })
    void knownToFollow(String agent) {
        assertThat(Redirects.follows(agent)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ExoPlayerLib/2.19", "AndroidXMedia3/1.4", "curl/8"})
    void notKnownToFollow(String agent) {
        assertThat(Redirects.follows(agent)).isFalse();
    }
}
