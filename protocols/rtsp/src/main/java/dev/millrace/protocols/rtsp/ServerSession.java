package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.rtsp.Effect.Reason;
import dev.millrace.protocols.rtsp.Presentation.Track;
import dev.millrace.protocols.rtsp.State.Pending;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A server's session, RFC 2326 section A.2. No clock, no socket, no thread; owned by whoever holds its {@link State}.
 *
 * <p>Each connection begins with one machine in {@link State#BEGIN}, for requests without a Session header. When that one is
 * told to {@link Effect.Register}, it has become the session of its id, and the connection takes a new one.
 *
 * @param id of the session, at least 128 random bits; told to the client when the session begins
 * @param owner who made the session
 * @param terms what this server offers
 */
public record ServerSession(String id, Caller owner, Terms terms) {
    /** Beginning of the control attributes that this server writes into descriptions; the track's index follows. */
    public static final String TRACK = "trackID=";

    /**
     * What a server offers.
     *
     * @param timeout after which a session without a sign of life ends; told in Session
     * @param udp whether packets may go over UDP
     * @param tcp whether packets may be interleaved
     * @param server text of the Server header
     */
    public record Terms(Duration timeout, boolean udp, boolean tcp, String server) {}

    private record On(State state, Event event) {}

    /** The next state and what to do; never throws for anything that a peer sends. */
    public Step<State, Effect> on(State now, Event event) {
        return switch (new On(now, event)) {
            case On(State state, Event.Arrived asked) -> arrived(state, asked);
            case On(State.Closed closed, Event.Granted _) -> release(closed, Reason.CONNECTION_LOST);
            case On(State.Closed closed, Event.Opened _) -> release(closed, Reason.CONNECTION_LOST);
            case On(State.Closed closed, Event.Started _) -> release(closed, Reason.CONNECTION_LOST);
            case On(State.Closed closed, Event _) -> Step.to(closed);

            case On(State.Asking asking, Event.Described answer) -> described(asking, answer);
            case On(State.Asking asking, Event.Moved answer) -> moved(asking, answer);
            case On(State.Asking asking, Event.Found answer) -> found(asking, answer);
            case On(State.Asking asking, Event.Granted answer) -> granted(asking, answer);
            case On(State.Asking asking, Event.Opened answer) -> opened(asking, answer);
            case On(State.Asking asking, Event.Started answer) -> started(asking, answer);
            case On(State.Asking asking, Event.RecordingStarted _) -> recording(asking);
            case On(State.Asking asking, Event.Refused answer) -> refused(asking, answer);
            case On(State.Asking asking, Event.Drain _) -> Step.to(draining(asking, true));
            case On(State.Asking asking, Event.Resume _) -> Step.to(draining(asking, false));
            case On(State.Asking asking, Event.Fired _) -> Step.to(asking, new Effect.ArmTimer(terms.timeout));

            case On(State.Init init, Event.Drain _) -> Step.to(new State.Init(init.described(), true));
            case On(State.Init init, Event.Resume _) -> Step.to(new State.Init(init.described(), false));
            case On(State.Announced state, Event.Fired fired) -> fired(state, fired);
            case On(State.Ready state, Event.Fired fired) -> fired(state, fired);
            case On(State.Playing state, Event.Fired fired) -> fired(state, fired);
            case On(State.Recording state, Event.Fired fired) -> fired(state, fired);
            case On(State state, Event.Heard _) -> new Step<>(state, alive(state));

            case On(State state, Event.ConnectionLost _) -> connectionLost(state);
            case On(State state, Event.SourceGone _) -> end(state, Reason.SOURCE_GONE);
            case On(State state, Event.Superseded _) -> end(state, Reason.SUPERSEDED);
            case On(State state, Event.Shut _) -> end(state, Reason.SHUT);

            // Late answers to a question that is no longer open, and a drain that running sessions outlive.
            case On(State.Init state, Event _) -> Step.to(state);
            case On(State.Announced state, Event _) -> Step.to(state);
            case On(State.Ready state, Event _) -> Step.to(state);
            case On(State.Playing state, Event _) -> Step.to(state);
            case On(State.Recording state, Event _) -> Step.to(state);
        };
    }

    /** Whether the session belongs to this caller: its own connection, or over UDP the same address and credentials. */
    public boolean answersTo(Caller caller, State state) {
        if (caller.connection() == owner.connection()) {
            return true;
        }
        Presentation of = State.presentation(state);
        return of != null
                && !of.boundToConnection()
                && caller.address().equals(owner.address())
                && caller.credentials().equals(owner.credentials());
    }

    /** What a connection is told whose bytes cannot be read; it is closed afterwards. */
    public static Response broken() {
        return Response.of(Status.BAD_REQUEST);
    }

    private Step<State, Effect> arrived(State state, Event.Arrived asked) {
        Requests requests = new Requests(this, state, asked);
        try {
            Step<State, Effect> step = requests.answer();
            boolean ours = !(state instanceof State.Asking) && answersTo(asked.caller(), state);
            List<Effect> effects = new ArrayList<>(ours ? alive(step.next()) : List.of());
            effects.addAll(step.effects());
            return new Step<>(step.next(), effects);
        } catch (Malformed malformed) {
            return requests.reply(Status.BAD_REQUEST);
        }
    }

    /** The timer after a sign of life. A session that is bound to its connection needs none once its tracks are set up. */
    List<Effect> alive(State state) {
        Presentation of = State.presentation(state);
        if (of == null || state instanceof State.Asking) {
            return List.of();
        }
        return List.of(of.interleaved() ? new Effect.DisarmTimer() : new Effect.ArmTimer(terms.timeout));
    }

    /** RTCP of a peer counts, and RTP of a publisher: ffmpeg sends nothing else while it publishes. */
    private Step<State, Effect> fired(State state, Event.Fired fired) {
        Presentation of = State.presentation(state);
        if (of == null || of.interleaved()) {
            return Step.to(state);
        }
        boolean records = of.mode() == Transport.Mode.RECORD;
        Duration quiet =
                records && fired.sinceRtp().compareTo(fired.sinceRtcp()) < 0 ? fired.sinceRtp() : fired.sinceRtcp();
        if (quiet.compareTo(terms.timeout) < 0) {
            return Step.to(state, new Effect.ArmTimer(terms.timeout.minus(quiet)));
        }
        return end(state, Reason.TIMED_OUT);
    }

    private static Step<State, Effect> release(State state, Reason reason) {
        return Step.to(state, new Effect.Release(reason));
    }

    private Step<State, Effect> connectionLost(State state) {
        Presentation of = State.presentation(state);
        boolean stays = of != null && !of.boundToConnection() && !(state instanceof State.Asking);
        return stays ? Step.to(state) : release(new State.Closed(), Reason.CONNECTION_LOST);
    }

    private Step<State, Effect> end(State state, Reason reason) {
        List<Effect> effects = new ArrayList<>();
        if (state instanceof State.Asking asking) {
            effects.addAll(new Requests(this, asking.before(), asking.asked())
                    .reply(Status.SERVICE_UNAVAILABLE)
                    .effects());
        }
        effects.add(new Effect.DisarmTimer());
        effects.add(new Effect.Release(reason));
        effects.add(new Effect.Disconnect());
        return new Step<>(new State.Closed(), effects);
    }

    private static State draining(State.Asking asking, boolean draining) {
        return asking.before() instanceof State.Init init
                ? new State.Asking(new State.Init(init.described(), draining), asking.asked(), asking.pending())
                : asking;
    }

    private Step<State, Effect> described(State.Asking asking, Event.Described answer) {
        if (!(asking.pending() instanceof Pending.Describe(RtspUrl url))) {
            return Step.to(asking);
        }
        Requests requests = new Requests(this, asking.before(), asking.asked());
        boolean draining = asking.before() instanceof State.Init init && init.draining();
        if (draining) {
            return requests.reply(Status.SERVICE_UNAVAILABLE);
        }
        Response response =
                requests.response(Status.OK).with(Keys.CONTENT_BASE, url.base()).with(Requests.SDP, answer.sdp());
        return requests.reply(new State.Init(url.target().stream(), false), response);
    }

    private Step<State, Effect> moved(State.Asking asking, Event.Moved answer) {
        Requests requests = new Requests(this, asking.before(), asking.asked());
        Response response = requests.response(Status.MOVED_TEMPORARILY)
                .with(Keys.LOCATION, answer.location().encode());
        return switch (asking.pending()) {
            case Pending.Describe _, Pending.Find _ -> requests.reply(asking.before(), response);
            case Pending.Claim _, Pending.Open _, Pending.Play _, Pending.Recording _ -> Step.to(asking);
        };
    }

    private Step<State, Effect> found(State.Asking asking, Event.Found answer) {
        if (!(asking.pending() instanceof Pending.Find(String path, String control, Leg leg))) {
            return Step.to(asking);
        }
        Requests requests = new Requests(this, asking.before(), asking.asked());
        if (asking.before() instanceof State.Init init && init.draining()) {
            return requests.reply(Status.SERVICE_UNAVAILABLE);
        }
        Presentation of = Presentation.of(Transport.Mode.PLAY, path, answer.controls());
        return requests.open(of, control, leg, new State.Init(path, false));
    }

    private Step<State, Effect> granted(State.Asking asking, Event.Granted answer) {
        if (!(asking.pending() instanceof Pending.Claim(String path))) {
            return Step.to(asking);
        }
        State next = new State.Announced(Presentation.of(Transport.Mode.RECORD, path, answer.controls()));
        Requests requests = new Requests(this, next, asking.asked());
        List<Effect> effects = new ArrayList<>(List.of(new Effect.Register()));
        effects.addAll(alive(next));
        effects.addAll(requests.reply(Status.OK).effects());
        return new Step<>(next, effects);
    }

    private Step<State, Effect> opened(State.Asking asking, Event.Opened answer) {
        if (!(asking.pending() instanceof Pending.Open(Presentation of, Track track))) {
            return Step.to(asking);
        }
        State next = new State.Ready(of.with(track));
        List<Effect> effects = new ArrayList<>();
        if (asking.before() instanceof State.Init) {
            effects.add(new Effect.Register());
        }
        effects.addAll(alive(next));
        Transport transport = (switch (track.leg()) {
                    case Leg.Interleaved(int rtp, int rtcp) ->
                        Transport.overTcp(new Transport.Pair(rtp, rtcp), of.mode());
                    case Leg.Udp(int rtp, int rtcp) -> Transport.overUdp(new Transport.Pair(rtp, rtcp), of.mode());
                })
                .withServer(answer.serverPorts(), answer.ssrc(), answer.source());
        Requests requests = new Requests(this, next, asking.asked());
        Response response = requests.response(Status.OK).with(Transport.KEY, List.of(transport));
        effects.addAll(requests.reply(next, response).effects());
        return new Step<>(next, effects);
    }

    private Step<State, Effect> started(State.Asking asking, Event.Started answer) {
        if (!(asking.pending() instanceof Pending.Play(Presentation after))) {
            return Step.to(asking);
        }
        Set<Integer> before = playing(asking.before());
        List<RtpInfo.Entry> entries = new ArrayList<>();
        for (Track track : after.tracks()) {
            for (Event.Start start : answer.starts()) {
                if (start.track() == track.index() && track.playing() && !before.contains(track.index())) {
                    entries.add(new RtpInfo.Entry(track.url(), start.sequence(), start.rtpTime()));
                }
            }
        }
        State next = new State.Playing(after);
        Requests requests = new Requests(this, next, asking.asked());
        Response response = requests.response(Status.OK).with(Range.KEY, Range.Npt.NOW);
        return requests.reply(next, entries.isEmpty() ? response : response.with(RtpInfo.KEY, new RtpInfo(entries)));
    }

    private static Set<Integer> playing(State state) {
        Presentation of = State.presentation(state);
        return of == null ? Set.of() : of.playing();
    }

    private Step<State, Effect> recording(State.Asking asking) {
        if (!(asking.pending() instanceof Pending.Recording(Presentation of))) {
            return Step.to(asking);
        }
        State next = new State.Recording(of);
        return new Requests(this, next, asking.asked()).reply(Status.OK);
    }

    /** Back to where the request found the session; a stream that was found for SETUP stays the connection's. */
    private Step<State, Effect> refused(State.Asking asking, Event.Refused answer) {
        return new Requests(this, asking.before(), asking.asked()).reply(answer.status());
    }
}
