package dev.millrace.media.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.hls.core.Sender;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.LeftOut;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.mpegts.TsDemux;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packager on one real node, asked over HTTP: each test has a stream of its own. */
final class HlsPackagerTest {
    private static TestNodes alone;

    private Stage stage;

    @BeforeAll
    static void startOneNode() {
        alone = Stage.start(1);
    }

    @AfterAll
    static void stopIt() {
        alone.close();
    }

    @BeforeEach
    void open() {
        stage = new Stage(alone);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void theFirstRequestStartsThePackagerAndWaitsForTheFirstSegment() {
        Player player = stage.player("A");
        stage.camera("yard/cam");

        HttpResponse<byte[]> index = player.get("/yard/cam/index.m3u8");
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.headers().firstValue("content-type")).contains("application/vnd.apple.mpegurl");
        assertThat(index.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(new String(index.body(), StandardCharsets.UTF_8))
                .contains("CODECS=\"avc1.42c01e,mp4a.40.2\"", "RESOLUTION=640x480", "media.m3u8");

        Player.Listed media = player.media("yard/cam");
        assertThat(media.target()).isEqualTo(1);
        assertThat(media.uris()).isNotEmpty();
        HttpResponse<byte[]> segment = player.get("/yard/cam/" + media.uris().getFirst());
        assertThat(segment.statusCode()).isEqualTo(200);
        assertThat(segment.headers().firstValue("content-type")).contains("video/mp2t");
        assertThat(new TsDemux().read(ByteBuffer.wrap(segment.body()))).isNotEmpty();

        HttpResponse<byte[]> head =
                player.send("HEAD", "/yard/cam/" + media.uris().getFirst());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length")).contains(Integer.toString(segment.body().length));
        Await.until("the window slides", () -> player.media("yard/cam").sequence() > media.sequence());
        assertThat(player.media("yard/cam").discontinuityTags()).isZero();
    }

    @Test
    void whatIsNotThereIsSaid() {
        Player player = stage.player("A");
        assertThat(player.get("/nobody/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.get("/nobody/7.ts").statusCode()).isEqualTo(404);
        assertThat(player.get("/api/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.get("/a%2e%2e/b/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.get("/a//b/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.send("POST", "/nobody/index.m3u8").statusCode()).isEqualTo(405);
        stage.camera("cam1");
        assertThat(player.get("/cam1/index.m3u8").statusCode()).isEqualTo(200);
        assertThat(player.get("/cam1/1.ts").statusCode()).isEqualTo(404);
        assertThat(player.get("/cam1/other.m3u8").statusCode()).isEqualTo(404);
    }

    @Test
    void leftOutTracksAreNamed() {
        byte[] sdp = Sender.sdp("m=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000\n");
        List<LeftOut> leftOut = Await.get(alone.context("A").bus().ask(Packagings.LEFT_OUT, "x", sdp));
        assertThat(leftOut).containsExactly(new LeftOut(0, "VP8", "VP8 has no place in MPEG-TS segments"));
    }

    @Test
    void aPublisherThatEndsAndReturnsGoesOnInNumbers() {
        Player player = stage.player("A");
        Camera first = stage.camera("cam3");
        assertThat(player.get("/cam3/index.m3u8").statusCode()).isEqualTo(200);
        first.end();
        Await.until("the playlist ends", () -> player.media("cam3").ended());
        Player.Listed ended = player.media("cam3");
        Camera second = Camera.openWithoutSound(alone.context("A"), "cam3");
        stage.use(second::end);
        Await.until("there is more", () -> player.media("cam3").last() > ended.last());
        Player.Listed again = player.media("cam3");
        assertThat(again.ended()).isFalse();
        assertThat(again.discontinuityTags() + again.discontinuities()).isEqualTo(1);
        assertThat(again.target()).isEqualTo(ended.target());
    }

    @Test
    void aPublisherThatReturnsWithTracksThatAreCarriedIsServed() {
        Player player = stage.player("A");
        Camera first = Camera.openNotCarried(alone.context("A"), "cam8");
        assertThat(player.get("/cam8/index.m3u8").statusCode()).isEqualTo(415);
        first.end();
        Await.until("it is gone", () -> player.get("/cam8/index.m3u8").statusCode() == 404);
        Camera second = Camera.openNotCarried(alone.context("A"), "cam8");
        Await.until("it is back", () -> player.get("/cam8/index.m3u8").statusCode() == 415);
        second.end();
        stage.camera("cam8");
        Await.until("it is served", () -> player.get("/cam8/index.m3u8").statusCode() == 200);
    }

    @Test
    void aPackagerNobodyAsksStopsAndGoesOnWhenAskedAgain() {
        Player player = stage.player("A");
        stage.camera("cam4");
        Player.Listed before = player.media("cam4");
        assertThat(stage.packagers("A")).isPositive();
        Await.until("it stops", () -> stage.packagers("A") == 0);
        Player.Listed after = player.media("cam4");
        assertThat(after.sequence()).isGreaterThan(before.last());
        assertThat(after.discontinuityTags()).isEqualTo(1);
    }

    @Test
    void aReaderThatTakesNothingIsDropped() throws IOException {
        Player player = stage.player("A");
        stage.camera("cam7");
        Player.Listed media = player.media("cam7");
        double before = stage.gauge("A", "millrace.http.connections");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), player.port())) {
            socket.setReceiveBufferSize(4_096);
            String request = "GET /cam7/" + media.uris().getLast() + " HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(request.repeat(120).getBytes(StandardCharsets.US_ASCII));
            Await.until("it is dropped", () -> stage.counter("millrace.hls.slow") >= 1);
            Await.until("its connection is gone", () -> stage.gauge("A", "millrace.http.connections") <= before);
        }
        assertThat(player.get("/cam7/index.m3u8").statusCode()).isEqualTo(200);
    }
}
