package dev.millrace.services.location;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.AdminModule;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Tables;
import java.util.List;

/** The role {@code location}. */
public final class LocationModule implements RoleModule {
    /**
     * What operators ask about users and bindings ({@code /users}, {@code /bindings} of the admin port), on a node without the role
     * as well. A node with the role has it anyway.
     */
    public static final NodeModule ADMIN =
            new AdminModule("location-admin", node -> node.shared(LocationAdmin.class, LocationAdmin::new));

    @Override
    public Role role() {
        return Role.LOCATION;
    }

    @Override
    public List<Tables.Spec<?, ?>> tables() {
        return List.of(Registrations.TABLE, Users.TABLE);
    }

    @Override
    public Service create(NodeContext node) {
        return new LocationService(node, LocationConfig.of(node.settings()));
    }
}
