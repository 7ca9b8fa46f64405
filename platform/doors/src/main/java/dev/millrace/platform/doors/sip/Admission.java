package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import java.time.Duration;

/**
 * What one event loop takes on: nothing new while the loop is late, and no more new requests per second than its share of
 * {@code sip.admission.rate}. What belongs to a dialog always passes, because refusing it saves nothing; a request with credentials
 * passes before one without, because work has been done for it already. Owned by that loop.
 */
final class Admission {
    /** How often the loop's delay is looked at. */
    static final Duration LOOK = Duration.ofMillis(50);

    /** Seconds of the rate that may come at once. */
    private static final double BURST = 0.2;

    /** Part of the burst that is kept for requests with credentials. */
    private static final double KEPT = 0.25;

    /** Fewest requests at once, for small rates. */
    private static final double BURST_MIN = 4;

    private final Clock clock;
    private final double perNano;
    private final double burst;
    private final long mostNanos;
    private final Timer looking;
    private double tokens;
    private long filledNanos;
    private long lookedNanos;
    private long delayNanos;

    /** @param loops that share the rate */
    Admission(DoorConfig.Overload config, Loop loop, int loops, Clock clock) {
        this.clock = clock;
        double rate = (double) config.rate() / loops;
        this.perNano = rate / 1e9;
        this.burst = Math.max(BURST_MIN, rate * BURST);
        this.mostNanos = config.delay().toNanos();
        this.tokens = burst;
        this.filledNanos = clock.nanos();
        this.lookedNanos = filledNanos;
        this.looking = loop.every(LOOK, this::look);
    }

    /** A timer that comes late says how long everything else has waited too. */
    private void look() {
        long now = clock.nanos();
        long late = Math.max(0, now - lookedNanos - LOOK.toNanos());
        lookedNanos = now;
        delayNanos = Math.max(late, delayNanos / 2);
    }

    /** How late the loop was lately, nanoseconds. */
    long delayNanos() {
        return delayNanos;
    }

    /** Whether a request that begins a transaction is worked on. */
    boolean admits(Request request) {
        String method = request.method();
        if (method.equals(Methods.BYE) || request.to().params().has("tag")) {
            return true;
        }
        boolean known = request.has(Keys.AUTHORIZATION) || request.has(Keys.PROXY_AUTHORIZATION);
        if (delayNanos > (known ? 2 * mostNanos : mostNanos)) {
            return false;
        }
        return perNano == 0 || taken(known ? 1 : 1 + burst * KEPT);
    }

    private boolean taken(double least) {
        long now = clock.nanos();
        tokens = Math.min(burst, tokens + (now - filledNanos) * perNano);
        filledNanos = now;
        if (tokens < least) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    void close() {
        looking.cancel();
    }
}
