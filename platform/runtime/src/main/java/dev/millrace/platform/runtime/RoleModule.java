package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import java.util.List;

/** A module that makes a node serve a role. */
public interface RoleModule {
    Role role();

    /** The lasting tables that this role's data nodes must know before they join: their values and rules arrive at once. */
    default List<Tables.Spec<?, ?>> tables() {
        return List.of();
    }

    /** The role's service on that node; called once per node, on the context the service lives on. */
    Service create(NodeContext node);
}
