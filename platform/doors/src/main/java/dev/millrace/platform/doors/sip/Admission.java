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
 * {@code sip.admission.rate}. What belongs to a dialog passes much longer, because refusing it saves little; a request with credentials
 * passes before one without, because work has been done for it already. Owned by that loop.
 */
final class Admission {
    /** How often the loop's delay is looked at. */
    static final Duration LOOK = Duration.ofMillis(100);

    /** Seconds of the rate that may come at once. */
    private static final double BURST = 0.2;

    /** Part of the burst that is kept for requests with credentials. */
    private static final double KEPT = 0.25;

    /** Fewest requests at once, for small rates. */
    private static final double BURST_MIN = 4;

    /** Requests with credentials pass until the loop is so many times as late. */
    private static final int KNOWN = 2;

    /** Requests inside dialogs pass until the loop is so many times as late; BYE always passes, because it ends work. */
    private static final int IN_DIALOG = 8;

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
        this.looking = loop.inStep(LOOK, this::look);
    }

    /** A timer that comes late says how long everything else has waited too. */
    private void look() {
        long now = clock.nanos();
        long passed = now - lookedNanos;
        if (passed < LOOK.toNanos() / 2) {
            // One of those that a late timer catches up with, all at once.
            return;
        }
        lookedNanos = now;
        delayNanos = Math.max(passed - LOOK.toNanos(), delayNanos / 2);
    }

    /** How late the loop was lately, nanoseconds. */
    long delayNanos() {
        return delayNanos;
    }

    /** Whether a request that begins a transaction is worked on. */
    boolean admits(Request request) {
        if (request.method().equals(Methods.BYE)) {
            return true;
        }
        if (request.to().params().has("tag") && !request.method().equals(Methods.REGISTER)) {
            // Anybody can write a tag.
            return delayNanos <= IN_DIALOG * mostNanos;
        }
        boolean known = request.has(Keys.AUTHORIZATION) || request.has(Keys.PROXY_AUTHORIZATION);
        if (delayNanos > (known ? KNOWN * mostNanos : mostNanos)) {
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
