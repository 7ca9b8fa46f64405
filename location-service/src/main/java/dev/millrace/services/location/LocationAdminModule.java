package dev.millrace.services.location;

import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Service;
import io.vertx.core.Future;

/**
 * What operators ask about users and bindings ({@code /users}, {@code /bindings} of the admin port), on a node without the role
 * location as well. A node with the role has it anyway.
 */
public final class LocationAdminModule implements NodeModule {
    @Override
    public String name() {
        return "location-admin";
    }

    @Override
    public Service create(NodeContext node) {
        return new Service() {
            @Override
            public Future<Void> start() {
                node.shared(LocationAdmin.class, LocationAdmin::new);
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }
        };
    }
}
