package dev.millrace.services.location;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.AdminRoutes.Answer;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many users at once, at a node that cannot reach the store. */
class UserImportTest {
    private static final int LINES = 20_000;

    /** The bus says so at once, inside the question: that must cost no stack. */
    @Test
    void withoutAStoreEveryLineFailsAndTheAnswerComes() {
        try (TestNodes nodes = TestNodes.start(
                LocationConfig.ALL,
                List.of(
                        new TestNodes.Spec("A", List.of(new TestRole(Role.LOCATION))),
                        new TestNodes.Spec("B", List.of(new TestRole(Role.PROXY)))))) {
            nodes.awaitWhole();
            NodeContext node = nodes.context("B");
            nodes.crash("A");
            Await.until(
                    "A is lost", () -> node.membership().serving(Role.LOCATION).isEmpty());
            byte[] lines = "alice@example.com,secret\n".repeat(LINES).getBytes(StandardCharsets.UTF_8);
            Promise<Answer> done = Promise.promise();
            node.loops()
                    .all()
                    .getFirst()
                    .execute(() -> new UserImport(node, lines).run().onComplete(done));
            Answer answer = Await.get(done.future());
            assertThat(answer.status()).isEqualTo(422);
            assertThat(new JsonObject(answer.body()).getMap())
                    .containsAllEntriesOf(Map.of("added", 0, "failed", LINES));
        }
    }
}
