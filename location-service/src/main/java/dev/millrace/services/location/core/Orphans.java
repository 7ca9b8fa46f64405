package dev.millrace.services.location.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Since when things have had no living owner. A thing is named with its epoch, so that a new owner starts it afresh. Owned by
 * one event loop; holds as many things as the last look found orphaned.
 */
public final class Orphans<K> {
    private final Map<K, Long> since = new HashMap<>();
    private final Duration patience;

    /** @param patience how long an owner may be missing */
    public Orphans(Duration patience) {
        this.patience = patience;
    }

    /** Takes all things that have no owner now; answers those for which that has been so for too long. */
    public Set<K> look(Set<K> ownerless, long nowMillis) {
        since.keySet().retainAll(ownerless);
        Set<K> lost = new HashSet<>();
        for (K thing : ownerless) {
            long first = since.computeIfAbsent(thing, unknown -> nowMillis);
            if (nowMillis - first >= patience.toMillis()) {
                lost.add(thing);
            }
        }
        return lost;
    }
}
