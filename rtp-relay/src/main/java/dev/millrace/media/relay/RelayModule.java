package dev.millrace.media.relay;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;

/** What a node needs to know to take on the role {@code rtp-relay}. */
public final class RelayModule implements RoleModule {
    @Override
    public Role role() {
        return Role.RTP_RELAY;
    }

    @Override
    public Service create(NodeContext node) {
        return new RelayService(node);
    }
}
