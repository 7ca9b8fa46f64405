package dev.millrace.protocols.sip.proxy;

import java.util.List;

/**
 * Where a response context stands. Immutable.
 *
 * @param branches all that were ever forked, by number
 * @param waiting targets of the running round for which Max-Breadth has no room yet
 * @param later groups of targets for the rounds to come
 * @param round how many rounds of branches were started
 * @param absent status for a context without any response
 * @param winner number of the branch whose final response was forwarded first, or {@link Effect#OURSELVES}
 * @param dropped targets that were left out because of {@link ResponseContext.Terms#maxBranches}
 */
public record State(
        Phase phase,
        List<Branch> branches,
        List<Target> waiting,
        List<List<Target>> later,
        int round,
        int absent,
        int winner,
        int dropped) {
    /** What a context may still do. */
    public enum Phase {
        /** The targets are not known yet. */
        WAITING,
        /** Branches may be added. */
        FORKING,
        /** The caller has cancelled: no new branches. */
        CANCELLED,
        /** A 6xx has come: no new branches. */
        REFUSED,
        /** A final response was forwarded; other branches are not over yet. */
        ANSWERED,
        /** All branches are over. */
        ENDED
    }

    static final State BEGIN = new State(Phase.WAITING, List.of(), List.of(), List.of(), 0, 408, Effect.OURSELVES, 0);

    public State {
        branches = List.copyOf(branches);
        waiting = List.copyOf(waiting);
        later = List.copyOf(later);
    }
}
