package dev.millrace.standalone;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** {@code millrace status}, {@code drain} and {@code resume}: questions to the admin API of a running node. */
final class AdminCommand {
    private static final int OK = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private AdminCommand() {}

    static int status(Settings settings, boolean json, PrintWriter out) throws IOException, InterruptedException {
        String answer = ask(settings, "GET", "/status");
        out.println(json ? answer : StatusPage.of(answer));
        return 0;
    }

    /** @param what {@code drain} or {@code resume} */
    static int change(Settings settings, String what, String node, String role, PrintWriter out)
            throws IOException, InterruptedException {
        String name = Role.parse(role).text();
        ask(settings, "POST", "/" + what + "/" + URLEncoder.encode(node, StandardCharsets.UTF_8) + "/" + name);
        out.println(what + " " + name + " of " + node + ": done");
        return 0;
    }

    private static String ask(Settings settings, String method, String path) throws IOException, InterruptedException {
        RuntimeConfig config = RuntimeConfig.of(settings);
        String host = config.adminHost().contains(":") ? "[" + config.adminHost() + "]" : config.adminHost();
        URI uri = URI.create("http://" + host + ":" + config.adminPort() + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).method(method, HttpRequest.BodyPublishers.noBody());
        if (!config.adminToken().isEmpty()) {
            request.header("Authorization", "Bearer " + config.adminToken());
        }
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != OK) {
                throw new IOException("the node at " + uri.getAuthority() + " refused: " + answer.statusCode() + " "
                        + answer.body().strip());
            }
            return answer.body();
        } catch (ConnectException unreachable) {
            throw new IOException(
                    "no node answers at " + uri.getAuthority() + " (settings admin.host and admin.port)", unreachable);
        }
    }
}
