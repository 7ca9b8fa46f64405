package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Operators may ask any node. */
class CallsAdminTest {
    @Test
    void aNodeWithoutTheRoleAsksThoseThatHaveIt() throws Exception {
        List<Setting<?>> settings = Stream.of(ProxyConfig.ALL, SipConfig.ALL)
                .<Setting<?>>flatMap(List::stream)
                .distinct()
                .toList();
        List<TestNodes.Spec> specs = List.of(
                new TestNodes.Spec(
                        "A",
                        List.of(new TestLocation().role(), new ProxyModule()),
                        List.of(new CallsAdminModule()),
                        Map.of("sip.transports", "udp")),
                new TestNodes.Spec(
                        "B", List.of(new TestRole(Role.REGISTRAR)), List.of(new CallsAdminModule()), Map.of()));
        try (TestNodes nodes = TestNodes.start(settings, specs);
                HttpClient client = HttpClient.newHttpClient()) {
            nodes.awaitWhole();
            for (String node : List.of("A", "B")) {
                URI uri = URI.create("http://127.0.0.1:" + nodes.node(node).adminPort() + "/calls?limit=5");
                HttpResponse<String> answer =
                        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(new JsonObject(answer.body()).getJsonArray("missing"))
                        .isEmpty();
            }
        }
    }
}
