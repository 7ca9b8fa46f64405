package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.bench.Interleaved;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A reader that stops reading, beside others that do not. */
@ExtendWith({OneNode.class, Story.Frame.class})
final class SlowReaderTest {
    private static final String PATH = "slow/one";
    private static final Duration SOON = Duration.ofSeconds(15);

    /** What the sockets hold and three seconds of the reader's queue. */
    private static final Duration FULL = Duration.ofSeconds(30);

    /** Bit rate, readers, packets lost, frames dropped. */
    private static final int DROPPED = 3;

    @Test
    void nobodyElseNotices(NodeProcess node, Story story) throws IOException {
        String url = node.rtsp(PATH);
        Ffmpeg.publish(story, Ffmpeg.Sample.HEAVY, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        List<Viewer> fast = new ArrayList<>();
        for (String transport : List.of("tcp", "tcp", "udp")) {
            fast.add(Viewer.open(story, transport, url));
        }
        Viewer.awaitAll(fast, 25, SOON);
        Socket slow = story.use(playThenStopReading(node, url));
        fast.forEach(Viewer::longestSilence);
        Await.until(
                "frames dropped for the slow one",
                FULL,
                () -> dropped(node) > 0,
                () -> node.stream(PATH).toString());
        Viewer.awaitAll(fast, 25, SOON);
        for (Viewer viewer : fast) {
            assertThat(viewer.lost() + viewer.broken()).as(viewer.text()).isZero();
            assertThat(viewer.sessions()).as(viewer.text()).isOne();
            assertThat(viewer.longestSilence()).as(viewer.text()).isLessThan(Duration.ofMillis(1500));
        }
        assertThat(slow.isClosed()).isFalse();
    }

    private static int dropped(NodeProcess node) {
        return node.stream(PATH)
                .map(stream -> stream.getJsonArray("flow").getInteger(DROPPED))
                .orElse(0);
    }

    /** A reader whose receive window is small and closes. */
    private static Socket playThenStopReading(NodeProcess node, String url) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port("rtsp")));
        socket.setSoTimeout(5000);
        ask(
                socket,
                "SETUP",
                url + "/" + firstControl(ask(socket, "DESCRIBE", url, 1, "Accept: application/sdp\r\n")),
                2);
        return socket;
    }

    private static void ask(Socket socket, String method, String url, int number) throws IOException {
        String answer = ask(socket, method, url, number, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
        String session = Interleaved.header(answer, "Session").split(";")[0];
        socket.getOutputStream().write(Interleaved.request("PLAY", url, number + 1, "Session: " + session + "\r\n"));
    }

    private static String firstControl(String answer) {
        return answer.lines()
                .dropWhile(line -> !line.startsWith("m="))
                .filter(line -> line.startsWith("a=control:"))
                .findFirst()
                .orElseThrow()
                .substring(10)
                .trim();
    }

    private static String ask(Socket socket, String method, String url, int number, String headers) throws IOException {
        socket.getOutputStream().write(Interleaved.request(method, url, number, headers));
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            text.append((char) in.read());
        }
        String length = Interleaved.header(text.toString(), "Content-Length");
        return text
                + new String(in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length)), StandardCharsets.UTF_8);
    }
}
