package dev.millrace.services.location;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import dev.millrace.platform.runtime.testing.TestRole;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators ask about users and bindings, at a node that has not got the role. */
class LocationAdminTest {
    @AutoClose
    private static TestNodes nodes;

    @BeforeAll
    static void start() {
        nodes = TestNodes.start(
                LocationConfig.ALL,
                List.of(
                        new Spec("A", List.of(new LocationModule()), List.of(), Map.of("bus.timeout", "5s")),
                        new Spec(
                                "P",
                                List.of(new TestRole(Role.PROXY)),
                                List.of(LocationModule.ADMIN),
                                Map.of("bus.timeout", "5s"))));
        nodes.awaitWhole();
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return nodes.admin("P", method, path, body);
    }

    private static JsonObject json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    private static List<String> users(String domain) {
        List<String> found = new ArrayList<>();
        String next = "";
        do {
            JsonObject page = json(send("GET", "/users?limit=2&after=" + encoded(next), ""), 200);
            JsonArray users = page.getJsonArray("users");
            for (int i = 0; i < users.size(); i++) {
                String address = users.getJsonObject(i).getString("address");
                if (address.endsWith("@" + domain)) {
                    found.add(address);
                }
            }
            next = page.getString("next");
        } while (!next.isEmpty());
        return found;
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void aUserIsAddedChangedListedAndRemoved() {
        String alice = "{\"address\":\"alice@one.example.com\",\"password\":\"secret\"}";
        JsonObject added = json(send("POST", "/users", alice), 201);
        assertThat(added)
                .isEqualTo(new JsonObject()
                        .put("address", "alice@one.example.com")
                        .put("username", "alice")
                        .put("realm", "one.example.com")
                        .put(
                                "algorithms",
                                new JsonArray().add("MD5").add("SHA-256").add("SHA-512-256")));
        Await.until("she is listed", () -> users("one.example.com").contains("alice@one.example.com"));
        HttpResponse<String> twice = send("POST", "/users", alice);
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("alice@one.example.com is there already");

        String ha1 = "939e7578ed9e3c518a452acee763bce9";
        json(send("PUT", "/users/alice%40one.example.com", "{\"hashes\":{\"MD5\":\"" + ha1 + "\"}}"), 200);
        Subscribers.Name name = new Subscribers.Name("alice", "one.example.com");
        Await.until(
                "the hash is the given one",
                () -> nodes.ask("A", Subscribers.FIND, "alice", name)
                        .filter(user -> user.hashes().equals(Map.of("MD5", ha1)))
                        .isPresent());

        assertThat(send("DELETE", "/users/alice%40one.example.com", "").body())
                .isEqualTo("alice@one.example.com is removed.\n");
        Await.until("she is gone", () -> users("one.example.com").isEmpty());
        HttpResponse<String> gone = send("DELETE", "/users/alice%40one.example.com", "");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.body()).isEqualTo("There is no user alice@one.example.com.\n");
    }

