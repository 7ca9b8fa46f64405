package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * INVITE client transaction: RFC 3261 section 17.1.1 as corrected by RFC 6026 section 7.2, with the CANCEL of section 9.1.
 * No clock, no socket, no thread; owned by whoever holds its {@link State}.
 *
 * @param invite as it is sent, our Via on top
 * @param reliable whether the transport is: no retransmissions, no wait for them
 */
public record InviteClient(Request invite, boolean reliable, Timing timing) implements Transaction<InviteClient.State> {
    /** The states of RFC 6026 figure 5. */
    public sealed interface State {
        record Initial() implements State {}

        /**
         * No response yet.
         *
         * @param a what timer A runs for
         * @param wanted a CANCEL that waits for the first provisional response, which section 9.1 demands
         */
        record Calling(Duration a, Event.@Nullable Cancel wanted) implements State {}

        /** A provisional response has come. */
        record Proceeding(boolean cancelled) implements State {}

        /** A final response other than 2xx has come; its retransmissions are answered. */
        record Completed(Request ack) implements State {}

        /** A 2xx has come; all more of them are passed up. */
        record Accepted() implements State {}

        record Terminated() implements State {}
    }

    private record On(State state, Event event) {}

    private static final State INITIAL = new State.Initial();
    private static final State PROCEEDING = new State.Proceeding(false);
    private static final State CANCELLED = new State.Proceeding(true);
    private static final State ACCEPTED = new State.Accepted();
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

            case On(State.Calling calling, Event.Fired(var timer)) when timer == Timer.A -> retransmit(calling);
            case On(State.Calling _, Event.Fired(var timer)) when timer == Timer.B -> TIMED_OUT;
            case On(State.Calling _, Event.TransportFailed _) -> FAILED;
            case On(State.Calling(var a, var _), Event.Cancel cancel) -> Step.to(new State.Calling(a, cancel));
            case On(State.Calling calling, Event.Answered(var response)) ->
                response.status() < 200 ? proceed(calling, response) : complete(response);

            case On(State.Proceeding(var cancelled), Event.Cancel cancel)
            when !cancelled -> Step.to(CANCELLED, sendCancel(cancel), timing.cancelled);
            case On(State.Proceeding _, Event.Fired(var timer)) when timer == Timer.CANCELLED -> TIMED_OUT;
            case On(State.Proceeding proceeding, Event.Answered(var response)) ->
                response.status() < 200 ? Step.to(proceeding, new Effect.PassUp(response)) : complete(response);

            case On(State.Completed completed, Event.Answered(var response)) -> again(completed, response);
            case On(State.Completed _, Event.Fired(var timer)) when timer == Timer.D -> END;
            case On(State.Completed _, Event.TransportFailed _) -> FAILED;

            case On(State.Accepted accepted, Event.Answered(var response))
            when response.isSuccess() -> Step.to(accepted, new Effect.PassUp(response));
            case On(State.Accepted _, Event.Fired(var timer)) when timer == Timer.M -> END;

            // No arrow, no change.
            case On(State.Initial state, Event _) -> Step.to(state);
            case On(State.Calling state, Event _) -> Step.to(state);
            case On(State.Proceeding state, Event _) -> Step.to(state);
            case On(State.Completed state, Event _) -> Step.to(state);
            case On(State.Accepted state, Event _) -> Step.to(state);
            case On(State.Terminated state, Event _) -> Step.to(state);
        };
    }

    private Step<State, Effect> call() {
        State calling = new State.Calling(timing.t1(), null);
        Effect send = new Effect.Send(invite);
        return reliable ? Step.to(calling, send, timing.b) : Step.to(calling, send, timing.a, timing.b);
    }

    private Step<State, Effect> retransmit(State.Calling calling) {
        Duration twice = calling.a.plus(calling.a);
        return Step.to(
                new State.Calling(twice, calling.wanted), new Effect.Send(invite), new Effect.Start(Timer.A, twice));
    }

    private Step<State, Effect> proceed(State.Calling calling, Response response) {
        Effect up = new Effect.PassUp(response);
        if (calling.wanted == null) {
            return Step.to(PROCEEDING, Timer.A.stop(), Timer.B.stop(), up);
        }
        return Step.to(CANCELLED, Timer.A.stop(), Timer.B.stop(), sendCancel(calling.wanted), timing.cancelled, up);
    }

    private Effect sendCancel(Event.Cancel cancel) {
        return new Effect.SendCancel(Cancel.of(invite, cancel.reason()));
    }

    /** A final response: section 17.1.1.2 acknowledges all but 2xx here, which are the transaction user's to acknowledge. */
    private Step<State, Effect> complete(Response response) {
        Effect up = new Effect.PassUp(response);
        if (response.isSuccess()) {
            return Step.to(ACCEPTED, Timer.A.stop(), Timer.B.stop(), Timer.CANCELLED.stop(), timing.m, up);
        }
        Request ack = Ack.of(invite, response);
        Effect send = new Effect.Send(ack);
        return reliable
                ? Step.to(TERMINATED, send, up, Effect.TERMINATED)
                : Step.to(
                        new State.Completed(ack),
                        Timer.A.stop(),
                        Timer.B.stop(),
                        Timer.CANCELLED.stop(),
                        send,
                        timing.d,
                        up);
    }

    /**
     * After a final response: the ACK once more. A 2xx can still come, from another branch of a fork further on; section 16.7
     * wants each of them passed.
     */
    private static Step<State, Effect> again(State.Completed completed, Response response) {
        if (response.isSuccess()) {
            return Step.to(completed, new Effect.PassUp(response));
        }
        return response.status() < 200 ? Step.to(completed) : Step.to(completed, new Effect.Send(completed.ack));
    }
}
