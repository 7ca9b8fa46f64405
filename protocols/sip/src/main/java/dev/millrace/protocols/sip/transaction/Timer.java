package dev.millrace.protocols.sip.transaction;

/** The timers of RFC 3261 section 17 and RFC 6026, by their letters; those without a letter carry a name of ours. */
public enum Timer {
    /** INVITE client: send again, unreliable transports only. */
    A,
    /** INVITE client: no response at all. */
    B,
    /** INVITE client: absorbs retransmissions of a final response other than 2xx. */
    D,
    /** Non-INVITE client: send again, unreliable transports only. */
    E,
    /** Non-INVITE client: no final response. */
    F,
    /** INVITE server: send the final response again, unreliable transports only. */
    G,
    /** INVITE server: no ACK. */
    H,
    /** INVITE server: absorbs retransmissions of ACK. */
    I,
    /** Non-INVITE server: absorbs retransmissions of the request; also bounds the wait for an answer. */
    J,
    /** Non-INVITE client: absorbs retransmissions of the final response. */
    K,
    /** INVITE server: the life of Accepted, RFC 6026. */
    L,
    /** INVITE client: the life of Accepted, RFC 6026. */
    M,
    /** Servers: 100 (Trying) is due: section 17.2.1 and RFC 4320 section 4.1. */
    TRYING,
    /** INVITE client: no final response after CANCEL, section 9.1. */
    CANCELLED;

    private final Event.Fired fired = new Event.Fired(this);
    private final Effect.Stop stop = new Effect.Stop(this);

    /** The event that this timer has run out; always the same object. */
    public Event.Fired fired() {
        return fired;
    }

    /** The effect that this timer is no longer needed; always the same object. */
    public Effect.Stop stop() {
        return stop;
    }
}
