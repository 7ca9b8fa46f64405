package dev.millrace.protocols.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A session's life told step by step: what comes in, which effects come out. */
final class Story {
    static final Caller OWNER = new Caller(1, "127.0.0.1", "");
    static final Duration TIMEOUT = Duration.ofSeconds(60);
    static final String ID = "00112233445566778899aabbccddeeff";

    private final ServerSession session =
            new ServerSession(ID, OWNER, new ServerSession.Terms(TIMEOUT, true, true, "Millrace"));
    private final List<Effect> effects = new ArrayList<>();
    private State state = State.BEGIN;
    private long cseq;

    Story event(Event event) {
        Step<State, Effect> step = session.on(state, event);
        state = step.next();
        effects.clear();
        effects.addAll(step.effects());
        return this;
    }

    Story says(Request request) {
        return says(request, OWNER);
    }

    Story says(Request request, Caller caller) {
        return event(new Event.Arrived(request, caller, Set.of(), false));
    }

    Story says(Method method, String uri) {
        return says(request(method, uri));
    }

    <T> Story says(Method method, String uri, HeaderKey<T> key, T value) {
        return says(request(method, uri).with(key, value));
    }

    Request request(Method method, String uri) {
        cseq++;
        return Request.of(method, uri, cseq);
    }

    /** The effects so far are exactly these, replies and timers aside. */
    Story does(Effect... wanted) {
        List<Effect> acts = effects.stream()
                .filter(effect -> !(effect instanceof Effect.Reply)
                        && !(effect instanceof Effect.ArmTimer)
                        && !(effect instanceof Effect.DisarmTimer))
                .toList();
        assertThat(acts).containsExactly(wanted);
        return this;
    }

    Story hears(Status status) {
        assertThat(reply().status()).isEqualTo(status);
        return this;
    }

    Story hearsNothing() {
        assertThat(effects).noneMatch(effect -> effect instanceof Effect.Reply);
        return this;
    }

    <T> Story hears(HeaderKey<T> key, String value) {
        assertThat(reply().headers().lines())
                .filteredOn(line -> key.matches(line.name()))
                .extracting("value")
                .containsExactly(value);
        return this;
    }

    Response reply() {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.Reply)
                .map(effect -> ((Effect.Reply) effect).response())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no reply in " + effects));
    }

    Story is(Class<? extends State> wanted) {
        assertThat(state).isInstanceOf(wanted);
        return this;
    }

    Story arms(Duration after) {
        assertThat(effects).contains(new Effect.ArmTimer(after));
        return this;
    }

    Story armsNothing() {
        assertThat(effects).noneMatch(effect -> effect instanceof Effect.ArmTimer);
        return this;
    }

    State state() {
        return state;
    }

    ServerSession session() {
        return session;
    }

    /** ffmpeg has announced two tracks and set them up over TCP. */
    static Story publishing(Leg first, Leg second) {
        Story story = new Story();
        story.says(story.request(Method.ANNOUNCE, "rtsp://h/mine").with("application/sdp", Samples.bytes(Samples.SDP)))
                .event(new Event.Granted(List.of("streamid=0", "streamid=1")));
        return story.setup("rtsp://h/mine/streamid=0", first, Transport.Mode.RECORD)
                .setup("rtsp://h/mine/streamid=1", second, Transport.Mode.RECORD)
                .is(State.Ready.class);
    }

    /** A reader has set up two tracks. */
    static Story reading(Leg first, Leg second) {
        Story story = new Story()
                .says(Request.of(Method.SETUP, "rtsp://h/demo/trackID=0", 1)
                        .with(Transport.KEY, List.of(transport(first, Transport.Mode.PLAY))))
                .event(new Event.Found(List.of("trackID=0", "trackID=1")))
                .event(new Event.Opened(null, -1, ""));
        return story.setup("rtsp://h/demo/trackID=1", second, Transport.Mode.PLAY)
                .is(State.Ready.class);
    }

    private Story setup(String url, Leg leg, Transport.Mode mode) {
        return says(Method.SETUP, url, Transport.KEY, List.of(transport(leg, mode)))
                .event(new Event.Opened(null, -1, ""));
    }

    static Transport transport(Leg leg, Transport.Mode mode) {
        return switch (leg) {
            case Leg.Interleaved(int rtp, int rtcp) -> Transport.overTcp(new Transport.Pair(rtp, rtcp), mode);
            case Leg.Udp(int rtp, int rtcp) -> Transport.overUdp(new Transport.Pair(rtp, rtcp), mode);
        };
    }
}
