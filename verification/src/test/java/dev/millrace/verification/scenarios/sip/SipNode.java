package dev.millrace.verification.scenarios.sip;

import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.NodeProcess;
import dev.millrace.verification.scenarios.Story;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A node of ours with the SIP roles, and the users of a story. */
record SipNode(NodeProcess process, String host) {
    static final String DOMAIN = "example.com";
    static final String ROLES = "location,registrar,proxy,redirect";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static NodeProcess.Plan plan(String id) {
        return plan(id, ROLES);
    }

    static NodeProcess.Plan plan(String id, String roles) {
        return NodeProcess.Plan.of(id, roles)
                .with("sip.domains", DOMAIN)
                .with("sip.bind", "127.0.0.1,::1")
                // Many stories run beside each other on few cores: none of them is about overload.
                .with("sip.overload.delay", "8s")
                .with("proxy.ring", "1s")
                .with("proxy.timer-c", "4s");
    }

    static SipNode start(Story story, NodeProcess.Plan plan) {
        return new SipNode(NodeProcess.start(story, plan), "127.0.0.1");
    }

    /** Every user has a password that follows from the name. */
    static String password(String user) {
        return "pw-" + user;
    }

    /** Adds users of {@link #DOMAIN}. */
    SipNode users(String... names) {
        return users(Stream.of(names)
                .map(name -> name + "@" + DOMAIN + "," + password(name))
                .toList());
    }

    /** Adds users by lines as {@code millrace user import} reads them. */
    SipNode users(List<String> lines) {
        JsonObject report = new JsonObject(admin("POST", "/users/import", String.join("\n", lines) + "\n"));
        if (report.getInteger("added") != lines.size()) {
            throw new AssertionError("users were refused: " + report);
        }
        return this;
    }

    /** What the admin API answers. */
    String admin(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.port("admin") + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new AssertionError(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** The contacts of one user, as {@code millrace bindings --json} shows them. */
    List<JsonObject> bindings(String user) {
        return list(admin("GET", "/bindings?aor=" + user + "@" + DOMAIN, ""), "addresses").stream()
                .flatMap(address -> address.getJsonArray("contacts").stream())
                .map(JsonObject.class::cast)
                .toList();
    }

    /** The calls of a caller that are going on. */
    List<JsonObject> calls(String caller) {
        return list(admin("GET", "/calls", ""), "calls").stream()
                .filter(call -> call.getString("caller").equals(caller + "@" + DOMAIN))
                .toList();
    }

    private static List<JsonObject> list(String json, String field) {
        return new JsonObject(json)
                .getJsonArray(field, new JsonArray()).stream()
                        .map(JsonObject.class::cast)
                        .toList();
    }

    void awaitBindings(String user, int count) {
        Await.until(
                count + " bindings of " + user, PATIENCE, () -> bindings(user).size() == count);
    }

    /** Where SIP by UDP and TCP is. */
    String sip() {
        return host + ":" + port();
    }

    /** A phone of the tests' own, over UDP. */
    TestPhone phone(String user) {
        return new TestPhone(UdpWire.at("127.0.0.1").turn(new InetSocketAddress(host, port())), user);
    }

    int port() {
        return process.port("sip");
    }

    int tlsPort() {
        return process.port("sip.tls");
    }

    /** A port that neither UDP nor TCP uses. */
    static int freePort() {
        while (true) {
            int port = NodeProcess.freePort();
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (SocketException taken) {
                // The next one.
            }
        }
    }
}
