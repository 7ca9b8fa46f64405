package dev.millrace.verification.scenarios;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** One node of ours: the distribution in a JVM of its own, with ports of its own on the loopback. */
public final class NodeProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration REHEARSAL = Duration.ofMinutes(3);
    private static final String SECRET = "a secret of the scenarios only";
    /** The optimising compiler and the concurrent collector do not earn their cost in the minute that a node lives. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final List<String> PORT_NAMES =
            List.of("rtsp", "http", "http.tls", "sip", "sip.tls", "health", "admin", "cluster", "bus", "link");

    /** A start keeps a processor busy for seconds: more of them at once only make each one late. */
    private static final Semaphore STARTS = new Semaphore(2);

    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 10_000;

    /** Two builds at once begin at different places. */
    private static final AtomicInteger PORT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 64));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();

    private final String id;
    private final Map<String, Integer> ports;
    private final Proc process;

    private NodeProcess(String id, Map<String, Integer> ports, Proc process) {
        this.id = id;
        this.ports = ports;
        this.process = process;
    }

    /** What a node is started with. */
    public record Plan(
            String id, String roles, List<NodeProcess> join, Map<String, String> settings, List<String> jvm) {
        public static Plan of(String id, String roles) {
            return new Plan(id, roles, List.of(), Map.of(), List.of());
        }

        public Plan join(NodeProcess... others) {
            return new Plan(id, roles, List.of(others), settings, jvm);
        }

        /** Options of its Java virtual machine. */
        public Plan jvm(List<String> options) {
            return new Plan(id, roles, join, settings, options);
        }

        /** One more configuration key. */
        public Plan with(String key, Object value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(key, String.valueOf(value));
            return new Plan(id, roles, join, more, jvm);
        }
    }

    /** Starts the node and waits until it is ready. */
    public static NodeProcess start(Story story, Plan plan) {
        return start(story, plan, List.of("run", "--roles", plan.roles));
    }

    /** Starts {@code millrace <arguments>} with the plan's settings and waits until it is ready. */
    public static NodeProcess start(Story story, Plan plan, List<String> arguments) {
        STARTS.acquireUninterruptibly();
        try {
            NodeProcess node = launch(story, plan, arguments);
            node.awaitReady();
            return node;
        } finally {
            STARTS.release();
        }
    }

    /** Starts {@code millrace <arguments>} with the plan's settings and does not wait. */
    public static NodeProcess launch(Story story, Plan plan, List<String> arguments) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        Map<String, String> environment = new LinkedHashMap<>();
        for (String name : PORT_NAMES) {
            String key = name + ".port";
            String told = plan.settings.get(key);
            ports.put(name, told == null ? freePort() : Integer.parseInt(told));
            environment.put(variable(key), String.valueOf(ports.get(name)));
        }
        environment.put("MILLRACE_NODE_ID", plan.id);
        environment.put("MILLRACE_BIND", "127.0.0.1");
        environment.put("MILLRACE_CLUSTER_HOST", "127.0.0.1");
        environment.put("MILLRACE_CLUSTER_SECRET", SECRET);
        environment.put(
                "MILLRACE_STORE_DIR", story.folder().resolve("store-" + plan.id).toString());
        environment.put(
                "MILLRACE_TLS_DIR", story.folder().resolve("tls-" + plan.id).toString());
        plan.settings.forEach((key, value) -> environment.put(variable(key), value));
        List<String> command = new ArrayList<>(distribution(plan.jvm));
        command.addAll(arguments);
        if (!plan.join.isEmpty()) {
            command.add("--join");
            command.add(String.join(
                    ",",
                    plan.join.stream().map(other -> other.address("cluster")).toList()));
        }
        return story.use(
                new NodeProcess(plan.id, ports, Proc.start("node-" + plan.id, story.folder(), command, environment)));
    }

    private static String variable(String key) {
        return "MILLRACE_" + key.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }

    /** The command that runs the distribution of this build. */
    private static List<String> distribution(List<String> jvm) {
        Path dist =
                Path.of("..", "standalone", "target", "dist").toAbsolutePath().normalize();
        if (!Files.exists(dist.resolve("millrace.jar"))) {
            throw new AssertionError("no distribution in " + dist + ": mvn -DskipTests package builds it");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-Xmx384m", "@" + dist.resolve("jvm.options")));
        command.addAll(SHORT_LIVED);
        command.addAll(jvm);
        command.addAll(List.of("-jar", dist.resolve("millrace.jar").toString()));
        return command;
    }

    /**
     * Rehearses as the launcher does after a build.
     *
     * @return the option that lets a node begin with what the rehearsal has seen
     */
    public static String rehearsed(Story story) {
        Path cache = story.folder().resolve("millrace.aot");
        List<String> command = new ArrayList<>(distribution(List.of("-XX:AOTCacheOutput=" + cache)));
        command.add("rehearse");
        story.use(Proc.start("rehearsal", story.folder(), command, Map.of())).succeed(REHEARSAL);
        return "-XX:AOTCache=" + cache;
    }

    /** User and kernel time so far. */
    public double cpuSeconds() {
        return process.cpuSeconds();
    }

    /** A command of the launcher, asked of this node. */
    public Proc millrace(Story story, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of("..", "millrace").toAbsolutePath().normalize().toString());
        command.addAll(List.of(arguments));
        return story.use(Proc.start(
                "millrace-" + arguments[0],
                story.folder(),
                command,
                Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "MILLRACE_JAVA_OPTS",
                        String.join(" ", SHORT_LIVED),
                        "MILLRACE_ADMIN_PORT",
                        String.valueOf(port("admin")))));
    }

    /** A port that nobody listens on, and that no story gets twice: not of those the kernel gives to connections. */
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one.
            }
        }
    }

    public String id() {
        return id;
    }

    public Proc process() {
        return process;
    }

    public int port(String name) {
        return ports.getOrDefault(name, 0);
    }

    private String address(String name) {
        return "127.0.0.1:" + port(name);
    }

    public String rtsp(String path) {
        return "rtsp://" + address("rtsp") + "/" + path;
    }

    public String http(String path) {
        return "http://" + address("http") + "/" + path;
    }

    public String playlist(String path) {
        return http(path + "/index.m3u8");
    }

    public void awaitReady() {
        Await.until(
                "node " + id + " ready",
                START,
                () -> {
                    if (!process.alive()) {
                        throw new AssertionError("node " + id + " ended; it said\n" + process.tail());
                    }
                    return get("health", "/health/ready")
                            .map(answer -> answer.statusCode() == 200)
                            .orElse(false);
                },
                process::tail);
    }

    /** An HTTP answer of one of its ports, if there was one. */
    public Optional<HttpResponse<String>> get(String port, String path) {
        return send(HttpRequest.newBuilder(URI.create("http://" + address(port) + path))
                .GET());
    }

    private Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(HTTP.send(request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** What the page's API says about a stream, if the node's cluster has it. */
    public Optional<JsonObject> stream(String path) {
        return get("http", "/api/streams").filter(answer -> answer.statusCode() == 200).stream()
                .flatMap(answer -> new JsonObject(answer.body()).getJsonArray("streams").stream())
                .map(JsonObject.class::cast)
                .filter(stream -> stream.getString("path", "").equals(path))
                .findFirst();
    }

    /** What the admin API says about the node and its cluster. */
    public JsonObject status() {
        return get("admin", "/status")
                .map(answer -> new JsonObject(answer.body()))
                .orElseThrow();
    }

    /** Value of a Prometheus metric: the sum of all its samples whose line contains {@code labels}; 0 without any. */
    public double metric(String name, String labels) {
        return get("health", "/metrics")
                .map(HttpResponse::body)
                .orElse("")
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(labels))
                .filter(line -> line.length() > name.length() && "{ ".indexOf(line.charAt(name.length())) >= 0)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public void drain(String node, String role) {
        order("drain", node, role);
    }

    public void resume(String node, String role) {
        order("resume", node, role);
    }

    private void order(String verb, String node, String role) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + address("admin") + "/" + verb + "/" + node + "/" + role))
                .POST(HttpRequest.BodyPublishers.noBody());
        int code = send(request).map(HttpResponse::statusCode).orElse(0);
        if (code / 100 != 2) {
            throw new AssertionError(verb + " " + node + " " + role + " was answered " + code);
        }
    }

    /** As a crash. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM: drains, then ends. */
    public void terminate() {
        process.terminate();
    }

    @Override
    public void close() {
        process.close();
    }
}
