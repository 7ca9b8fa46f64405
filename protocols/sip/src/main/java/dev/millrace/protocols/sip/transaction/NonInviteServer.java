package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Step;
import org.jspecify.annotations.Nullable;

/**
 * Non-INVITE server transaction: RFC 3261 section 17.2.2 as corrected by RFC 4320: no provisional response but a late 100,
 * never 408. No clock, no socket, no thread; owned by whoever holds its {@link State}.
 *
 * @param request as it arrived, its Via completed with {@code received} and {@code rport}; neither INVITE nor ACK
 * @param reliable whether the transport is: no retransmissions, no wait for them
 */
public record NonInviteServer(Request request, boolean reliable, Timing timing)
        implements Transaction<NonInviteServer.State> {
    /** The states of RFC 3261 figure 8. */
    public sealed interface State {
        record Initial() implements State {}

        /** No response yet; retransmissions are absorbed. */
        record Trying() implements State {}

        /** 100 was sent; it answers retransmissions. */
        record Proceeding(Response last) implements State {}

        /**
         * The final response was sent, or it came too late to be.
         *
         * @param last answers retransmissions; null where nothing may be answered, RFC 4320 section 4.2
         */
        record Completed(@Nullable Response last) implements State {}

        record Terminated() implements State {}
    }

    private record On(State state, Event event) {}

    private static final State INITIAL = new State.Initial();
    private static final State TRYING = new State.Trying();
    private static final State SILENT = new State.Completed(null);
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
            case On(State.Initial _, Event.Begin _) ->
                Step.to(TRYING, timing.tryingNonInvite, new Effect.PassUp(request));

            case On(State.Trying _, Event.Fired(var timer)) when timer == Timer.TRYING -> trying();
            case On(State.Trying state, Event.Respond(var response)) -> respond(state, response);

            case On(State.Proceeding state, Event.Arrived _) -> Step.to(state, new Effect.Send(state.last));
            case On(State.Proceeding state, Event.Respond(var response)) -> respond(state, response);
            case On(State.Proceeding _, Event.TransportFailed _) -> FAILED;
            // Whoever asked has given up long ago: a transaction user that never answers must not leak the transaction.
            case On(State.Proceeding _, Event.Fired(var timer)) when timer == Timer.J -> TIMED_OUT;

            case On(State.Completed(var last), Event.Arrived _)
            when last != null -> Step.to(now, new Effect.Send(last));
            case On(State.Completed _, Event.TransportFailed _) -> FAILED;
            case On(State.Completed _, Event.Fired(var timer)) when timer == Timer.J -> END;

            // No arrow, no change.
            case On(State.Initial state, Event _) -> Step.to(state);
            case On(State.Trying state, Event _) -> Step.to(state);
            case On(State.Proceeding state, Event _) -> Step.to(state);
            case On(State.Completed state, Event _) -> Step.to(state);
            case On(State.Terminated state, Event _) -> Step.to(state);
        };
    }

    private Step<State, Effect> trying() {
        Response response = Response.to(request, 100, "Trying").build();
        return Step.to(new State.Proceeding(response), new Effect.Send(response), timing.j);
    }

    private Step<State, Effect> respond(State state, Response response) {
        if (response.status() < 200) {
            return Step.to(state);
        }
        if (response.status() == 408) {
            return silent();
        }
        Effect send = new Effect.Send(response);
        return reliable
                ? Step.to(TERMINATED, send, Effect.TERMINATED)
                : Step.to(new State.Completed(response), Timer.TRYING.stop(), send, timing.j);
    }

    /** No answer, but retransmissions still find the transaction and are not taken for new requests. */
    private Step<State, Effect> silent() {
        return reliable ? END : Step.to(SILENT, Timer.TRYING.stop(), timing.j);
    }
}
