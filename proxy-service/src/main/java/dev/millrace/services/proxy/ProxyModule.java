package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.AdminModule;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Setting;
import java.util.List;

/** The role {@code proxy}: requests find the people they are for (RFC 3261 section 16). */
public final class ProxyModule implements RoleModule {
    /** What may be configured about it. */
    public static final List<Setting<?>> SETTINGS = ProxyConfig.ALL;

    /**
     * What operators ask about calls ({@code /calls} of the admin port), on a node without the role as well. A node with the role has
     * it anyway.
     */
    public static final NodeModule ADMIN =
            new AdminModule("calls-admin", node -> node.shared(CallsAdmin.class, CallsAdmin::new));

    @Override
    public Role role() {
        return Role.PROXY;
    }

    @Override
    public Service create(NodeContext node) {
        return new ProxyService(node);
    }
}
