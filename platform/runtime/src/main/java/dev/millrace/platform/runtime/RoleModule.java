package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;

/** A module that makes a node serve a role. */
public interface RoleModule {
    Role role();

    /** The role's service on that node; called once per node, on the context the service lives on. */
    Service create(NodeContext node);
}
