package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import java.time.Duration;

/** What the shell has to do for a transaction, in the order given. */
public sealed interface Effect {
    /** The one TimedOut. */
    TimedOut TIMED_OUT = new TimedOut();

    /** The one Failed. */
    Failed FAILED = new Failed();

    /** The one Terminated. */
    Terminated TERMINATED = new Terminated();

    /** Send the message where the transaction's messages go; a failure comes back as {@link Event.TransportFailed}. */
    record Send(Message message) implements Effect {}

    /** Give the message to the transaction user. */
    record PassUp(Message message) implements Effect {}

    /** Fire once after this time; replaces a timer of the same letter that still runs. */
    record Start(Timer timer, Duration after) implements Effect {}

    /** The timer is no longer needed. One that fires all the same is ignored. */
    record Stop(Timer timer) implements Effect {}

    /** Send this CANCEL in a non-INVITE client transaction of its own, to where the INVITE went. At most once. */
    record SendCancel(Request cancel) implements Effect {}

    /** Tell the transaction user that nobody answered (client) or that no ACK came (server). */
    record TimedOut() implements Effect {}

    /** Tell the transaction user that the transport failed. */
    record Failed() implements Effect {}

    /** The end: forget the transaction, stop its timers. The last effect of its life. */
    record Terminated() implements Effect {}
}
