package dev.millrace.media.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.hls.core.Sender;
import dev.millrace.media.relay.RelayModule;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.LeftOut;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.protocols.mpegts.TsDemux;
import dev.millrace.services.location.LocationConfig;
import dev.millrace.services.location.LocationModule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packager on real nodes, asked over HTTP. */
final class HlsPackagerTest {
    private static final Map<String, String> QUICK = Map.of(
            "hls.target",
            "500ms",
            "hls.first-wait",
            "5s",
            "hls.idle",
            "2s",
            "hls.read-deadline",
            "2s",
            "publisher.grace",
            "1s");

    private static TestNodes alone;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startOneNode() {
        alone = start(1);
    }

    @AfterAll
    static void stopIt() {
        alone.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private static TestNodes start(int count) {
        List<Setting<?>> known = new ArrayList<>();
        known.addAll(PackagerConfig.ALL);
        known.addAll(HttpConfig.ALL);
        known.addAll(Lanes.SETTINGS);
        known.addAll(LocationConfig.ALL);
        TestNodes nodes = TestNodes.start(
                count, List.of(new LocationModule(), new RelayModule(), new HlsPackager()), known, QUICK);
        nodes.awaitWhole();
        return nodes;
    }

    /** One node is shared by the tests, each with a stream of its own; several are made anew. */
    private TestNodes nodes(int count) {
        if (count == 1) {
            return alone;
        }
        TestNodes nodes = start(count);
        open.add(nodes);
        return nodes;
    }

    private Camera camera(TestNodes nodes, String path) {
        Camera camera = Camera.open(nodes.context("A"), path);
        open.add(camera::end);
        return camera;
    }

    private Player player(TestNodes nodes, String id) {
        Player player = new Player(nodes.context(id).membership().local().info().httpPort());
        open.add(player);
        return player;
    }

    @Test
    void theFirstRequestStartsThePackagerAndWaitsForTheFirstSegment() {
        TestNodes nodes = nodes(1);
        Player player = player(nodes, "A");
        camera(nodes, "yard/cam");

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
        TestNodes nodes = nodes(1);
        Player player = player(nodes, "A");
        assertThat(player.get("/nobody/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.get("/nobody/7.ts").statusCode()).isEqualTo(404);
        assertThat(player.get("/api/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.get("/a%2e%2e/b/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.get("/a//b/index.m3u8").statusCode()).isEqualTo(404);
        assertThat(player.send("POST", "/nobody/index.m3u8").statusCode()).isEqualTo(405);
        camera(nodes, "cam1");
        assertThat(player.get("/cam1/index.m3u8").statusCode()).isEqualTo(200);
        assertThat(player.get("/cam1/1.ts").statusCode()).isEqualTo(404);
        assertThat(player.get("/cam1/other.m3u8").statusCode()).isEqualTo(404);
    }

    @Test
    void leftOutTracksAreNamed() {
        TestNodes nodes = nodes(1);
        byte[] sdp = Sender.sdp("m=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000\n");
        List<LeftOut> leftOut = Await.get(nodes.context("A").bus().ask(Packagings.LEFT_OUT, "x", sdp));
        assertThat(leftOut).containsExactly(new LeftOut(0, "VP8", "VP8 has no place in MPEG-TS segments"));
    }

    @Test
    void aPublisherThatEndsAndReturnsGoesOnInNumbers() {
        TestNodes nodes = nodes(1);
        Player player = player(nodes, "A");
        Camera first = camera(nodes, "cam3");
        assertThat(player.get("/cam3/index.m3u8").statusCode()).isEqualTo(200);
        first.end();
        Await.until("the playlist ends", () -> player.media("cam3").ended());
        Player.Listed ended = player.media("cam3");
        Camera second = Camera.openWithoutSound(nodes.context("A"), "cam3");
        open.add(second::end);
        Await.until("there is more", () -> player.media("cam3").last() > ended.last());
        Player.Listed again = player.media("cam3");
        assertThat(again.ended()).isFalse();
        assertThat(again.discontinuityTags() + again.discontinuities()).isEqualTo(1);
        assertThat(again.target()).isEqualTo(ended.target());
    }

    @Test
    void aPublisherThatReturnsWithTracksThatAreCarriedIsServed() {
        TestNodes nodes = nodes(1);
        Player player = player(nodes, "A");
        Camera first = Camera.openNotCarried(nodes.context("A"), "cam8");
        assertThat(player.get("/cam8/index.m3u8").statusCode()).isEqualTo(415);
        first.end();
        Await.until("it is gone", () -> player.get("/cam8/index.m3u8").statusCode() == 404);
        Camera second = Camera.openNotCarried(nodes.context("A"), "cam8");
        Await.until("it is back", () -> player.get("/cam8/index.m3u8").statusCode() == 415);
        second.end();
        camera(nodes, "cam8");
        Await.until("it is served", () -> player.get("/cam8/index.m3u8").statusCode() == 200);
    }

    @Test
    void aPackagerNobodyAsksStopsAndGoesOnWhenAskedAgain() {
        TestNodes nodes = nodes(1);
        Player player = player(nodes, "A");
        camera(nodes, "cam4");
        Player.Listed before = player.media("cam4");
        assertThat(packagers(nodes, "A")).isPositive();
        Await.until("it stops", () -> packagers(nodes, "A") == 0);
        Player.Listed after = player.media("cam4");
        assertThat(after.sequence()).isGreaterThan(before.last());
        assertThat(after.discontinuityTags()).isEqualTo(1);
    }

    @Test
    void everyNodeAnswersAndOneTakesOverWhenThePackagersNodeIsKilled() {
        TestNodes nodes = nodes(3);
        camera(nodes, "cam5");
        Player atB = player(nodes, "B");
        Player atC = player(nodes, "C");
        assertThat(atB.get("/cam5/index.m3u8").statusCode()).isEqualTo(200);
        assertThat(packagers(nodes, "B")).isEqualTo(1);
        Player.Listed seen = atC.media("cam5");
        assertThat(seen.uris()).isNotEmpty();
        assertThat(packagers(nodes, "C")).isZero();
        HttpResponse<byte[]> segment = atC.get("/cam5/" + seen.uris().getLast());
        assertThat(segment.body())
                .isEqualTo(atB.get("/cam5/" + seen.uris().getLast()).body());
        Player.Listed last = atC.media("cam5");

        nodes.crash("B");
        Await.until("C goes on", () -> atC.media("cam5").last() > last.last() + 1);
        Player.Listed after = atC.media("cam5");
        assertThat(packagers(nodes, "C")).isEqualTo(1);
        assertThat(after.discontinuityTags() + after.discontinuities()).isEqualTo(1);
        assertThat(after.sequence()).isGreaterThanOrEqualTo(seen.sequence());
        assertThat(atC.get("/cam5/" + seen.uris().getLast()).statusCode())
                .as("kept on the way")
                .isEqualTo(200);
    }

    @Test
    void aDrainingNodeHandsItsStreamsOver() {
        TestNodes nodes = nodes(2);
        camera(nodes, "cam6");
        Player atA = player(nodes, "A");
        Player.Listed before = atA.media("cam6");
        assertThat(packagers(nodes, "A")).isEqualTo(1);
        nodes.node("A").drain(Role.HLS_PACKAGER, true);
        Await.until("B goes on", () -> packagers(nodes, "B") == 1);
        assertThat(atA.get("/cam6/" + before.uris().getLast()).statusCode())
                .as("still here")
                .isEqualTo(200);
        Await.until("A answers for B", () -> atA.media("cam6").last() > before.last());
        Player.Listed after = atA.media("cam6");
        assertThat(after.discontinuityTags() + after.discontinuities()).isEqualTo(1);
    }

    @Test
    void aReaderThatTakesNothingIsDropped() throws IOException {
        TestNodes nodes = nodes(1);
        Player player = player(nodes, "A");
        camera(nodes, "cam7");
        Player.Listed media = player.media("cam7");
        double before = gauge(nodes, "A", "millrace.http.connections");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), player.port())) {
            socket.setReceiveBufferSize(4_096);
            String request = "GET /cam7/" + media.uris().getLast() + " HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(request.repeat(120).getBytes(StandardCharsets.US_ASCII));
            Await.until("it is dropped", () -> counter(nodes, "millrace.hls.slow") >= 1);
            Await.until("its connection is gone", () -> gauge(nodes, "A", "millrace.http.connections") <= before);
        }
        assertThat(player.get("/cam7/index.m3u8").statusCode()).isEqualTo(200);
    }

    private static int packagers(TestNodes nodes, String id) {
        return (int) gauge(nodes, id, "millrace.hls.packagers");
    }

    private static double gauge(TestNodes nodes, String id, String name) {
        return nodes.context(id).metrics().get(name).gauge().value();
    }

    private static double counter(TestNodes nodes, String name) {
        return nodes.context("A").metrics().get(name).counter().count();
    }
}
