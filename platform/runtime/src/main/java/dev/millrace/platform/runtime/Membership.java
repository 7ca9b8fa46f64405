package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Who is in the cluster, as this node sees it. May be asked from any thread; never blocks. */
public interface Membership {
    /** All living nodes, this one included, sorted by id. */
    List<Member> members();

    Member local();

    Optional<Member> find(String nodeId);

    /** The living nodes that have the role: those that take new sessions first, the draining ones behind them, each group by id. */
    List<Member> serving(Role role);

    /**
     * Tells of every node that came or went and of every change of a draining role, not of mere loads. Called on the Vert.x
     * context of the registering thread, in order.
     */
    Registration onChange(Consumer<Membership> listener);
}
