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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** {@code millrace run} and {@code millrace demo}: a node, until a signal stops it; and the launcher's rehearsal. */
final class NodeCommand {
    /** How long a rehearsal waits for one answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A name that every machine has for itself: {@code alice@localhost} needs no name service. */
    private static final String DEMO_DOMAIN = "localhost";

    private NodeCommand() {}

    static int run(Settings settings) throws InterruptedException {
        start(settings, Distribution.everywhere());
        return untilASignal();
    }

    static int demo(Settings settings, PrintWriter out) throws InterruptedException {
        Settings demo = forDemo(settings);
        DemoUsers users = new DemoUsers(demoDomain(demo));
        start(demo, withDemo(users));
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
        phones(settings, demoDomain(demo), users, out);
        out.flush();
        return untilASignal();
    }

    private static void phones(Settings settings, String domain, DemoUsers users, PrintWriter out) {
        out.println("  two phones   SIP on port " + port(settings, "sip.port") + " by UDP and TCP, on port "
                + port(settings, "sip.tls.port") + " by TLS, ws://localhost:" + port(settings, "http.port") + "/sip");
        for (DemoUsers.User user : users.users()) {
            out.println("               " + user.name() + "@" + domain + "  password " + user.password());
        }
        out.println("               from another machine: its phone's server is the address of this one");
        out.println();
    }

    /**
     * The demo on free ports of the loopback address, for as long as it takes to ask it for the page and the stream once and to
     * make some hundred calls. The launcher calls it after a build, so that the virtual machine sees what a start and a call need
     * and keeps it ready ({@code -XX:AOTCacheOutput}).
     */
    static int rehearse() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("millrace-rehearsal");
        try {
            rehearse(folder);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> file.toFile().delete());
            }
            Files.delete(folder);
        }
        return 0;
    }

    /** @param folder for the certificate that is made, and for nothing else */
    private static void rehearse(Path folder) throws IOException, InterruptedException {
        Map<String, String> flags = new HashMap<>(Map.of(
                "bind",
                "127.0.0.1",
                "node.id",
                "rehearsal",
                "drain.wait",
                "0s",
                "log.level",
                "warn",
                "store.dir",
                "",
                "tls.dir",
                folder.toString(),
                "sip.domains",
                DEMO_DOMAIN));
        Ports.all().forEach(key -> flags.put(key, String.valueOf(Ports.free())));
        DemoUsers users = new DemoUsers(DEMO_DOMAIN);
        start(Settings.of(Distribution.settings(), flags), withDemo(users));
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/", "/api/streams", "/demo/index.m3u8", "/demo/media.m3u8")) {
                URI uri = URI.create("http://127.0.0.1:" + flags.get("http.port") + path);
                client.send(
                        HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding());
            }
        }
        new RehearsedCalls(Integer.parseInt(flags.getOrDefault("sip.port", "")), DEMO_DOMAIN)
                .run(users.users().getFirst(), users.users().getLast());
    }

    private static List<NodeModule> withDemo(DemoUsers users) {
        List<NodeModule> modules = new ArrayList<>(Distribution.everywhere());
        modules.add(new DemoPublisher());
        modules.add(users);
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

    /** Who ends a demo does not want to wait for its viewers, nor to keep its users, and phones on this machine find it. */
    private static Settings forDemo(Settings settings) {
        Settings demo = preset(settings, "drain.wait", Duration.ZERO);
        demo = preset(demo, "store.dir", "");
        return preset(demo, "sip.domains", List.of(DEMO_DOMAIN));
    }

    @SuppressWarnings("unchecked")
    private static <T> Settings preset(Settings settings, String key, T value) {
        Setting<T> setting = (Setting<T>) Distribution.setting(key).orElseThrow();
        return settings.given(setting) ? settings : settings.with(setting, value);
    }

    /** The first served domain. */
    private static String demoDomain(Settings settings) {
        return Distribution.setting("sip.domains")
                .map(settings::get)
                .filter(domains -> domains instanceof List<?> list && !list.isEmpty())
                .map(domains -> String.valueOf(((List<?>) domains).getFirst()))
                .orElse(DEMO_DOMAIN);
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
