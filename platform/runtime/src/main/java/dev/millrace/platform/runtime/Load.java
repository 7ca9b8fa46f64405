package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import java.util.Set;

/**
 * What a node carries; told to every member each second.
 *
 * @param bitsPerSecond sent to readers and other nodes over the last second
 * @param capacity what the node is configured to carry, bit/s
 * @param draining roles that take no new sessions
 * @param cpuPercent of the whole process, 0 to 100 of all processors
 */
public record Load(int sessions, long bitsPerSecond, long capacity, Set<Role> draining, int cpuPercent) {
    public Load {
        draining = Set.copyOf(draining);
    }

    /** Before a node's first report. */
    public static Load unknown() {
        return new Load(0, 0, 0, Set.of(), 0);
    }

    /** How full the node is: 0 empty, 1 at its capacity, more beyond it. */
    public double share() {
        return capacity <= 0 ? 0 : (double) bitsPerSecond / capacity;
    }
}
