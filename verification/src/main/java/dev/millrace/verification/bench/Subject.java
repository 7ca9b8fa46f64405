package dev.millrace.verification.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server under test, ready to be started: its command and the port where it speaks RTSP.
 *
 * @param health the URL that answers 200 when the server is ready, if it has one
 */
record Subject(
        String name, List<String> command, Map<String, String> environment, int rtspPort, Optional<String> health) {
    /** A command of one's own for our server, blanks between the words; the default is the launcher. */
    static final String COMMAND = "MILLRACE_BENCH_COMMAND";

    private static final int ZLM_RTP_FIRST = 30_000;
    private static final int ZLM_RTP_LAST = 35_000;

    String url() {
        return "rtsp://127.0.0.1:" + rtspPort + "/bench";
    }

    /** Our own server with these arguments of {@code millrace}. */
    static Subject ours(String name, Path root, List<String> arguments, Map<String, String> more) {
        String own =
                System.getenv().getOrDefault(COMMAND, root.resolve("millrace").toString());
        List<String> command = new java.util.ArrayList<>(Arrays.asList(own.split(" ")));
        command.addAll(arguments);
        int rtsp = freePort();
        int health = freePort();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("MILLRACE_RTSP_PORT", String.valueOf(rtsp));
        environment.put("MILLRACE_HEALTH_PORT", String.valueOf(health));
        for (String key : List.of("HTTP", "ADMIN", "CLUSTER", "BUS", "LINK")) {
            environment.put("MILLRACE_" + key + "_PORT", String.valueOf(freePort()));
        }
        // The memory row reads what the JVM holds outside its heap.
        environment.put("JDK_JAVA_OPTIONS", "-XX:NativeMemoryTracking=summary");
        environment.putAll(more);
        return new Subject(
                name, command, environment, rtsp, Optional.of("http://127.0.0.1:" + health + "/health/ready"));
    }

    /** MediaMTX with everything but RTSP switched off, if it is on the machine. */
    static Optional<Subject> mediamtx(Path work) {
        return onPath("mediamtx").map(binary -> {
            int port = freePort();
            int rtp = freeEvenPort();
            Path file = write(work.resolve("mediamtx.yml"), """
                    logLevel: warn
                    rtspAddress: 127.0.0.1:%d
                    rtpAddress: 127.0.0.1:%d
                    rtcpAddress: 127.0.0.1:%d
                    rtmp: no
                    hls: no
                    webrtc: no
                    srt: no
                    paths:
                      all_others:
                    """.formatted(port, rtp, rtp + 1));
            return new Subject("MediaMTX", List.of(binary, file.toString()), Map.of(), port, Optional.empty());
        });
    }

    /** ZLMediaKit, if it is on the machine. */
    static Optional<Subject> zlm(Path work) {
        return onPath("MediaServer").map(binary -> {
            int port = freePort();
            Path file = write(work.resolve("zlm.ini"), """
                    [general]
                    enable_audio=1
                    [protocol]
                    enable_hls=0
                    enable_hls_fmp4=0
                    enable_mp4=0
                    enable_rtmp=0
                    enable_ts=0
                    enable_fmp4=0
                    [rtsp]
                    port=%d
                    sslport=0
                    [rtp_proxy]
                    port=0
                    port_range=%d-%d
                    [http]
                    port=%d
                    sslport=0
                    [rtmp]
                    port=0
                    sslport=0
                    [rtc]
                    port=0
                    tcpPort=0
                    [srt]
                    port=0
                    [shell]
                    port=0
                    """.formatted(port, ZLM_RTP_FIRST, ZLM_RTP_LAST, freePort()));
            return new Subject(
                    "ZLMediaKit",
                    List.of(binary, "-c", file.toString(), "-t", "1", "-l", "2"),
                    Map.of(),
                    port,
                    Optional.empty());
        });
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Optional<String> onPath(String tool) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** A TCP port of the loopback that is free now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The kernel hands out odd ports first: the even one below is as good. */
    private static int freeEvenPort() {
        return freePort() & ~1;
    }
}
