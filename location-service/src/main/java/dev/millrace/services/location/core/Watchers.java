package dev.millrace.services.location.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes that want to hear of changes, each until its lease ends. Owned by one event loop. */
public final class Watchers {
    /** Nodes at most. */
    public static final int LIMIT = 1_024;

    /** Longest lease, milliseconds. */
    public static final long LEASE_LIMIT = 60_000;

    private final Map<String, Long> until = new HashMap<>();

    /** Adds the node or renews its lease; false when there are {@value #LIMIT} others. */
    public boolean watch(String node, long leaseMillis, long nowMillis) {
        if (until.size() >= LIMIT && !until.containsKey(node)) {
            forget(nowMillis);
            if (until.size() >= LIMIT) {
                return false;
            }
        }
        until.put(node, nowMillis + Math.clamp(leaseMillis, 0, LEASE_LIMIT));
        return true;
    }

    /** Who is to be told now. */
    public List<String> now(long nowMillis) {
        forget(nowMillis);
        return new ArrayList<>(until.keySet());
    }

    /** Nodes with a lease, ended ones perhaps included. */
    public int size() {
        return until.size();
    }

    private void forget(long nowMillis) {
        until.values().removeIf(end -> end <= nowMillis);
    }
}
