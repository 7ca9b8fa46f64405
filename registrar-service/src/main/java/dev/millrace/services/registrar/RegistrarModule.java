package dev.millrace.services.registrar;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;

/** The role {@code registrar}. */
public final class RegistrarModule implements RoleModule {
    @Override
    public Role role() {
        return Role.REGISTRAR;
    }

    @Override
    public Service create(NodeContext node) {
        return new RegistrarService(node, RegistrarConfig.of(node.settings()));
    }
}
