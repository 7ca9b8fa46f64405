package dev.millrace.protocols.sip.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * The target set of RFC 3261 section 16.5 that is not forked yet, opened up for the length of one event: groups that are tried
 * one after another, bounded together with the branches that exist.
 */
final class TargetSet {
    private final List<Branch> branches;
    private final List<Target> waiting;
    private final List<List<Target>> later;
    private final int limit;
    private int dropped;

    TargetSet(State now, List<Branch> branches, int limit) {
        this.branches = branches;
        this.waiting = new ArrayList<>(now.waiting());
        this.later = new ArrayList<>(now.later());
        this.limit = limit;
        this.dropped = now.dropped();
    }

    /** Targets of the running round. */
    List<Target> waiting() {
        return waiting;
    }

    /** Targets of the rounds to come. */
    List<List<Target>> later() {
        return later;
    }

    int dropped() {
        return dropped;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && later.isEmpty();
    }

    void clear() {
        waiting.clear();
        later.clear();
    }

    /** The next group becomes the running round. */
    void advance() {
        waiting.addAll(later.removeFirst());
    }

    /** Groups for the end of the set. */
    void addLast(List<List<Target>> groups) {
        for (List<Target> group : groups) {
            List<Target> room = bounded(group);
            if (!room.isEmpty()) {
                later.add(room);
            }
        }
    }

    /** Targets that one branch stands for; those that were tried before are left out. */
    void addNow(List<Target> targets) {
        for (Target target : targets) {
            if (!tried(target)) {
                waiting.addAll(bounded(List.of(target)));
            }
        }
    }

    /**
     * Section 16.7 step 4: the contacts of a redirection, the best group at once, each URI only once in the context's life.
     * True where at least one was added.
     */
    boolean addContacts(List<List<Target>> groups) {
        int at = 0;
        boolean any = false;
        for (List<Target> group : groups) {
            List<Target> into = waiting;
            if (any) {
                into = new ArrayList<>();
                later.add(at, into);
            }
            int before = into.size();
            for (Target target : group) {
                if (!tried(target)) {
                    into.addAll(bounded(List.of(target)));
                }
            }
            if (any && into.isEmpty()) {
                later.remove(at);
            } else if (any) {
                at++;
            }
            any |= into.size() > before;
        }
        return any;
    }

    private boolean tried(Target target) {
        return branches.stream().anyMatch(branch -> same(branch.target(), target))
                || waiting.stream().anyMatch(other -> same(other, target))
                || later.stream().flatMap(List::stream).anyMatch(other -> same(other, target));
    }

    /** Two phones behind two NATs often have the same contact: what the caller knows by place is told apart by place. */
    private static boolean same(Target one, Target other) {
        return one.place() != Target.NEW && other.place() != Target.NEW
                ? one.place() == other.place()
                : Redirection.same(one.uri(), other.uri());
    }

    /** As many of the targets as the bound on branches leaves room for. */
    private List<Target> bounded(List<Target> targets) {
        int queued = waiting.size();
        for (List<Target> group : later) {
            queued += group.size();
        }
        int taken = Math.clamp((long) limit - branches.size() - queued, 0, targets.size());
        dropped += targets.size() - taken;
        return targets.subList(0, taken);
    }
}
