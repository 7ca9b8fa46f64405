package dev.millrace.services.redirect;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;

/** The role {@code redirect}. */
public final class RedirectModule implements RoleModule {
    @Override
    public Role role() {
        return Role.REDIRECT;
    }

    @Override
    public Service create(NodeContext node) {
        return new RedirectService(node, RedirectConfig.of(node.settings()));
    }
}
