package dev.millrace.verification.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at a server from outside: is it ready, does it serve the stream, what memory does its JVM hold. */
public final class Probe {
    private static final long POLL_MS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ANSWER_MS = 1000;
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Probe() {}

    /** Waits until the server takes sessions; returns the seconds that this took. */
    static double awaitReady(Child child, Subject subject) {
        return await(
                child,
                "ready",
                () -> subject.health().map(Probe::answers200).orElseGet(() -> listens(subject.rtspPort())));
    }

    /** Waits until the stream can be described. */
    static void awaitStream(Child child, Subject subject) {
        await(child, "serving the stream", () -> describes(subject));
    }

    private static double await(Child child, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (!child.alive()) {
                throw new IllegalStateException(child.name() + " ended before it was " + what);
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        child.name() + " was not " + what + " after " + PATIENCE.toSeconds() + " s");
            }
            pause(POLL_MS);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static boolean answers200(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean describes(Subject subject) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), subject.rtspPort())) {
            socket.setSoTimeout(ANSWER_MS);
            socket.getOutputStream()
                    .write(Interleaved.request("DESCRIBE", subject.url(), 1, "Accept: application/sdp\r\n"));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("RTSP/1.0 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Live heap after a full collection and memory outside the heap, in bytes.
     *
     * @param direct what the JVM allocated for direct buffers (category Other of its native memory tracking)
     */
    public record Memory(long heap, long direct) {}

    /** What that JVM holds, which must run with native memory tracking. */
    public static Memory memory(long pid) {
        String jcmd = tool("jcmd");
        String histogram = Child.output(List.of(jcmd, String.valueOf(pid), "GC.class_histogram"));
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("jcmd says of process " + pid + ": " + histogram));
        String[] fields = total.trim().split("\\s+");
        String nmt = Child.output(List.of(jcmd, String.valueOf(pid), "VM.native_memory", "summary"));
        Matcher other = OTHER.matcher(nmt);
        return new Memory(
                Long.parseLong(fields[fields.length - 1]), other.find() ? Long.parseLong(other.group(1)) * 1024 : 0);
    }

    /** Datagrams that the kernel dropped at full receive buffers since it started. */
    static long receiveDrops() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/snmp"))) {
            List<String[]> udp = lines.filter(line -> line.startsWith("Udp:"))
                    .map(line -> line.split(" "))
                    .toList();
            int column = List.of(udp.getFirst()).indexOf("RcvbufErrors");
            return Long.parseLong(udp.getLast()[column]);
        } catch (IOException failure) {
            return 0;
        }
    }

    /** A tool of the JDK that runs the bench. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
