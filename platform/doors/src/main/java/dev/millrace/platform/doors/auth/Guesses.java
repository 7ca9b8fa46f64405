package dev.millrace.platform.doors.auth;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wrong passwords by user and source. One source that guesses is locked out of that user's account for a while; the user itself,
 * elsewhere, is not. Bounded: the pair that failed longest ago is forgotten. May be used from any thread.
 */
final class Guesses {
    /** Pairs remembered. */
    static final int LIMIT = 100_000;

    private final int allowed;
    private final long lockNanos;
    private final Map<Pair, Failures> failures = new LinkedHashMap<>(16, 0.75f, true);

    /** As a rule nobody guesses: then no request waits for the lock. */
    private volatile boolean none = true;

    /** Who guesses whose password. */
    record Pair(String username, String realm, String source) {}

    private record Failures(int count, long lastNanos) {}

    Guesses(int allowed, Duration lock) {
        this.allowed = allowed;
        this.lockNanos = lock.toNanos();
    }

    /** Whether there were too many. What is asked while it is locked does not make it longer. */
    boolean locked(Pair pair, long nowNanos) {
        return !none && lookedUp(pair, nowNanos);
    }

    private synchronized boolean lookedUp(Pair pair, long nowNanos) {
        Failures seen = failures.get(pair);
        if (seen == null) {
            return false;
        }
        if (nowNanos - seen.lastNanos >= lockNanos) {
            forget(pair);
            return false;
        }
        return seen.count >= allowed;
    }

    synchronized void failed(Pair pair, long nowNanos) {
        none = false;
        Failures seen = failures.get(pair);
        failures.put(pair, new Failures(seen == null ? 1 : seen.count + 1, nowNanos));
        if (failures.size() > LIMIT) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    void succeeded(Pair pair) {
        if (!none) {
            forget(pair);
        }
    }

    private synchronized void forget(Pair pair) {
        failures.remove(pair);
        none = failures.isEmpty();
    }

    synchronized int size() {
        return failures.size();
    }
}
