package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.Clock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Targets that did not answer lately, each for itself: transport, address and port. Bounded: the one that failed first is forgotten.
 * May be used from any thread.
 */
final class DownList {
    /** Targets remembered. */
    static final int LIMIT = 10_000;

    private final Clock clock;
    private final long spanNanos;
    private final Map<Target, Long> until = new LinkedHashMap<>();

    private record Target(Transport transport, InetSocketAddress address) {
        static Target of(Hop hop) {
            return new Target(hop.transport(), hop.address());
        }
    }

    DownList(Clock clock, Duration span) {
        this.clock = clock;
        this.spanNanos = span.toNanos();
    }

    synchronized void add(Hop hop) {
        Target target = Target.of(hop);
        until.remove(target);
        until.put(target, clock.nanos() + spanNanos);
        if (until.size() > LIMIT) {
            until.remove(until.keySet().iterator().next());
        }
    }

    /** The same hops, those that are down behind the others; if all are, it is as if none were. */
    synchronized List<Hop> last(List<Hop> hops) {
        if (until.isEmpty()) {
            return List.copyOf(hops);
        }
        List<Hop> up = new ArrayList<>(hops.size());
        List<Hop> behind = new ArrayList<>();
        for (Hop hop : hops) {
            (down(Target.of(hop)) ? behind : up).add(hop);
        }
        up.addAll(behind);
        return List.copyOf(up);
    }

    private boolean down(Target target) {
        Long end = until.get(target);
        if (end == null) {
            return false;
        }
        if (clock.nanos() - end < 0) {
            return true;
        }
        until.remove(target);
        return false;
    }
}
