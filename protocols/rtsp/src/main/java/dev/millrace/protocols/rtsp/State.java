package dev.millrace.protocols.rtsp;

import org.jspecify.annotations.Nullable;

/** Where a server's session stands: the states of RFC 2326 section A.2, with those that publishing and waiting add. */
public sealed interface State {
    /** A new connection's state. */
    State BEGIN = new Init("", false);

    /**
     * No session yet: the requests of a connection that carry no Session header arrive here.
     *
     * @param described path of the stream whose description was given, or empty: its SETUP is not redirected again
     * @param draining whether new sessions are refused
     */
    record Init(String described, boolean draining) implements State {}

    /**
     * A request waits for the shell's answer. One request at a time: the shell reads no further from the connection.
     *
     * @param before what a refusal returns to
     * @param asked the request and who sent it
     * @param pending what the answer is needed for
     */
    record Asking(State before, Event.Arrived asked, Pending pending) implements State {}

    /** ANNOUNCE was accepted; no track is set up. */
    record Announced(Presentation of) implements State {}

    /** Tracks are set up; nothing flows. */
    record Ready(Presentation of) implements State {}

    /** Packets of at least one track flow to the client. */
    record Playing(Presentation of) implements State {}

    /** Packets flow from the client. */
    record Recording(Presentation of) implements State {}

    /** The end: every resource was told to go. */
    record Closed() implements State {}

    /** What is asked of the shell. */
    sealed interface Pending {
        /** The session description. */
        record Describe(RtspUrl url) implements Pending {}

        /** The right to publish. */
        record Claim(String path) implements Pending {}

        /**
         * The tracks of a stream that SETUP names.
         *
         * @param control of the track that is to be set up
         */
        record Find(String path, String control, Leg leg) implements Pending {}

        /** Ports or channels for one more track of this presentation. */
        record Open(Presentation of, Presentation.Track track) implements Pending {}

        /** The first packets; the presentation is as it will be then. */
        record Play(Presentation after) implements Pending {}

        /** The relay's readiness to take packets. */
        record Recording(Presentation of) implements Pending {}
    }

    /** What the session is about, or null before there is a session and after its end. */
    static @Nullable Presentation presentation(State state) {
        return switch (state) {
            case Init _, Closed _ -> null;
            case Asking asking -> presentation(asking.before);
            case Announced announced -> announced.of;
            case Ready ready -> ready.of;
            case Playing playing -> playing.of;
            case Recording recording -> recording.of;
        };
    }
}
