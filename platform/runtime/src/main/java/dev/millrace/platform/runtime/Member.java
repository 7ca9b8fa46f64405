package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;

/** A living node of the cluster and its last report. */
public record Member(NodeInfo info, Load load) {
    public String id() {
        return info.id();
    }

    /** Whether the node has the role, draining or not. */
    public boolean has(Role role) {
        return info.roles().contains(role);
    }

    /** Whether the role takes no new sessions there. */
    public boolean draining(Role role) {
        return load.draining().contains(role);
    }
}
