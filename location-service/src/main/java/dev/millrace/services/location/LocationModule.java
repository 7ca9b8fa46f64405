package dev.millrace.services.location;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Tables;
import java.util.List;

/** The role {@code location}. */
public final class LocationModule implements RoleModule {
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
