package dev.millrace.protocols.rtsp;

import java.time.Duration;
import java.util.Set;

/** What the shell has to do for a server's session, in the order given. */
public sealed interface Effect {
    /** Send the response on this connection, before any packet that a later effect lets go. */
    record Reply(long connection, Response response) implements Effect {}

    /**
     * Find the stream's description. Answers: Described, Moved (only if allowed), Refused.
     *
     * @param path not decoded and not judged: whoever finds streams judges it
     */
    record Describe(String path, RtspUrl url, boolean mayMove) implements Effect {}

    /** Find the stream's tracks for a SETUP. Answers: Found, Moved (only if allowed), Refused. */
    record Find(String path, RtspUrl url, boolean mayMove) implements Effect {}

    /**
     * Claim the path. Answers: Granted, Refused.
     *
     * @param override whether the client asks to take the path over from a publisher whose packets flow
     */
    record Publish(String path, byte[] sdp, boolean override) implements Effect {}

    /** The session exists from now on: its id finds it. */
    record Register() implements Effect {}

    /** Ports or channels for a track. Answers: Opened, Refused. */
    record Open(int track, Leg leg, Transport.Mode mode) implements Effect {}

    /** Give back a track's ports or channels. */
    record CloseTrack(int track) implements Effect {}

    /** Let packets of exactly these tracks flow to the client. Answers: Started, Refused. */
    record StartPlaying(Set<Integer> tracks) implements Effect {}

    /** Let packets of exactly these tracks go on, and stop the others. No answer. */
    record Pause(Set<Integer> tracks) implements Effect {}

    /** Take packets from the client. Answers: RecordingStarted, Refused. */
    record StartRecording() implements Effect {}

    /** Drop packets from the client until StartRecording. No answer. */
    record StopRecording() implements Effect {}

    /** Fire once after this time; replaces the timer before. */
    record ArmTimer(Duration after) implements Effect {}

    record DisarmTimer() implements Effect {}

    /** The session has ended: give back everything that it holds and forget its id. May come more than once. */
    record Release(Reason reason) implements Effect {}

    /** Close the session's own connection, if it is still there, when all is written. */
    record Disconnect() implements Effect {}

    /** Why a session ended. */
    enum Reason {
        TEARDOWN,
        TIMED_OUT,
        CONNECTION_LOST,
        SOURCE_GONE,
        SUPERSEDED,
        SHUT
    }
}
