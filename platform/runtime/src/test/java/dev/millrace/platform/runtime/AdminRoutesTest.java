package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.AdminRoutes.Answer;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What roles mount on the admin port. */
class AdminRoutesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOKEN = "0123456789abcdef-token";

    private static TestNodes nodes;

    @BeforeAll
    static void start() {
        nodes = TestNodes.start(
                List.of(),
                List.of(new Spec("A", List.of(new Asked(Role.LOCATION)), List.of(), Map.of("admin.token", TOKEN))));
        AdminRoutes routes = AdminRoutes.of(nodes.context("A"));
        routes.mount(
                "POST",
                "/things/all",
                request -> Future.succeededFuture(Answer.sentence(200, "all " + request.body().length)));
        routes.mount(
                "POST",
                "/things/{name}",
                request -> Future.succeededFuture(Answer.json(
                        201,
                        new JsonObject()
                                .put("name", request.path().get("name"))
                                .put("query", request.query().get("q"))
                                .put(
                                        "body",
                                        request.json().map(JsonObject::encode).orElse("")))));
        routes.mount("GET", "/things/{name}/fails", request -> Future.failedFuture("nobody answers"));
        routes.mount("GET", "/things/{name}/throws", request -> {
            throw new IllegalStateException("a bug");
        });
        assertThatThrownBy(() -> routes.mount("POST", "/things/all", request -> Future.succeededFuture()))
                .hasMessageContaining("already answered");
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static HttpResponse<String> call(String method, String path, byte[] body, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + nodes.node("A").adminPort() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static HttpResponse<String> call(String method, String path, String body) {
        return call(method, path, body.getBytes(StandardCharsets.UTF_8), TOKEN);
    }

    @Test
    void namesQueryAndBodyAreDecoded() {
        HttpResponse<String> answer = call("POST", "/things/alice+x@ex%61mple.com?q=a%20b+c&q=2", "{\"a\":1}");
        assertThat(answer.statusCode()).isEqualTo(201);
        JsonObject body = new JsonObject(answer.body());
        assertThat(body.getString("name")).isEqualTo("alice+x@example.com");
        assertThat(body.getString("query")).isEqualTo("a b c");
        assertThat(body.getString("body")).isEqualTo("{\"a\":1}");
    }

    @Test
    void theOneMountedFirstIsTriedFirst() {
        assertThat(call("POST", "/things/all", "12345").body()).isEqualTo("all 5\n");
    }

    @Test
    void theProtectionIsTheSame() {
        assertThat(call("POST", "/things/all", new byte[0], "wrong").statusCode())
                .isEqualTo(401);
    }

    @Test
    void wrongPathsMethodsAndSizesAreToldApart() {
        assertThat(call("DELETE", "/things/all", "").statusCode()).isEqualTo(405);
        HttpResponse<String> nowhere = call("GET", "/nowhere", "");
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(nowhere.body()).contains("GET /status").contains("POST /things/<name>");
        assertThat(call("POST", "/things/all", new byte[AdminRoutes.BODY_LIMIT + 1], TOKEN)
                        .statusCode())
                .isEqualTo(413);
        assertThat(call("POST", "/things/all", new byte[AdminRoutes.BODY_LIMIT], TOKEN)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aHandlerThatFailsIsAnswered() {
        assertThat(call("GET", "/things/x/fails", "").statusCode()).isEqualTo(502);
        assertThat(call("GET", "/things/x/fails", "").body()).contains("nobody answers");
        assertThat(call("GET", "/things/x/throws", "").statusCode()).isEqualTo(502);
    }
}
