package dev.millrace.verification.scenarios;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** Hostile input at every port for as long as a leak takes to show: memory stays where it was, and the stream goes on. */
@Isolated("it takes the whole machine")
@ExtendWith(Story.Frame.class)
final class FloodTest {
    /** Until what is made once has been made: compiled code, pools, buffers of each event loop. */
    private static final Duration WARM = Duration.ofSeconds(3);

    private static final Duration FLOOD = Duration.ofSeconds(8);
    private static final Duration LONG_FLOOD = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long MEGA = 1 << 20;

    /** What live objects, buffers and the process may grow by, in bytes: a few hundred bytes for each connection would show. */
    private static final long HEAP = 4 * MEGA;

    private static final long DIRECT = 8 * MEGA;
    private static final long RESIDENT = 32 * MEGA;

    @Test
    void memoryStaysWhereItWas(Story story) {
        memoryStaysWhereItWas(story, FLOOD);
    }

    @Test
    @Tag("long")
    void memoryStaysWhereItWasForAMinute(Story story) {
        memoryStaysWhereItWas(story, LONG_FLOOD);
    }

    private static void memoryStaysWhereItWas(Story story, Duration time) {
        NodeProcess.Plan plan = NodeProcess.Plan.of("flooded", OneNode.ROLES).jvm(Footprint.JVM);
        NodeProcess node = NodeProcess.start(story, plan);
        String url = node.rtsp("flood/honest");
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", url);
        PublishAndReadTest.awaitStream(url);
        Viewer viewer = Viewer.open(story, "tcp", url);
        viewer.awaitFrames(25, SOON);
        flood(node, WARM);
        Footprint before = Footprint.of(node);
        long rounds = flood(node, time);
        viewer.awaitFrames(25, SOON);
        Footprint after = Footprint.of(node);
        Footprint growth = after.minus(before);
        System.out.println("flood: " + rounds + " hostile connections; before " + before + "; grown by " + growth);
        assertThat(rounds).as("hostile connections").isGreaterThan(5_000);
        assertThat(growth.heap()).as("heap, bytes").isLessThan(HEAP);
        assertThat(growth.direct()).as("direct memory, bytes").isLessThan(DIRECT);
        assertThat(growth.resident()).as("resident memory, bytes").isLessThan(RESIDENT);
        assertThat(viewer.lost() + viewer.broken()).as(viewer.text()).isZero();
        assertThat(viewer.sessions()).as(viewer.text()).isOne();
        assertThat(node.process().output()).doesNotContain("\tat ");
    }

    /** One round of an attack: one connection or more. */
    private interface Attack {
        void round(Random random) throws IOException;
    }

    /** All attacks at once; how many rounds they made. */
    private static long flood(NodeProcess node, Duration time) {
        List<BadInputTest.Row> rows = BadInputTest.rows().toList();
        byte[] request =
                ("DESCRIBE " + node.rtsp("flood/honest") + " RTSP/1.0\r\nCSeq: 1\r\n\r\n").getBytes(ISO_8859_1);
        byte[] http = "GET /flood/honest/index.m3u8 HTTP/1.1\r\nHost: x\r\nX-Long: 1\r\n\r\n".getBytes(ISO_8859_1);
        List<Attack> attacks = List.of(
                random ->
                        send(node, "rtsp", rows.get(random.nextInt(rows.size())).bytes()),
                random -> send(node, "rtsp", torn(request, random)),
                random -> send(node, "rtsp", garbage(random)),
                random -> lies(node, random),
                random -> send(node, "http", torn(http, random)),
                random -> send(node, "http", garbage(random)),
                random -> send(node, "link", garbage(random)));
        AtomicLong rounds = new AtomicLong();
        long end = System.nanoTime() + time.toNanos();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < attacks.size(); i++) {
                Attack attack = attacks.get(i);
                Random random = new Random(i);
                running.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        attack.round(random);
                        rounds.incrementAndGet();
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        }
        return rounds.get();
    }

    private static byte[] torn(byte[] whole, Random random) {
        return java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    private static byte[] garbage(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(20_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Sends it and waits for the close or for an answer. */
    private static void send(NodeProcess node, String port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port(port))) {
            socket.setSoTimeout(200);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().read();
        } catch (java.net.SocketException | java.net.SocketTimeoutException closed) {
            // Closed while we sent, or no answer to half a request: both are right.
        }
    }

    /** A publisher that is let in and sends packets that are none. */
    private static void lies(NodeProcess node, Random random) {
        String url = node.rtsp("flood/lies" + random.nextInt(10));
        try (RtspClient client = RtspClient.connect(url)) {
            BadInputTest.record(client, url);
            for (int i = 0; i < 200; i++) {
                client.send(BadInputTest.lie(random.nextInt(4), random));
            }
            if (random.nextBoolean()) {
                client.ask("TEARDOWN", url);
            }
        } catch (UncheckedIOException closed) {
            // It was cut off.
        }
    }
}
