package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** tshark on the loopback: everything to and from one SIP port. */
record Capture(Story story, Proc process, Path file, int port) {
    private static final Duration START = Duration.ofSeconds(15);

    /** No message: the node drops it and answers nothing. */
    private static final String KNOCK = "is anybody looking";

    private static final Duration KNOCK_EVERY = Duration.ofMillis(100);

    /** Returns when packets are being taken. */
    static Capture start(Story story, int port) {
        Path file = story.folder().resolve("sip.pcapng");
        Proc process = story.use(Proc.start(
                "tshark",
                story.folder(),
                List.of(Tools.path("tshark"), "-i", "lo", "-f", "port " + port, "-w", file.toString()),
                Map.of()));
        Await.until("tshark captures", START, () -> process.output().contains("Capturing on"), process::tail);
        // It says so before it does: on a busy machine seconds before.
        Await.until("the capture of a knock", START, () -> knocked(port, file), process::tail);
        return new Capture(story, process, file, port);
    }

    private static boolean knocked(int port, Path file) {
        byte[] knock = KNOCK.getBytes(StandardCharsets.US_ASCII);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(knock, knock.length, InetAddress.getLoopbackAddress(), port));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Await.elapse(KNOCK_EVERY);
        return Files.exists(file) && Resources.bytes(file).contains(KNOCK);
    }

    /** Waits until what has that text in it is written, and so all before it. */
    void awaitText(String text) {
        Await.until("the capture of " + text, START, () -> Resources.bytes(file).contains(text), process::tail);
    }

    /** Ends it; the SIP messages that the display filter lets through, one a line. */
    List<String> messages(String filter) {
        if (process.alive()) {
            process.terminate();
            process.exit(START);
        }
        List<String> command = new ArrayList<>(List.of(
                Tools.path("tshark"),
                "-r",
                file.toString(),
                "-d",
                "udp.port==" + port + ",sip",
                "-d",
                "tcp.port==" + port + ",sip",
                "-Y",
                filter));
        Proc read = Proc.start("tshark-read", story.folder(), command, Map.of());
        read.succeed(START);
        return read.output()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("Running as user"))
                .toList();
    }
}
