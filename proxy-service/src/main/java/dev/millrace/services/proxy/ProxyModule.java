package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Setting;
import java.util.List;

/** The role {@code proxy}: requests find the people they are for (RFC 3261 section 16). */
public final class ProxyModule implements RoleModule {
    /** What may be configured about it. */
    public static final List<Setting<?>> SETTINGS = ProxyConfig.ALL;

    @Override
    public Role role() {
        return Role.PROXY;
    }

    @Override
    public Service create(NodeContext node) {
        return new ProxyService(node);
    }
}
