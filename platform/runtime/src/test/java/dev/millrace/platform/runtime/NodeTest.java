package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeTest {
    @Test
    void aLoneNodeStartsAtOnceAndIsReady() {
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            try (TestNodes nodes = TestNodes.start(1, List.of(new Quiet(Role.LOCATION)), List.of(), Map.of())) {
                System.out.println("lone start " + (System.nanoTime() - start) / 1_000_000 + " ms");
                assertThat(nodes.node("A").running()).isTrue();
                start = System.nanoTime();
            }
            System.out.println("lone stop " + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
    }

    record Quiet(Role role) implements RoleModule {
        @Override
        public Service create(NodeContext node) {
            return new Service() {
                @Override
                public Future<Void> start() {
                    return Future.succeededFuture();
                }

                @Override
                public Future<Void> stop() {
                    return Future.succeededFuture();
                }
            };
        }
    }
}
