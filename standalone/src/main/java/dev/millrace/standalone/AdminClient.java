package dev.millrace.standalone;

import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the admin API of the running node that the settings {@code admin.*} name. */
final class AdminClient implements AutoCloseable {
    private static final int OK = 200;

    /** A list of a hundred thousand users takes its time. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final RuntimeConfig config;
    private final String authority;

    AdminClient(Settings settings) {
        this.config = RuntimeConfig.of(settings);
        this.authority = new HostPort(config.adminHost(), config.adminPort()).toString();
    }

    String get(String path) throws IOException, InterruptedException {
        return ask("GET", path, new byte[0]);
    }

    /** The answer's body; an exception with the node's own sentence where it refuses. */
    String ask(String method, String path, byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path, body);
        if (answer.statusCode() != OK) {
            throw new IOException("the node at " + authority + " refused: " + answer.statusCode() + " "
                    + answer.body().strip());
        }
        return answer.body();
    }

    /** The answer, whatever its status. */
    HttpResponse<String> send(String method, String path, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + authority + path))
                .timeout(TIMEOUT)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!config.adminToken().isEmpty()) {
            request.header("Authorization", "Bearer " + config.adminToken());
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException unreachable) {
            throw new IOException(
                    "no node answers at " + authority + " (settings admin.host and admin.port)", unreachable);
        }
    }

    /** A text as one part of a path or query. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }
}