    @Test
    void aListOfUsersIsImportedLineByLine() {
        String lines = """
                address,password
                # the office
                bob@two.example.com,secret

                carol@two.example.com,"with, comma and \"\"quotes\"\"\"
                nobody,secret
                dave@two.example.com
                """;
        JsonObject report = json(send("POST", "/users/import", lines), 422);
        assertThat(report.getInteger("added")).isEqualTo(2);
        assertThat(report.getInteger("failed")).isEqualTo(2);
        JsonArray bad = report.getJsonArray("lines");
        assertThat(bad.getJsonObject(0).getInteger("line")).isEqualTo(6);
        assertThat(bad.getJsonObject(0).getString("why")).contains("no domain");
        assertThat(bad.getJsonObject(1).getInteger("line")).isEqualTo(7);
        assertThat(report.encode()).doesNotContain("secret");
        Await.until(
                "both are listed",
                () -> users("two.example.com").equals(List.of("bob@two.example.com", "carol@two.example.com")));

        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            many.append("user").append(i).append("@many.example.com,secret\n");
        }
        JsonObject all = json(send("POST", "/users/import", many.toString()), 200);
        assertThat(all.getInteger("added")).isEqualTo(500);
    }

    @Test
    void bindingsAreListedAndAskedFor() {
        long expires = nodes.context("A").clock().millis() + 3_600_000;
        for (int i = 0; i < 5; i++) {
            nodes.ask("A", Location.SAVE, Bound.address(i), Bound.register(i, 1, expires));
        }
        JsonObject page = json(send("GET", "/bindings?limit=3", ""), 200);
        JsonArray addresses = page.getJsonArray("addresses");
        assertThat(addresses).hasSize(3);
        JsonObject rest = json(send("GET", "/bindings?limit=3&after=" + encoded(page.getString("next")), ""), 200);
        assertThat(rest.getJsonArray("addresses")).hasSize(2);

        JsonObject one = json(send("GET", "/bindings?aor=user3%40example.com", ""), 200);
        JsonObject address = one.getJsonArray("addresses").getJsonObject(0);
        assertThat(address.getString("address")).isEqualTo("sip:user3@example.com");
        JsonObject contact = address.getJsonArray("contacts").getJsonObject(0);
        assertThat(contact.getString("contact")).startsWith("sip:user3@192.168.1.3:");
        assertThat(contact.getDouble("q")).isEqualTo(1.0);
        assertThat(contact.getString("node")).isEqualTo("A");
        assertThat(contact.getString("transport")).isEqualTo("UDP");
        assertThat(contact.getString("received")).isEqualTo("198.51.100.3:1027");
        assertThat(json(send("GET", "/bindings?aor=nobody%40example.com", ""), 200)
                        .getJsonArray("addresses"))
                .isEmpty();
    }

    /** A request that cannot be, and what its sentence says. */
    record Wrong(String name, String method, String path, String body, int status, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                new Wrong("no JSON", "POST", "/users", "hello", 400, "the body is JSON"),
                new Wrong("no address", "POST", "/users", "{\"password\":\"x\"}", 400, "address"),
                new Wrong(
                        "no domain", "POST", "/users", "{\"address\":\"alice\",\"password\":\"x\"}", 400, "no domain"),
                new Wrong(
                        "a space in the name",
                        "PUT",
                        "/users/a%20b%40x.org",
                        "{\"password\":\"x\"}",
                        400,
                        "no user name"),
                new Wrong("no password", "PUT", "/users/a%40x.org", "{}", 400, "neither a password nor hashes"),
                new Wrong(
                        "an empty password",
                        "PUT",
                        "/users/a%40x.org",
                        "{\"password\":\"\"}",
                        400,
                        "1 to 256 characters"),
                new Wrong(
                        "a short hash",
                        "PUT",
                        "/users/a%40x.org",
                        "{\"hashes\":{\"MD5\":\"00\"}}",
                        400,
                        "32 lower-case"),
                new Wrong(
                        "no known hash",
                        "PUT",
                        "/users/a%40x.org",
                        "{\"hashes\":{\"MD4\":\"00\"}}",
                        400,
                        "no hash of an"),
                new Wrong("a limit in words", "GET", "/users?limit=all", "", 400, "a number from 1 to 1000, not"),
                new Wrong("a binding of nobody", "GET", "/bindings?aor=alice", "", 400, "no domain"),
                new Wrong("another method", "DELETE", "/users", "", 405, "GET, POST"),
                new Wrong("another path", "GET", "/user", "", 404, "GET /users"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aMistakeIsAnsweredWithASentence(Wrong wrong) {
        HttpResponse<String> answer = send(wrong.method, wrong.path, wrong.body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(wrong.status);
        assertThat(answer.body()).contains(wrong.says).endsWith("\n");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    }
}
