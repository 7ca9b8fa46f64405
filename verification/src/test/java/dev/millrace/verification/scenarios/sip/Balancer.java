package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * nginx as an L4 balancer of UDP and TCP that knows no SIP, from {@link #ADDRESS}. It leaves a server out after a few failures and
 * tries it again once a second. A session of UDP shows a failure only with its third datagram, and never that all is well again; a
 * connection shows both at once. So both kinds share what is known of the servers, for all workers ({@code zone}), and somebody has to
 * connect all the time ({@link #knocks}), or a server that is back gets one session a second for ever.
 */
record Balancer(Proc process, int port) {
    /** The address from which it speaks to the nodes; a pool of ports of its own. */
    static final String ADDRESS = "127.0.0.20";

    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration KNOCK = Duration.ofMillis(10);

    static Balancer start(Story story, int port, List<String> servers) {
        Path folder = story.folder();
        Path file = Resources.copy(
                "nginx-balancer.conf",
                folder,
                Map.of(
                        "MODULE",
                        module(),
                        "FOLDER",
                        folder.toString(),
                        "FRONT",
                        "127.0.0.1:" + port,
                        "FROM",
                        ADDRESS,
                        "SERVERS",
                        String.join(
                                "\n        ",
                                servers.stream()
                                        .map(each -> "server " + each + " max_fails=4 fail_timeout=0;")
                                        .toList())));
        return start(story, file, port);
    }

    /** Starts nginx with that configuration and waits for the port. */
    static Balancer start(Story story, Path file, int port) {
        List<String> command = new ArrayList<>(List.of(
                Tools.path("nginx"),
                "-e",
                story.folder().resolve("nginx-start.log").toString(),
                "-p",
                story.folder().toString(),
                "-c",
                file.toString()));
        Proc process = story.use(Proc.start("nginx", story.folder(), command, Map.of()));
        Await.until("nginx listens", START, () -> listens(port), process::tail);
        return new Balancer(process, port);
    }

    /** As many who connect as an installation of some thousand phones has: each opens a connection and closes it. */
    void knocks(Story story) {
        Thread knocking = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                listens(port);
                LockSupport.parkNanos(KNOCK.toNanos());
            }
        });
        story.use(knocking::interrupt);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Debian packs the stream module apart; skips or fails the story where it is not. */
    static String module() {
        String name = "ngx_stream_module.so";
        return Stream.of("/usr/lib/nginx/modules/", "/usr/lib64/nginx/modules/")
                .map(folder -> folder + name)
                .filter(file -> Files.exists(Path.of(file)))
                .findFirst()
                .orElseGet(() -> {
                    Tools.need(name);
                    return name;
                });
    }
}
