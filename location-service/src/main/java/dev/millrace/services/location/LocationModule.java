package dev.millrace.services.location;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;

/** The role {@code location}. */
public final class LocationModule implements RoleModule {
    @Override
    public Role role() {
        return Role.LOCATION;
    }

    @Override
    public Service create(NodeContext node) {
        return new LocationService(node, LocationConfig.of(node.settings()));
    }
}
