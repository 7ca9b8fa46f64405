package dev.millrace.edges.rtsp;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.lanes.Publication;
import dev.millrace.platform.lanes.Refused;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.rtsp.Caller;
import dev.millrace.protocols.rtsp.Effect;
import dev.millrace.protocols.rtsp.Event;
import dev.millrace.protocols.rtsp.Leg;
import dev.millrace.protocols.rtsp.Response;
import dev.millrace.protocols.rtsp.RtspUrl;
import dev.millrace.protocols.rtsp.ServerSession;
import dev.millrace.protocols.rtsp.Sessions;
import dev.millrace.protocols.rtsp.State;
import dev.millrace.protocols.rtsp.Status;
import dev.millrace.protocols.rtsp.Transport;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Step;
import io.vertx.core.shareddata.Shareable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell of one {@link ServerSession}: performs its effects and brings it events. Owned by the loop of the connection it
 * was made on; only {@link #loop()} may be asked by others.
 */
final class EdgeSession implements Shareable {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeSession.class);
    /** How long the house may take for an answer; the bus has shorter limits of its own. */
    private static final Duration ANSWER_WAIT = Duration.ofSeconds(10);

    private final EdgeLoop room;
    private final Connection connection;
    private ServerSession machine;
    private final String publicId;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final Map<Long, Consumer<Response>> replies = new HashMap<>();
    private State state = State.BEGIN;
    private boolean running;
    private boolean registered;
    private int question;
    private long lastRtp;
    private long lastRtcp;
    private @Nullable Timer timer;
    private @Nullable Timer guard;
    private @Nullable ReaderMedia reader;
    private @Nullable PublisherMedia publisher;

    private EdgeSession(EdgeLoop room, Connection connection, ServerSession machine, String publicId) {
        this.room = room;
        this.connection = connection;
        this.machine = machine;
        this.publicId = publicId;
        this.lastRtp = room.edge().node().clock().nanos();
        this.lastRtcp = lastRtp;
    }

    /** A machine without a session yet. */
    static EdgeSession fresh(EdgeLoop room, Connection connection) {
        Caller owner = new Caller(connection.id(), connection.peer().getHostAddress(), "");
        var ids = room.edge().node().ids();
        EdgeSession session = new EdgeSession(
                room,
                connection,
                new ServerSession(ids.session(), owner, room.edge().terms()),
                ids.publicId());
        if (room.intake() == EdgeLoop.Intake.NONE) {
            session.on(new Event.Drain());
        }
        return session;
    }

    String id() {
        return machine.id();
    }

    Loop loop() {
        return room.loop();
    }

    EdgeLoop room() {
        return room;
    }

    Connection connection() {
        return connection;
    }

    Sessions.Entry entry() {
        return new Sessions.Entry(machine, state);
    }

    /** A request; {@code reply} gets its one answer. */
    void take(Event.Arrived asked, Consumer<Response> reply) {
        if (!registered && asked.caller().connection() == connection.id()) {
            // Until the session is known by its id, its owner is who asks now, with the credentials of this request.
            machine = new ServerSession(machine.id(), asked.caller(), machine.terms());
        }
        replies.put(asked.caller().connection(), reply);
        on(asked);
    }

    /** Brings an event to the machine and performs what it wants; events that come of that wait for their turn. */
    void on(Event event) {
        events.add(event);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Event next = events.poll(); next != null; next = events.poll()) {
                Step<State, Effect> step = machine.on(state, next);
                state = step.next();
                step.effects().forEach(this::perform);
            }
            watchAnswer();
        } catch (RuntimeException bug) {
            fail(bug);
        } finally {
            running = false;
        }
    }

    /** A bug costs this session and nothing else. */
    private void fail(RuntimeException bug) {
        LOG.error("event=bug door=rtsp session={}", publicId, bug);
        room.edge().counters().bug();
        events.clear();
        state = new State.Closed();
        release(Effect.Reason.SHUT);
        connection.close();
    }

    /** A question that stays without an answer is refused in the end. */
    private void watchAnswer() {
        boolean asking = state instanceof State.Asking;
        if (asking && guard == null) {
            guard = loop().after(ANSWER_WAIT, () -> {
                guard = null;
                question++;
                if (reader != null) {
                    reader.stop();
                }
                on(new Event.Refused(Status.SERVICE_UNAVAILABLE));
            });
        } else if (!asking && guard != null) {
            guard.cancel();
            guard = null;
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Reply(long to, Response response) -> reply(to, response);
            case Effect.Describe(String path, RtspUrl url, boolean mayMove) ->
                find(path, url, mayMove, found -> new Event.Described(found.description()));
            case Effect.Find(String path, RtspUrl url, boolean mayMove) -> findTracks(path, url, mayMove);
            case Effect.Publish(String path, byte[] sdp, boolean override) -> publish(path, sdp, override);
            case Effect.Register _ -> register();
            case Effect.Open(int track, Leg leg, Transport.Mode mode) -> open(track, leg, mode);
            case Effect.CloseTrack(int track) -> closeTrack(track);
            case Effect.StartPlaying(var tracks) -> play(tracks);
            case Effect.Pause(var tracks) -> reading().pause(tracks);
            case Effect.StartRecording _ -> {
                publishing().record(true);
                on(new Event.RecordingStarted());
            }
            case Effect.StopRecording _ -> publishing().record(false);
            case Effect.ArmTimer(Duration after) -> arm(after);
            case Effect.DisarmTimer _ -> disarm();
            case Effect.Release(Effect.Reason reason) -> release(reason);
            case Effect.Disconnect _ -> connection.closeAfterWrites();
        }
    }

    /** In a turn of its own: the first packet must find the answer to PLAY already written. */
    private void play(Set<Integer> tracks) {
        loop().execute(() -> {
            if (!(state instanceof State.Closed)) {
                reading().play(tracks);
            }
        });
    }

    private ReaderMedia reading() {
        if (reader == null) {
            throw new IllegalStateException("no reader in " + state.getClass().getSimpleName());
        }
        return reader;
    }

    private PublisherMedia publishing() {
        if (publisher == null) {
            throw new IllegalStateException(
                    "no publisher in " + state.getClass().getSimpleName());
        }
        return publisher;
    }

    private void reply(long to, Response response) {
        Consumer<Response> reply = replies.remove(to);
        if (reply != null) {
            reply.accept(response);
        }
    }

    private void findTracks(String path, RtspUrl url, boolean mayMove) {
        ReaderMedia known = reader;
        if (known != null && known.path().text().equals(path)) {
            on(new Event.Found(known.controls()));
        } else {
            find(path, url, mayMove, found -> new Event.Found(found.controls()));
        }
    }

    private void find(String path, RtspUrl url, boolean mayMove, Function<ReaderMedia, Event> answer) {
        StreamPath stream;
        try {
            stream = StreamPath.parse(path);
        } catch (Malformed malformed) {
            refuse(malformed);
            return;
        }
        question++;
        int asked = question;
        room.edge()
                .subscriptions()
                .find(stream)
                .onComplete(done -> loop().run(() -> {
                    if (asked != question || state instanceof State.Closed) {
                        return;
                    }
                    if (done.failed()) {
                        on(new Event.Refused(Status.SERVICE_UNAVAILABLE));
                    } else {
                        on(found(done.result(), url, mayMove, answer));
                    }
                }));
    }

    private Event found(Optional<Claim> claim, RtspUrl url, boolean mayMove, Function<ReaderMedia, Event> answer) {
        if (claim.isEmpty()) {
            return new Event.Refused(Status.NOT_FOUND);
        }
        Optional<RtspUrl> elsewhere = mayMove
                ? room.edge().redirects().elsewhere(url, claim.get(), room.intake() != EdgeLoop.Intake.ALL)
                : Optional.empty();
        if (elsewhere.isPresent()) {
            return new Event.Moved(elsewhere.get());
        }
        if (reader != null) {
            reader.close(false);
        }
        try {
            ReaderMedia found =
                    new ReaderMedia(this, room.edge().subscriptions().open(claim.get(), loop()));
            reader = found;
            return answer.apply(found);
        } catch (Malformed malformed) {
            // A claim made by a node that reads descriptions otherwise than this one.
            reader = null;
            return new Event.Refused(Status.SERVICE_UNAVAILABLE);
        }
    }

    private void refuse(Malformed malformed) {
        room.edge().counters().malformed(malformed.rule());
        on(new Event.Refused(Status.BAD_REQUEST));
    }

    private void publish(String path, byte[] sdp, boolean asksOverride) {
        StreamPath stream;
        try {
            stream = StreamPath.parse(path);
        } catch (Malformed malformed) {
            refuse(malformed);
            return;
        }
        boolean override = switch (room.edge().config().override()) {
            case NEVER -> false;
            case ASKED -> asksOverride;
            case ALWAYS -> true;
        };
        if (room.full()) {
            on(new Event.Refused(Status.NOT_ENOUGH_BANDWIDTH));
            return;
        }
        question++;
        int asked = question;
        room.edge()
                .publications()
                .open(stream, sdp, override, loop(), why -> superseded(asked))
                .onComplete(done -> loop().run(() -> {
                    boolean late = asked != question || state instanceof State.Closed;
                    if (late) {
                        if (done.succeeded()) {
                            done.result().abandon();
                        }
                    } else if (done.failed()) {
                        on(new Event.Refused(status(done.cause())));
                    } else {
                        granted(done.result());
                    }
                }));
    }

    private void superseded(int asked) {
        if (asked == question || publisher != null) {
            on(new Event.Superseded());
        }
    }

    private void granted(Publication publication) {
        publisher = new PublisherMedia(this, publication);
        LOG.info(
                "event=publish stream={} session={} path={}",
                publication.publicId(),
                publicId,
                publication.path().text());
        on(new Event.Granted(ReaderDescription.controls(publication.tracks())));
    }

    private static Status status(Throwable cause) {
        return cause instanceof Refused refused
                ? switch (refused.why()) {
                    case BUSY -> Status.FORBIDDEN;
                    case NOT_FOUND -> Status.NOT_FOUND;
                    case BAD_DESCRIPTION -> Status.BAD_REQUEST;
                    case NO_RELAY, UNREACHABLE -> Status.SERVICE_UNAVAILABLE;
                }
                : Status.SERVICE_UNAVAILABLE;
    }

    private void register() {
        registered = true;
        connection.register(this);
        room.add(this);
        room.edge().known().put(id(), this);
        room.edge().counters().begun(publisher != null ? "record" : "play");
    }

    private void open(int track, Leg leg, Transport.Mode mode) {
        if (!registered && room.full()) {
            on(new Event.Refused(Status.NOT_ENOUGH_BANDWIDTH));
            return;
        }
        question++;
        int asked = question;
        BooleanSupplier wanted = () -> asked == question && !(state instanceof State.Closed);
        if (mode == Transport.Mode.PLAY) {
            reading().open(track, leg, wanted, this::on);
        } else {
            publishing().open(track, leg, wanted, this::on);
        }
    }

    private void closeTrack(int track) {
        if (reader != null) {
            reader.closeTrack(track);
        }
        if (publisher != null) {
            publisher.closeTrack(track);
        }
    }

    private void arm(Duration after) {
        disarm();
        timer = loop().after(after, () -> {
            timer = null;
            long now = room.edge().node().clock().nanos();
            on(new Event.Fired(Duration.ofNanos(now - lastRtcp), Duration.ofNanos(now - lastRtp)));
        });
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void release(Effect.Reason reason) {
        question++;
        disarm();
        if (reader != null) {
            reader.close(reason != Effect.Reason.TEARDOWN);
            reader = null;
        }
        if (publisher != null) {
            publisher.close(reason == Effect.Reason.TEARDOWN);
            publisher = null;
        }
        if (registered) {
            registered = false;
            room.remove(this);
            room.edge().known().remove(id());
            connection.unregister(this);
            room.edge().counters().ended(reason.name());
            LOG.info("event=session-end session={} reason={}", publicId, reason);
        }
    }

    /** The connection's channel takes bytes again. */
    void writable() {
        if (reader != null) {
            reader.writable();
        }
    }

    /** An RTP packet of a publisher came; the view is borrowed. */
    void rtp(int track, ByteBuffer view, int offset, int length, long now) {
        lastRtp = now;
        if (publisher != null) {
            publisher.rtp(track, view, offset, length, now);
        }
    }

    /** RTCP of the peer came; the view is borrowed. */
    void rtcp(int track, ByteBuffer view, int offset, int length, long now) {
        lastRtcp = now;
        if (publisher != null) {
            publisher.rtcp(track, view, offset, length, now);
        } else if (reader != null) {
            reader.rtcp(view, offset, length);
        }
    }

    void heardRtp(long now) {
        lastRtp = now;
    }

    void heardRtcp(long now) {
        lastRtcp = now;
    }
}
