package dev.millrace.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.platform.runtime.Node;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** {@code millrace run} and {@code millrace demo}: a node, until a signal stops it. */
final class NodeCommand {
    private NodeCommand() {}

    static int run(Settings settings) throws InterruptedException {
        start(settings, Distribution.everywhere());
        return untilASignal();
    }

    static int demo(Settings settings, PrintWriter out) throws InterruptedException {
        List<NodeModule> modules = new ArrayList<>(Distribution.everywhere());
        modules.add(new DemoPublisher());
        start(hasty(settings), modules);
        String path = StandaloneConfig.of(settings).demoPath().text();
        String http = "http://localhost:" + port(settings, "http.port");
        String rtsp = "rtsp://localhost:" + port(settings, "rtsp.port");
        out.println(
                """

                Millrace runs; Ctrl-C ends it.

                  the page     %s/
                  the stream   ffplay %s/%s
                               ffplay %s/%s/index.m3u8
                  publish      ffmpeg -re -i any.mp4 -c copy -f rtsp %s/mine
                """
                        .formatted(http, rtsp, path, http, path, rtsp));
        out.flush();
        return untilASignal();
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
