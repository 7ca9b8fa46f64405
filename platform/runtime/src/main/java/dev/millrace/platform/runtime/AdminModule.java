package dev.millrace.platform.runtime;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * A module that does nothing but answer operators, so that any node can be asked, also one without the role that it is about.
 *
 * @param name for logs and the status
 * @param mount mounts what the module answers on the node's {@link AdminRoutes}; called once, on a context of the node
 */
public record AdminModule(String name, Consumer<NodeContext> mount) implements NodeModule {
    @Override
    public Service create(NodeContext node) {
        return new Service() {
            @Override
            public Future<Void> start() {
                mount.accept(node);
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }
        };
    }
}
