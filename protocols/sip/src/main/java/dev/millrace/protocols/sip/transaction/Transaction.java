package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.wire.Step;

/**
 * A transaction as its shell sees it: {@code state = begin()}, then {@code on(state, BEGIN)}, then each event in turn until
 * {@link Effect.Terminated}. Owned by whoever holds the state; all calls from one thread.
 *
 * @param <S> the machine's state
 */
public sealed interface Transaction<S> permits InviteClient, NonInviteClient, InviteServer, NonInviteServer {
    /** The state before {@link Event#BEGIN}. */
    S begin();

    /** The next state and what to do; an event that has no arrow changes nothing. */
    Step<S, Effect> on(S now, Event event);
}
