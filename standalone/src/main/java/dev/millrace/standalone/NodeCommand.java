package dev.millrace.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.platform.runtime.Node;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** {@code millrace run} and {@code millrace demo}: a node, until a signal stops it; and the launcher's rehearsal. */
final class NodeCommand {
    /** How long a rehearsal waits for one answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private NodeCommand() {}

    static int run(Settings settings) throws InterruptedException {
        start(settings, Distribution.everywhere());
        return untilASignal();
    }

    static int demo(Settings settings, PrintWriter out) throws InterruptedException {
        start(hasty(settings), withDemo());
        String path = StandaloneConfig.of(settings).demoPath().text();
        String http = "http://localhost:" + port(settings, "http.port");
        String rtsp = "rtsp://localhost:" + port(settings, "rtsp.port");
        out.println("""

                Millrace runs; Ctrl-C ends it.

                  the page     %s/
                  the stream   ffplay %s/%s
                               ffplay %s/%s/index.m3u8
                  publish      ffmpeg -re -i any.mp4 -c copy -f rtsp %s/mine
                """.formatted(http, rtsp, path, http, path, rtsp));
        out.flush();
        return untilASignal();
    }

    /**
     * The demo on free ports of the loopback address, for as long as it takes to ask it for the page and the stream once. The
     * launcher calls it after a build, so that the virtual machine sees what a start needs and keeps it ready
     * ({@code -XX:AOTCacheOutput}).
     */
    static int rehearse() throws IOException, InterruptedException {
        Map<String, String> flags = new HashMap<>(
                Map.of("bind", "127.0.0.1", "node.id", "rehearsal", "drain.wait", "0s", "log.level", "warn"));
        Ports.all().forEach(key -> flags.put(key, String.valueOf(Ports.free())));
        start(Settings.of(Distribution.settings(), flags), withDemo());
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/", "/api/streams", "/demo/index.m3u8", "/demo/media.m3u8")) {
                URI uri = URI.create("http://127.0.0.1:" + flags.get("http.port") + path);
                client.send(
                        HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding());
            }
        }
        return 0;
    }

    private static List<NodeModule> withDemo() {
        List<NodeModule> modules = new ArrayList<>(Distribution.everywhere());
        modules.add(new DemoPublisher());
        return modules;
    }

    /** Returns when every service has started; an exception carries a sentence for people. */
    private static void start(Settings settings, List<NodeModule> modules) {
        Logger ours = (Logger) LoggerFactory.getLogger("dev.millrace");
        ours.setLevel(Level.toLevel(StandaloneConfig.of(settings).logLevel()));
        Optional<String> taken = Ports.taken(settings);
        if (taken.isPresent()) {
            throw new IllegalStateException(taken.get());
        }
        try {
            Node node = Node.start(settings, Distribution.roles(), modules)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            node.stopWithProcess();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
    }

    /** Who ends a demo does not want to wait for its viewers. */
    @SuppressWarnings("unchecked")
    private static Settings hasty(Settings settings) {
        Setting<Duration> wait =
                (Setting<Duration>) Distribution.setting("drain.wait").orElseThrow();
        return settings.given(wait) ? settings : settings.with(wait, Duration.ZERO);
    }

    private static Object port(Settings settings, String key) {
        return Distribution.setting(key).<Object>map(settings::get).orElse("?");
    }

    /** The node ends itself and the process on SIGTERM and SIGINT. */
    private static int untilASignal() throws InterruptedException {
        new CountDownLatch(1).await();
        return 0;
    }
}
