package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * INVITE server transaction: RFC 3261 section 17.2.1 as corrected by RFC 6026 section 7.1. A 2xx is sent again by the user
 * agent that gave it, never here. No clock, no socket, no thread; owned by whoever holds its {@link State}.
 *
 * @param invite as it arrived, its Via completed with {@code received} and {@code rport}
 * @param reliable whether the transport is: no retransmissions, no wait for them
 */
public record InviteServer(Request invite, boolean reliable, Timing timing) implements Transaction<InviteServer.State> {
    /** The states of RFC 6026 figure 7. */
    public sealed interface State {
        record Initial() implements State {}

        /**
         * No final response yet.
         *
         * @param last the newest provisional response, which answers retransmissions
         */
        record Proceeding(@Nullable Response last) implements State {}

        /**
         * A final response other than 2xx was sent, no ACK yet.
         *
         * @param g what timer G runs for
         */
        record Completed(Response last, Duration g) implements State {}

        /** ACK has come; more of them are absorbed. */
        record Confirmed() implements State {}

        /** A 2xx was sent; retransmissions of INVITE are absorbed, and more 2xx may follow. */
        record Accepted() implements State {}

        record Terminated() implements State {}
    }

    private record On(State state, Event event) {}

    private static final State INITIAL = new State.Initial();
    private static final State ACCEPTED = new State.Accepted();
    private static final State CONFIRMED = new State.Confirmed();
    private static final State TERMINATED = new State.Terminated();
    private static final Step<State, Effect> END = Step.to(TERMINATED, Effect.TERMINATED);
    private static final Step<State, Effect> TIMED_OUT = Step.to(TERMINATED, Effect.TIMED_OUT, Effect.TERMINATED);

    @Override
    public State begin() {
        return INITIAL;
    }

    @Override
    public Step<State, Effect> on(State now, Event event) {
        return switch (new On(now, event)) {
            case On(State.Initial _, Event.Begin _) ->
                Step.to(new State.Proceeding(null), timing.tryingInvite, new Effect.PassUp(invite));

            case On(State.Proceeding state, Event.Arrived(var request)) when isInvite(request) -> repeat(state);
            case On(State.Proceeding(var last), Event.Fired(var timer))
            when timer == Timer.TRYING && last == null ->
                provisional(Response.to(invite, 100, "Trying").build());
            case On(State.Proceeding _, Event.Respond(var response)) -> respond(response);
            case On(State.Proceeding state, Event.TransportFailed _) -> Step.to(state, Effect.FAILED);

            case On(State.Completed state, Event.Arrived(var request)) ->
                isInvite(request) ? Step.to(state, new Effect.Send(state.last)) : confirm();
            case On(State.Completed state, Event.Fired(var timer)) when timer == Timer.G -> retransmit(state);
            case On(State.Completed _, Event.Fired(var timer)) when timer == Timer.H -> TIMED_OUT;
            case On(State.Completed state, Event.TransportFailed _) -> Step.to(state, Effect.FAILED);
            case On(State.Completed state, Event.Respond(var late)) -> success(state, late);

            case On(State.Confirmed _, Event.Fired(var timer)) when timer == Timer.I -> END;
            case On(State.Confirmed state, Event.Respond(var late)) -> success(state, late);

            case On(State.Accepted state, Event.Arrived(var request))
            when !isInvite(request) -> Step.to(state, new Effect.PassUp(request));
            case On(State.Accepted state, Event.Respond(var more)) -> success(state, more);
            case On(State.Accepted state, Event.TransportFailed _) -> Step.to(state, Effect.FAILED);
            case On(State.Accepted _, Event.Fired(var timer)) when timer == Timer.L -> END;

            // No arrow, no change.
            case On(State.Initial state, Event _) -> Step.to(state);
            case On(State.Proceeding state, Event _) -> Step.to(state);
            case On(State.Completed state, Event _) -> Step.to(state);
            case On(State.Confirmed state, Event _) -> Step.to(state);
            case On(State.Accepted state, Event _) -> Step.to(state);
            case On(State.Terminated state, Event _) -> Step.to(state);
        };
    }

    private static Step<State, Effect> repeat(State.Proceeding state) {
        return state.last == null ? Step.to(state) : Step.to(state, new Effect.Send(state.last));
    }

    private Step<State, Effect> respond(Response response) {
        if (response.status() < 200) {
            return provisional(response);
        }
        Effect send = new Effect.Send(response);
        if (response.status() < 300) {
            return Step.to(ACCEPTED, Timer.TRYING.stop(), send, timing.l);
        }
        State completed = new State.Completed(response, timing.t1());
        return reliable
                ? Step.to(completed, Timer.TRYING.stop(), send, timing.h)
                : Step.to(completed, Timer.TRYING.stop(), send, timing.g, timing.h);
    }

    private static Step<State, Effect> provisional(Response response) {
        return Step.to(new State.Proceeding(response), Timer.TRYING.stop(), new Effect.Send(response));
    }

    private Step<State, Effect> retransmit(State.Completed state) {
        Duration next = timing.twiceAtMost(state.g);
        return Step.to(
                new State.Completed(state.last, next), new Effect.Send(state.last), new Effect.Start(Timer.G, next));
    }

    private Step<State, Effect> confirm() {
        return reliable ? END : Step.to(CONFIRMED, Timer.G.stop(), Timer.H.stop(), timing.i);
    }

    /** After a final response only a 2xx may follow, which section 16.7 wants passed whatever was sent before. */
    private static Step<State, Effect> success(State state, Response response) {
        return response.status() >= 200 && response.status() < 300
                ? Step.to(state, new Effect.Send(response))
                : Step.to(state);
    }

    private static boolean isInvite(Request request) {
        return !request.method().equals(Methods.ACK);
    }
}
