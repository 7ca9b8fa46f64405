package dev.millrace.platform.runtime.testing;

import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.runtime.Abruptly;
import dev.millrace.platform.runtime.Node;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Nodes in this process, on free ports of the loopback address, joined to one cluster. Closing stops those that still run.
 * Owned by the test's thread.
 */
public final class TestNodes implements AutoCloseable {
    /** The secret of every test cluster. */
    public static final String SECRET = "only-for-tests-0123456789";

    private static final PortBlock PORTS = PortBlock.take();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Map<String, Node> nodes = new LinkedHashMap<>();

    private TestNodes() {}

    /**
     * What one node is.
     *
     * @param flags beyond the ports, the join list and the secret, which are there already
     */
    public record Spec(String id, List<RoleModule> roles, List<NodeModule> others, Map<String, String> flags) {
        public Spec(String id, List<RoleModule> roles) {
            this(id, roles, List.of(), Map.of());
        }
    }

    /** Nodes of one role that keep what lasts in the same folder. */
    public static TestNodes lasting(Path folder, RoleModule module, List<Setting<?>> known, String... ids) {
        List<Spec> specs = new ArrayList<>();
        for (String id : ids) {
            specs.add(new Spec(
                    id, List.of(module), List.of(), Map.of("store.dir", folder.toString(), "bus.timeout", "5s")));
        }
        TestNodes nodes = start(known, specs);
        nodes.awaitWhole();
        return nodes;
    }

    /**
     * So many nodes with all the modules, called A, B, C ...
     *
     * @param known the settings of the modules; those of the runtime are there already
     */
    public static TestNodes start(
            int count, List<RoleModule> modules, List<Setting<?>> known, Map<String, String> flags) {
        List<Spec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            specs.add(new Spec(String.valueOf((char) ('A' + i)), modules, List.of(), flags));
        }
        return start(known, specs);
    }

    /** The settings of several modules together; some have those of a module below among their own. */
    @SafeVarargs
    public static List<Setting<?>> known(List<Setting<?>>... modules) {
        Set<Setting<?>> all = new LinkedHashSet<>();
        for (List<Setting<?>> module : modules) {
            all.addAll(module);
        }
        return List.copyOf(all);
    }

    /** Those nodes, started one after the other; the first needs the role location. */
    public static TestNodes start(List<Setting<?>> known, List<Spec> specs) {
        TestNodes started = new TestNodes();
        try {
            List<Integer> clusterPorts = freePorts(specs.size());
            for (int i = 0; i < specs.size(); i++) {
                // Only those that are there: a node would wait a second for those that are not.
                started.add(known, specs.get(i), clusterPorts.get(i), clusterPorts.subList(0, i + 1));
            }
        } catch (RuntimeException | AssertionError failure) {
            started.close();
            throw failure;
        }
        return started;
    }

    private void add(List<Setting<?>> known, Spec spec, int clusterPort, List<Integer> clusterPorts) {
        nodes.put(
                spec.id(),
                Await.get(Node.start(settings(known, spec, clusterPort, clusterPorts), spec.roles(), spec.others())));
    }

    /** The settings of a test node on free ports. */
    public static Settings settings(List<Setting<?>> known, Spec spec, int clusterPort, List<Integer> clusterPorts) {
        List<Setting<?>> all = new ArrayList<>(RuntimeConfig.ALL);
        known.stream().filter(setting -> !all.contains(setting)).forEach(all::add);
        Map<String, String> flags = new HashMap<>();
        flags.put("node.id", spec.id());
        flags.put("cluster.port", String.valueOf(clusterPort));
        flags.put("cluster.secret", SECRET);
        flags.put("bind", "127.0.0.1");
        flags.put("drain.wait", "0");
        flags.put("runtime.loops", "2");
        List<String> others = clusterPorts.stream()
                .filter(port -> port != clusterPort)
                .map(port -> "127.0.0.1:" + port)
                .toList();
        if (!others.isEmpty()) {
            flags.put("join", String.join(",", others));
        }
        List<String> ports = all.stream()
                .map(Setting::key)
                .filter(key -> key.endsWith(".port") && !flags.containsKey(key))
                .toList();
        List<Integer> free = freePorts(ports.size());
        for (int i = 0; i < ports.size(); i++) {
            flags.put(ports.get(i), String.valueOf(free.get(i)));
        }
        // What a node writes belongs to its test run, and never lies in the module's folder.
        all.stream()
                .map(Setting::key)
                .filter(key -> key.endsWith(".dir"))
                .forEach(key -> flags.put(
                        key,
                        Path.of("target", "test-data", clusterPort + "-" + spec.id(), key)
                                .toString()));
        // In memory only: a test that wants a store names its folder.
        flags.put("store.dir", "");
        flags.putAll(spec.flags());
        return Settings.of(all, flags);
    }

    public Node node(String id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no running test node is called " + id);
        }
        return node;
    }

    public NodeContext context(String id) {
        return node(id).context();
    }

    /** What a question to a role is answered when that node asks it. */
    public <Q, A> A ask(String id, Question<Q, A> question, String key, Q query) {
        return Await.get(context(id).bus().ask(question, key, query));
    }

    /** What an operator gets from that node's admin port. */
    public HttpResponse<String> admin(String id, String method, String path, String body) {
        URI uri = URI.create("http://127.0.0.1:" + node(id).adminPort() + path);
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(Await.LONG)
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Waits until every running node sees every other one with its load. */
    public void awaitWhole() {
        Await.until(
                "every node knows every node",
                () -> nodes.values().stream()
                        .allMatch(node -> node.context().membership().members().stream()
                                        .filter(member -> member.load().capacity() > 0)
                                        .count()
                                == nodes.size()));
    }

    /** Stops a node in good order. */
    public void stop(String id) {
        Await.get(node(id).stop());
        nodes.remove(id);
    }

    /** Ends a node as a kill does. */
    public void crash(String id) {
        Abruptly.end(node(id));
        nodes.remove(id);
    }

    /** All at once: those who leave one by one hand their data around first. */
    @Override
    public void close() {
        List<Future<?>> stopping = new ArrayList<>();
        nodes.values().forEach(node -> stopping.add(node.stop()));
        nodes.clear();
        Await.get(Future.join(stopping));
    }

    /** Ports of the loopback address that nobody listens on right now. */
    public static List<Integer> freePorts(int count) {
        return PORTS.free(count);
    }
}
