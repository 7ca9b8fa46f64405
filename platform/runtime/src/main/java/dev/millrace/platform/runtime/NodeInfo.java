package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import java.util.Set;

/**
 * What never changes about a node while it lives. Travels as attributes of its Hazelcast member.
 *
 * @param advertise host under which clients and other nodes reach this node's doors
 * @param rtspPort 0 where the node has no such door
 * @param httpPort 0 where the node has no such door
 * @param clusterHost address of cluster port, bus and node link
 * @param data whether it keeps partitions of the tables; only such nodes do that have the role location
 */
public record NodeInfo(
        String id,
        Set<Role> roles,
        String advertise,
        int rtspPort,
        int httpPort,
        String clusterHost,
        int busPort,
        int linkPort,
        boolean data) {
    public NodeInfo {
        roles = Set.copyOf(roles);
    }
}
