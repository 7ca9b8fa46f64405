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

/** One node of ours: the distribution in a JVM of its own, with ports of its own on the loopback. */
final class NodeProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final String SECRET = "a secret of the scenarios only";
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
    record Plan(String id, String roles, List<NodeProcess> join, Map<String, String> settings) {
        static Plan of(String id, String roles) {
            return new Plan(id, roles, List.of(), Map.of());
        }

        Plan join(NodeProcess... others) {
            return new Plan(id, roles, List.of(others), settings);
        }

        /** One more configuration key. */
        Plan with(String key, Object value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(key, String.valueOf(value));
            return new Plan(id, roles, join, more);
        }
    }

    /** Starts the node and waits until it is ready. */
    static NodeProcess start(Story story, Plan plan) {
        NodeProcess node = launch(story, plan, List.of("run", "--roles", plan.roles));
        node.awaitReady();
        return node;
    }

    /** Starts {@code millrace <arguments>} with the plan's settings and does not wait. */
    static NodeProcess launch(Story story, Plan plan, List<String> arguments) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        Map<String, String> environment = new LinkedHashMap<>();
        for (String name : List.of("rtsp", "http", "health", "admin", "cluster", "bus", "link")) {
            ports.put(name, freePort());
            environment.put(
                    "MILLRACE_" + name.toUpperCase(java.util.Locale.ROOT) + "_PORT", String.valueOf(ports.get(name)));
        }
        environment.put("MILLRACE_NODE_ID", plan.id);
        environment.put("MILLRACE_BIND", "127.0.0.1");
        environment.put("MILLRACE_CLUSTER_HOST", "127.0.0.1");
        environment.put("MILLRACE_CLUSTER_SECRET", SECRET);
        plan.settings.forEach((key, value) -> environment.put(variable(key), value));
        List<String> command = new ArrayList<>(distribution());
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
    private static List<String> distribution() {
        Path dist =
                Path.of("..", "standalone", "target", "dist").toAbsolutePath().normalize();
        if (!Files.exists(dist.resolve("millrace.jar"))) {
            throw new AssertionError("no distribution in " + dist + ": mvn -DskipTests package builds it");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                "-Xmx384m",
                "@" + dist.resolve("jvm.options"),
                "-jar",
                dist.resolve("millrace.jar").toString());
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    String id() {
        return id;
    }

    Proc process() {
        return process;
    }

    int port(String name) {
        return ports.getOrDefault(name, 0);
    }

    private String address(String name) {
        return "127.0.0.1:" + port(name);
    }

    String rtsp(String path) {
        return "rtsp://" + address("rtsp") + "/" + path;
    }

    String http(String path) {
        return "http://" + address("http") + "/" + path;
    }

    String playlist(String path) {
        return http(path + "/index.m3u8");
    }

    void awaitReady() {
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
    Optional<HttpResponse<String>> get(String port, String path) {
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
    Optional<JsonObject> stream(String path) {
        return get("http", "/api/streams").filter(answer -> answer.statusCode() == 200).stream()
                .flatMap(answer -> new JsonObject(answer.body()).getJsonArray("streams").stream())
                .map(JsonObject.class::cast)
                .filter(stream -> stream.getString("path", "").equals(path))
                .findFirst();
    }

    /** What the admin API says about the node and its cluster. */
    JsonObject status() {
        return get("admin", "/status")
                .map(answer -> new JsonObject(answer.body()))
                .orElseThrow();
    }

    /** Value of a Prometheus metric: the sum of all its samples whose line contains {@code labels}; 0 without any. */
    double metric(String name, String labels) {
        return get("health", "/metrics")
                .map(HttpResponse::body)
                .orElse("")
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(labels))
                .filter(line -> line.length() > name.length() && "{ ".indexOf(line.charAt(name.length())) >= 0)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    void drain(String node, String role) {
        order("drain", node, role);
    }

    void resume(String node, String role) {
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
    void kill() {
        process.kill();
    }

    /** SIGTERM: drains, then ends. */
    void terminate() {
        process.terminate();
    }

    @Override
    public void close() {
        process.close();
    }
}
