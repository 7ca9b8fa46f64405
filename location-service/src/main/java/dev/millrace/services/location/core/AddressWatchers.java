package dev.millrace.services.location.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which nodes wait for a binding of which address, each until its lease ends. Owned by one event loop. */
public final class AddressWatchers {
    /** Addresses at most. */
    public static final int LIMIT = 10_000;

    private final Map<String, Watchers> byAddress = new HashMap<>();
    private final int limit;

    public AddressWatchers() {
        this(LIMIT);
    }

    AddressWatchers(int limit) {
        this.limit = limit;
    }

    /** Adds the node or renews its lease; false when there are too many others. */
    public boolean watch(String addressOfRecord, String node, long leaseMillis, long nowMillis) {
        if (byAddress.size() >= limit && !byAddress.containsKey(addressOfRecord)) {
            forget(nowMillis);
            if (byAddress.size() >= limit) {
                return false;
            }
        }
        return byAddress.computeIfAbsent(addressOfRecord, any -> new Watchers()).watch(node, leaseMillis, nowMillis);
    }

    /** Who is to be told of that address now. */
    public List<String> now(String addressOfRecord, long nowMillis) {
        Watchers watchers = byAddress.get(addressOfRecord);
        return watchers == null ? List.of() : watchers.now(nowMillis);
    }

    /** Lets go what nobody waits for any more. */
    public void forget(long nowMillis) {
        byAddress.values().removeIf(watchers -> watchers.now(nowMillis).isEmpty());
    }

    /** Addresses with a watcher, ended ones perhaps included. */
    public int size() {
        return byAddress.size();
    }
}
