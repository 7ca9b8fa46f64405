package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;

/**
 * The response context of a stateful proxy: RFC 3261 sections 16.6 to 16.10 as one machine, with RFC 4320 (non-INVITE),
 * RFC 5393 section 5 (Max-Breadth) and RFC 6026 (2xx after the final response). No clock, no socket, no thread; owned by
 * whoever holds its {@link State}.
 *
 * <p>Two decisions beyond the letter: a branch that we cancelled because nobody answered counts as 408, not 487; and a 6xx to
 * a request other than INVITE is forwarded at once, because there is no CANCEL that would end the other branches.
 *
 * @param request as the server transaction got it
 * @param toTag for the To of responses that this proxy makes itself
 */
public record ResponseContext(Request request, String toTag, Terms terms) {
    /** What to do with a 300, 301 or 302. */
    public enum Redirects {
        /** It is a final response like others. */
        PASS,
        /** Its contacts become targets, each once. */
        FOLLOW
    }

    /**
     * What a proxy allows.
     *
     * @param timerC section 16.6.11: more than 3 minutes, restarted by each 101 to 199
     * @param ring for which one round of branches may ring while others are left to try, or zero for no bound but timer C
     * @param maxBranches of one context, redirections included
     */
    public record Terms(Redirects redirects, Duration timerC, Duration ring, int maxBranches) {
        /** Default of {@link #timerC}. */
        public static final Duration TIMER_C = Duration.ofSeconds(185);

        /** Default of {@link #maxBranches}. */
        public static final int MAX_BRANCHES = 32;

        /** Redirections passed, no bound on ringing. */
        public static final Terms DEFAULT = new Terms(Redirects.PASS, TIMER_C, Duration.ZERO, MAX_BRANCHES);
    }

    /** The state before the first event. */
    public State begin() {
        return State.BEGIN;
    }

    /** The next state and what to do. */
    public Step<State, Effect> on(State now, Event event) {
        Turn turn = new Turn(this, now);
        switch (event) {
            case Event.Targets(var groups, var absent) -> turn.targets(groups, absent);
            case Event.Resolved(var branch, var targets) -> turn.resolved(branch, targets);
            case Event.Received(var branch, var response) -> turn.received(branch, response);
            case Event.TimedOut(var branch) -> turn.timedOut(branch);
            case Event.Failed(var branch) -> turn.failed(branch);
            case Event.TimerC(var branch) -> turn.timerC(branch);
            case Event.RingOver(var round) -> turn.ringOver(round);
            case Event.Cancelled(var reason) -> turn.cancelled(reason);
        }
        return turn.step();
    }

    boolean invite() {
        return request.method().equals(Methods.INVITE);
    }
}
