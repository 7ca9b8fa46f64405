package dev.millrace.services.proxy;

import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Service;
import io.vertx.core.Future;

/**
 * What operators ask about calls ({@code /calls} of the admin port), on a node without the role proxy as well. A node with the role
 * has it anyway.
 */
public final class CallsAdminModule implements NodeModule {
    @Override
    public String name() {
        return "calls-admin";
    }

    @Override
    public Service create(NodeContext node) {
        return new Service() {
            @Override
            public Future<Void> start() {
                node.shared(CallsAdmin.class, CallsAdmin::new);
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }
        };
    }
}
