package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operators may ask any node. */
class CallsAdminTest {
    @Test
    void aNodeWithoutTheRoleAsksThoseThatHaveIt() {
        List<TestNodes.Spec> specs = List.of(
                new TestNodes.Spec(
                        "A",
                        List.of(new TestLocation().role(), new ProxyModule()),
                        List.of(ProxyModule.ADMIN),
                        Map.of("sip.transports", "udp")),
                new TestNodes.Spec("B", List.of(new TestRole(Role.REGISTRAR)), List.of(ProxyModule.ADMIN), Map.of()));
        try (TestNodes nodes = TestNodes.start(TestNodes.known(ProxyConfig.ALL, SipConfig.ALL), specs)) {
            nodes.awaitWhole();
            for (String node : List.of("A", "B")) {
                HttpResponse<String> answer = nodes.admin(node, "GET", "/calls?limit=5", "");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(new JsonObject(answer.body()).getJsonArray("missing"))
                        .isEmpty();
            }
        }
    }
}
