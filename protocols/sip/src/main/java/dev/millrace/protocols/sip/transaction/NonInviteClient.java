package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;

/**
 * Non-INVITE client transaction: RFC 3261 section 17.1.2. No clock, no socket, no thread; owned by whoever holds its
 * {@link State}.
 *
 * @param request as it is sent, our Via on top; neither INVITE nor ACK
 * @param reliable whether the transport is: no retransmissions, no wait for them
 */
public record NonInviteClient(Request request, boolean reliable, Timing timing)
        implements Transaction<NonInviteClient.State> {
    /** The states of RFC 3261 figure 6. */
    public sealed interface State {
        record Initial() implements State {}

        /**
         * No response yet.
         *
         * @param e what timer E runs for
         */
        record Trying(Duration e) implements State {}

        /** A provisional response has come: timer E runs for T2. */
        record Proceeding() implements State {}

        /** A final response has come; its retransmissions are absorbed. */
        record Completed() implements State {}

        record Terminated() implements State {}
    }

    private record On(State state, Event event) {}

    private static final State INITIAL = new State.Initial();
    private static final State PROCEEDING = new State.Proceeding();
    private static final State COMPLETED = new State.Completed();
    private static final State TERMINATED = new State.Terminated();
    private static final Step<State, Effect> END = Step.to(TERMINATED, Effect.TERMINATED);
    private static final Step<State, Effect> TIMED_OUT = Step.to(TERMINATED, Effect.TIMED_OUT, Effect.TERMINATED);
    private static final Step<State, Effect> FAILED = Step.to(TERMINATED, Effect.FAILED, Effect.TERMINATED);

    @Override
    public State begin() {
        return INITIAL;
    }

    @Override
    public Step<State, Effect> on(State now, Event event) {
        return switch (new On(now, event)) {
            case On(State.Initial _, Event.Begin _) -> call();

            case On(State.Trying trying, Event.Fired(var timer)) when timer == Timer.E -> retransmit(trying);
            case On(State.Trying _, Event.Fired(var timer)) when timer == Timer.F -> TIMED_OUT;
            case On(State.Trying _, Event.TransportFailed _) -> FAILED;
            case On(State.Trying _, Event.Answered(var response)) -> answered(response);

            case On(State.Proceeding state, Event.Fired(var timer))
            when timer == Timer.E -> Step.to(state, new Effect.Send(request), timing.eAtMost);
            case On(State.Proceeding _, Event.Fired(var timer)) when timer == Timer.F -> TIMED_OUT;
            case On(State.Proceeding _, Event.TransportFailed _) -> FAILED;
            case On(State.Proceeding _, Event.Answered(var response)) -> answered(response);

            case On(State.Completed _, Event.Fired(var timer)) when timer == Timer.K -> END;

            // No arrow, no change.
            case On(State.Initial state, Event _) -> Step.to(state);
            case On(State.Trying state, Event _) -> Step.to(state);
            case On(State.Proceeding state, Event _) -> Step.to(state);
            case On(State.Completed state, Event _) -> Step.to(state);
            case On(State.Terminated state, Event _) -> Step.to(state);
        };
    }

    private Step<State, Effect> call() {
        State trying = new State.Trying(timing.t1());
        Effect send = new Effect.Send(request);
        return reliable ? Step.to(trying, send, timing.f) : Step.to(trying, send, timing.e, timing.f);
    }

    private Step<State, Effect> retransmit(State.Trying trying) {
        Duration next = timing.twiceAtMost(trying.e);
        return Step.to(new State.Trying(next), new Effect.Send(request), new Effect.Start(Timer.E, next));
    }

    /** Timer E keeps running through a provisional response, timer F does anyway. */
    private Step<State, Effect> answered(Response response) {
        Effect up = new Effect.PassUp(response);
        if (response.status() < 200) {
            return Step.to(PROCEEDING, up);
        }
        return reliable
                ? Step.to(TERMINATED, up, Effect.TERMINATED)
                : Step.to(COMPLETED, Timer.E.stop(), Timer.F.stop(), timing.k, up);
    }
}
