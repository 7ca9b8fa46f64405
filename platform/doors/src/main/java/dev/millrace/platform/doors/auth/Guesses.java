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
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true);

    private record Failures(int count, long lastNanos) {}

    Guesses(int allowed, Duration lock) {
        this.allowed = allowed;
        this.lockNanos = lock.toNanos();
    }

    static String pair(String username, String realm, String source) {
        return username + '\0' + realm + '\0' + source;
    }

    /** Whether there were too many. What is asked while it is locked does not make it longer. */
    synchronized boolean locked(String pair, long nowNanos) {
        if (failures.isEmpty()) {
            return false;
        }
        Failures seen = failures.get(pair);
        if (seen == null) {
            return false;
        }
        if (nowNanos - seen.lastNanos >= lockNanos) {
            failures.remove(pair);
            return false;
        }
        return seen.count >= allowed;
    }

    synchronized void failed(String pair, long nowNanos) {
        Failures seen = failures.get(pair);
        failures.put(pair, new Failures(seen == null ? 1 : seen.count + 1, nowNanos));
        if (failures.size() > LIMIT) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    synchronized void succeeded(String pair) {
        if (!failures.isEmpty()) {
            failures.remove(pair);
        }
    }

    synchronized int size() {
        return failures.size();
    }
}
