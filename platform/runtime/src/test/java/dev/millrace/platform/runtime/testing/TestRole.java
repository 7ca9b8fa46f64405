package dev.millrace.platform.runtime.testing;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import io.vertx.core.Future;
import java.util.function.Function;

/**
 * A role as a test plays it: its service has a start and nothing else.
 *
 * @param start what it serves; called on the node's context
 */
public record TestRole(Role role, Function<NodeContext, Future<Void>> start) implements RoleModule {
    /** Does nothing: so that the node may start, or keeps the tables. */
    public TestRole(Role role) {
        this(role, node -> Future.succeededFuture());
    }

    @Override
    public Service create(NodeContext node) {
        return new Service() {
            @Override
            public Future<Void> start() {
                return start.apply(node);
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }
        };
    }
}
