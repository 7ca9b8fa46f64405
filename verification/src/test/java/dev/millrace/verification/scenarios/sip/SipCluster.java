package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.NodeProcess;
import dev.millrace.verification.scenarios.Story;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Nodes on loopback addresses of their own behind one {@link Balancer}; a node that was killed is started again on its ports
 * and with its store.
 */
final class SipCluster {
    private static final Duration SAFE = Duration.ofSeconds(60);
    private static final int FIRST_HOST = 31;

    private final Story story;
    private final int front;
    private final List<NodeProcess.Plan> plans = new ArrayList<>();
    private final List<SipNode> nodes = new ArrayList<>();
    private final int sipPort = SipNode.freePort();
    private final List<String> jvm;

    SipCluster(Story story, int front) {
        this.story = story;
        this.front = front;
        // A node that starts again in the middle of the load begins as one of the launcher does.
        this.jvm = List.of(NodeProcess.rehearsed(story));
    }

    /** Starts one node more with these roles. */
    SipNode add(String id, String roles) {
        int number = nodes.size();
        NodeProcess.Plan plan = NodeProcess.Plan.of(id, roles)
                .with("sip.domains", SipNode.DOMAIN + "," + RoutingTest.MOVED)
                .with("sip.redirect-domains", RoutingTest.MOVED)
                .with("sip.bind", host(number))
                .with("sip.port", sipPort)
                .with("front", "127.0.0.1:" + front)
                .with("sip.balancers", Balancer.ADDRESS)
                .with("sip.proxy-protocol", false)
                // A node that starts again takes the few cores of the machine from the others for a moment.
                .with("sip.overload.delay", "2s")
                .with("bus.timeout", "5s")
                .jvm(jvm);
        for (String port : List.of("cluster", "bus", "link", "admin", "health", "http", "http.tls", "sip.tls")) {
            plan = plan.with(port + ".port", SipNode.freePort());
        }
        plan = plan.join(nodes.stream().map(SipNode::process).toArray(NodeProcess[]::new));
        plans.add(plan);
        SipNode node = new SipNode(NodeProcess.start(story, plan), host(number));
        nodes.add(node);
        return node;
    }

    private static String host(int number) {
        return "127.0.0." + (FIRST_HOST + number);
    }

    /** Where SIP is, of every node that speaks it. */
    List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            if (!plans.get(i).roles().equals("location")) {
                addresses.add(host(i) + ":" + sipPort);
            }
        }
        return addresses;
    }

    SipNode node(int number) {
        return nodes.get(number);
    }

    /** CPU time that all living nodes have used together, seconds. */
    double cpuSeconds() {
        return nodes.stream().mapToDouble(node -> node.process().cpuSeconds()).sum();
    }

    void kill(int number) {
        nodes.get(number).process().kill();
    }

    /** Starts a node that was killed; it knows all others, and waits until it is ready. */
    void again(int number) {
        NodeProcess[] others = nodes.stream()
                .filter(node -> node != nodes.get(number))
                .map(SipNode::process)
                .toArray(NodeProcess[]::new);
        NodeProcess process = NodeProcess.start(story, plans.get(number).join(others));
        nodes.set(number, new SipNode(process, host(number)));
    }

    /** All at once, as after a power cut: none is there when the first one starts. */
    void coldStart() {
        nodes.forEach(node -> node.process().kill());
        List<NodeProcess> started = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            int self = i;
            NodeProcess[] others = nodes.stream()
                    .filter(node -> node != nodes.get(self))
                    .map(SipNode::process)
                    .toArray(NodeProcess[]::new);
            NodeProcess.Plan plan = plans.get(i).join(others);
            started.add(NodeProcess.launch(story, plan, List.of("run", "--roles", plan.roles())));
        }
        for (int i = 0; i < nodes.size(); i++) {
            started.get(i).awaitReady();
            nodes.set(i, new SipNode(started.get(i), host(i)));
        }
        awaitSafe();
    }

    /** Until every node says that the next one may be lost. */
    void awaitSafe() {
        Await.until("a safe cluster", SAFE, () -> nodes.stream().allMatch(this::safe));
    }

    private boolean safe(SipNode node) {
        return node.process()
                        .get("health", "/health/safe")
                        .map(HttpResponse::statusCode)
                        .orElse(0)
                        .equals(200)
                && seen(node) == nodes.size();
    }

    /** How many nodes this one sees; none while it cannot be asked, as over a connection that its idle time-out closes just then. */
    private static int seen(SipNode node) {
        try {
            return new JsonObject(node.admin("GET", "/status", ""))
                    .getJsonArray("nodes")
                    .size();
        } catch (UncheckedIOException unreachable) {
            return 0;
        }
    }

    /** The users of everybody who is registered, as this node says. */
    Set<String> registered(SipNode asked) {
        Set<String> users = new HashSet<>();
        String after = "";
        do {
            JsonObject page = new JsonObject(asked.admin("GET", "/bindings?limit=1000&after=" + after, ""));
            JsonArray addresses = page.getJsonArray("addresses");
            for (int i = 0; i < addresses.size(); i++) {
                String address = addresses.getJsonObject(i).getString("address");
                users.add(address.substring(address.indexOf(':') + 1, address.indexOf('@')));
            }
            after = page.getString("next");
        } while (!after.isEmpty());
        return users;
    }
}
