package dev.millrace.protocols.sip.transaction;

import java.time.Duration;

/**
 * The times of RFC 3261 table 4. Immutable; holds the effects that start the timers ready-made, because each transaction
 * needs two or three of them.
 */
public final class Timing {
    /** RFC 3261's own values. */
    public static final Timing STANDARD =
            of(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ofMillis(200));

    private final Duration t1;
    private final Duration t2;
    final Effect.Start a;
    final Effect.Start b;
    final Effect.Start d;
    final Effect.Start e;
    final Effect.Start eAtMost;
    final Effect.Start f;
    final Effect.Start g;
    final Effect.Start h;
    final Effect.Start i;
    final Effect.Start j;
    final Effect.Start k;
    final Effect.Start l;
    final Effect.Start m;
    final Effect.Start tryingInvite;
    final Effect.Start tryingNonInvite;
    final Effect.Start cancelled;

    private Timing(Duration t1, Duration t2, Duration t4, Duration trying) {
        this.t1 = t1;
        this.t2 = t2;
        Duration timeout = t1.multipliedBy(64);
        a = new Effect.Start(Timer.A, t1);
        b = new Effect.Start(Timer.B, timeout);
        // Table 4: more than 32 s over unreliable transports, whatever T1 is; a peer's timer H decides how long it
        // repeats.
        d = new Effect.Start(Timer.D, longer(timeout, Duration.ofSeconds(32)));
        e = new Effect.Start(Timer.E, t1);
        eAtMost = new Effect.Start(Timer.E, t2);
        f = new Effect.Start(Timer.F, timeout);
        g = new Effect.Start(Timer.G, t1);
        h = new Effect.Start(Timer.H, timeout);
        i = new Effect.Start(Timer.I, t4);
        j = new Effect.Start(Timer.J, timeout);
        k = new Effect.Start(Timer.K, t4);
        l = new Effect.Start(Timer.L, timeout);
        m = new Effect.Start(Timer.M, timeout);
        tryingInvite = new Effect.Start(Timer.TRYING, trying);
        tryingNonInvite = new Effect.Start(Timer.TRYING, untilAtMost(t1, t2));
        cancelled = new Effect.Start(Timer.CANCELLED, timeout);
    }

    /**
     * @param t1 estimate of the round trip
     * @param t2 longest time between two retransmissions of a non-INVITE request or of a final response to INVITE
     * @param t4 longest life of a message in the network
     * @param trying after which an INVITE that nobody has answered is answered 100
     */
    public static Timing of(Duration t1, Duration t2, Duration t4, Duration trying) {
        return new Timing(t1, t2, t4, trying);
    }

    /** T1, the estimate of the round trip. */
    public Duration t1() {
        return t1;
    }

    /** 64 times T1: after that long without an answer a transaction gives up. */
    public Duration timeout() {
        return b.after();
    }

    /** Twice as long, but at most T2. */
    Duration twiceAtMost(Duration last) {
        Duration twice = last.plus(last);
        return twice.compareTo(t2) < 0 ? twice : t2;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** RFC 4320 section 4.1: the time that a client's timer E takes to reach T2; 100 must not come before, and must then. */
    private static Duration untilAtMost(Duration t1, Duration t2) {
        Duration sum = Duration.ZERO;
        for (Duration e = t1; e.compareTo(t2) < 0; e = e.plus(e)) {
            sum = sum.plus(e);
        }
        return sum;
    }
}
