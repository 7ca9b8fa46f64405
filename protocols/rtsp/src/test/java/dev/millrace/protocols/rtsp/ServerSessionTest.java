package dev.millrace.protocols.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 2326 section A.2 told as dialogues. */
final class ServerSessionTest {
    private static final Leg TCP_0 = new Leg.Interleaved(0, 1);
    private static final Leg TCP_1 = new Leg.Interleaved(2, 3);
    private static final Leg UDP_0 = new Leg.Udp(40_000, 40_001);
    private static final Leg UDP_1 = new Leg.Udp(40_002, 40_003);
    private static final String DEMO = "rtsp://h/demo";

    @Test
    void ffmpegPublishesOverTcp() {
        Story story = new Story();
        byte[] sdp = Samples.bytes(Samples.SDP);
        story.says(Method.OPTIONS, "rtsp://h/mine").hears(Status.OK);
        story.says(story.request(Method.ANNOUNCE, "rtsp://h/mine").with("application/sdp", sdp))
                .does(new Effect.Publish("mine", sdp, false))
                .hearsNothing()
                .event(new Event.Granted(List.of("streamid=0", "streamid=1")))
                .does(new Effect.Register())
                .arms(Story.TIMEOUT)
                .hears(Status.OK)
                .hears(SessionHeader.KEY, Story.ID + ";timeout=60")
                .is(State.Announced.class);
        Transport receive = Transport.parse("RTP/AVP/TCP;unicast;interleaved=0-1;mode=receive");
        story.says(Method.SETUP, "rtsp://h/mine/streamid=0", Transport.KEY, List.of(receive))
                .does(new Effect.Open(0, TCP_0, Transport.Mode.RECORD))
                .event(new Event.Opened(null, -1, ""))
                .hears(Transport.KEY, "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record")
                .armsNothing()
                .is(State.Ready.class);
        story.says(Method.RECORD, "rtsp://h/mine")
                .does(new Effect.StartRecording())
                .event(new Event.RecordingStarted())
                .hears(Status.OK)
                .is(State.Recording.class);
        story.event(new Event.Superseded())
                .does(new Effect.Release(Effect.Reason.SUPERSEDED), new Effect.Disconnect())
                .is(State.Closed.class);
    }

    @Test
    void vlcReadsOverUdp() {
        Story story = new Story()
                .says(Method.DESCRIBE, DEMO, Keys.USER_AGENT, "LibVLC/3.0.18 (LIVE555 Streaming Media v2016.11.28)")
                .does(new Effect.Describe("demo", RtspUrl.parse(DEMO), true))
                .event(new Event.Described(Samples.bytes(Samples.SDP)))
                .hears(Keys.CONTENT_BASE, "rtsp://h/demo/")
                .hears(Keys.CONTENT_TYPE, "application/sdp");
        assertThat(story.reply().body()).isEqualTo(Samples.bytes(Samples.SDP));
        Transport.Pair server = new Transport.Pair(20_000, 20_001);
        story.says(
                        Method.SETUP,
                        "rtsp://h/demo/trackID=0",
                        Transport.KEY,
                        List.of(Story.transport(UDP_0, Transport.Mode.PLAY)))
                .does(new Effect.Find("demo", RtspUrl.parse("rtsp://h/demo/trackID=0"), false))
                .event(new Event.Found(List.of("trackID=0", "trackID=1")))
                .does(new Effect.Open(0, UDP_0, Transport.Mode.PLAY))
                .event(new Event.Opened(server, 0xBEEF, ""))
                .does(new Effect.Register())
                .arms(Story.TIMEOUT)
                .hears(Transport.KEY, "RTP/AVP;unicast;client_port=40000-40001;server_port=20000-20001;ssrc=0000BEEF");
        story.says(Method.PLAY, "rtsp://h/demo/", Range.KEY, Range.parse("npt=0.000-"))
                .does(new Effect.StartPlaying(Set.of(0)))
                .event(new Event.Started(List.of(new Event.Start(0, 7, 90_000))))
                .hears(RtpInfo.KEY, "url=rtsp://h/demo/trackID=0;seq=7;rtptime=90000")
                .hears(Range.KEY, "npt=now-")
                .is(State.Playing.class);
        story.says(Method.GET_PARAMETER, "rtsp://h/demo/").hears(Status.OK).arms(Story.TIMEOUT);
        story.says(Method.TEARDOWN, "rtsp://h/demo/")
                .hears(Status.OK)
                .does(new Effect.Release(Effect.Reason.TEARDOWN))
                .is(State.Closed.class);
    }

    @Test
    void rtspsrcOffersThreeTransportsAndTakesTheFirst() {
        List<Transport> three = Transport.parseAll(
                "RTP/AVP;multicast,RTP/SAVP;unicast;client_port=4-5,RTP/AVP;unicast;client_port=40000-40001,RTP/AVP/TCP");
        new Story()
                .says(Method.SETUP, "rtsp://h/demo/trackID=0", Transport.KEY, three)
                .event(new Event.Found(List.of("trackID=0", "trackID=1")))
                .does(new Effect.Open(0, UDP_0, Transport.Mode.PLAY));
    }

    @Test
    void pauseAndPlayOfAllAndOfOne() {
        Story story = Story.reading(TCP_0, TCP_1);
        story.says(Method.PLAY, DEMO)
                .does(new Effect.StartPlaying(Set.of(0, 1)))
                .event(new Event.Started(List.of(new Event.Start(0, 1, 2), new Event.Start(1, 3, 4))))
                .hears(
                        RtpInfo.KEY,
                        "url=rtsp://h/demo/trackID=0;seq=1;rtptime=2,url=rtsp://h/demo/trackID=1;seq=3;rtptime=4");
        story.says(Method.PLAY, DEMO).does().hears(Status.OK);
        story.says(Method.PAUSE, "rtsp://h/demo/trackID=1")
                .does(new Effect.Pause(Set.of(0)))
                .hears(Status.OK)
                .is(State.Playing.class);
        story.says(Method.PAUSE, DEMO).does(new Effect.Pause(Set.of())).is(State.Ready.class);
        story.says(Method.PLAY, "rtsp://h/demo/trackID=1")
                .does(new Effect.StartPlaying(Set.of(1)))
                .event(new Event.Started(List.of(new Event.Start(1, 30, 40))))
                .hears(RtpInfo.KEY, "url=rtsp://h/demo/trackID=1;seq=30;rtptime=40")
                .is(State.Playing.class);
        story.says(Method.TEARDOWN, "rtsp://h/demo/trackID=1")
                .does(new Effect.Pause(Set.of()), new Effect.CloseTrack(1))
                .is(State.Ready.class);
        story.says(Method.TEARDOWN, DEMO).is(State.Closed.class);
    }

    @Test
    void descriptionIsMovedForThoseWhoFollow() {
        RtspUrl there = RtspUrl.parse("rtsp://b:8554/demo?millrace-token=t");
        new Story()
                .says(Method.DESCRIBE, DEMO, Keys.USER_AGENT, "Lavf59")
                .event(new Event.Moved(there))
                .hears(Status.MOVED_TEMPORARILY)
                .hears(Keys.LOCATION, "rtsp://b:8554/demo?millrace-token=t")
                .is(State.Init.class);
        Request again = Request.of(Method.DESCRIBE, there.encode(), 1).with(Keys.USER_AGENT, "Lavf59");
        new Story()
                .event(new Event.Arrived(again, Story.OWNER, Set.of(), true))
                .does(new Effect.Describe("demo", there, false));
        new Story()
                .says(Method.DESCRIBE, DEMO, Keys.USER_AGENT, "AndroidXMedia3")
                .does(new Effect.Describe("demo", RtspUrl.parse(DEMO), false));
    }

    @Test
    void drainRefusesNewSessionsAndLetsOldOnesGoOn() {
        Story fresh = new Story().event(new Event.Drain());
        fresh.says(Method.DESCRIBE, DEMO).hears(Status.SERVICE_UNAVAILABLE);
        fresh.says(fresh.request(Method.ANNOUNCE, DEMO).with("application/sdp", Samples.bytes(Samples.SDP)))
                .hears(Status.SERVICE_UNAVAILABLE);
        fresh.says(Method.SETUP, DEMO, Transport.KEY, List.of(Story.transport(UDP_0, Transport.Mode.PLAY)))
                .hears(Status.SERVICE_UNAVAILABLE);
        fresh.event(new Event.Resume()).says(Method.DESCRIBE, DEMO).is(State.Asking.class);
        Story old = Story.reading(UDP_0, UDP_1).event(new Event.Drain());
        old.says(Method.PLAY, DEMO).is(State.Asking.class);
        old.event(new Event.Shut())
                .hears(Status.SERVICE_UNAVAILABLE)
                .does(new Effect.Release(Effect.Reason.SHUT), new Effect.Disconnect());
    }

    @Test
    void aliveByRequestsByRtcpAndByAPublishersRtp() {
        Story reader = Story.reading(UDP_0, UDP_1);
        reader.event(new Event.Fired(Duration.ofSeconds(20), Duration.ofSeconds(1)))
                .arms(Duration.ofSeconds(40))
                .is(State.Ready.class);
        reader.event(new Event.Heard()).arms(Story.TIMEOUT);
        reader.event(new Event.Fired(Duration.ofSeconds(60), Duration.ofSeconds(1)))
                .does(new Effect.Release(Effect.Reason.TIMED_OUT), new Effect.Disconnect());
        Story publisher = Story.publishing(UDP_0, UDP_1);
        publisher
                .event(new Event.Fired(Duration.ofSeconds(90), Duration.ofSeconds(10)))
                .arms(Duration.ofSeconds(50));
        publisher
                .event(new Event.Fired(Duration.ofSeconds(90), Duration.ofSeconds(90)))
                .is(State.Closed.class);
    }

    @Test
    void interleavedLivesAndDiesWithItsConnectionUdpDoesNot() {
        Story.reading(TCP_0, TCP_1)
                .event(new Event.ConnectionLost())
                .does(new Effect.Release(Effect.Reason.CONNECTION_LOST));
        Story.reading(UDP_0, UDP_1).event(new Event.ConnectionLost()).does().is(State.Ready.class);
    }

    @Test
    void lateAnswersToAClosedSessionAreGivenBack() {
        Story story = new Story();
        story.says(story.request(Method.ANNOUNCE, DEMO).with("application/sdp", Samples.bytes(Samples.SDP)))
                .event(new Event.ConnectionLost())
                .is(State.Closed.class)
                .event(new Event.Granted(List.of("")))
                .does(new Effect.Release(Effect.Reason.CONNECTION_LOST))
                .hearsNothing();
    }

    @Test
    void whoASessionAnswersTo() {
        Caller owner = Story.OWNER;
        Caller sameHost = new Caller(2, owner.address(), owner.credentials());
        Caller otherHost = new Caller(3, "10.0.0.1", owner.credentials());
        Caller otherUser = new Caller(4, owner.address(), "digest alice");
        Story tcp = Story.reading(TCP_0, TCP_1);
        Story udp = Story.reading(UDP_0, UDP_1);
        assertThat(tcp.session().answersTo(owner, tcp.state())).isTrue();
        assertThat(tcp.session().answersTo(sameHost, tcp.state())).isFalse();
        assertThat(udp.session().answersTo(sameHost, udp.state())).isTrue();
        assertThat(udp.session().answersTo(otherHost, udp.state())).isFalse();
        assertThat(udp.session().answersTo(otherUser, udp.state())).isFalse();
        for (Method method :
                List.of(Method.PLAY, Method.PAUSE, Method.TEARDOWN, Method.SET_PARAMETER, Method.OPTIONS)) {
            tcp.says(tcp.request(method, DEMO), sameHost)
                    .hears(Status.SESSION_NOT_FOUND)
                    .does()
                    .armsNothing();
            udp.says(udp.request(method, DEMO), otherUser)
                    .hears(Status.SESSION_NOT_FOUND)
                    .does()
                    .armsNothing();
        }
        udp.says(udp.request(Method.TEARDOWN, DEMO), sameHost).hears(Status.OK).is(State.Closed.class);
    }

    @Test
    void channelsThatAreTakenAreReplaced() {
        Story story = Story.reading(TCP_0, TCP_0);
        Presentation of = State.presentation(story.state());
        assertThat(of == null ? List.<Presentation.Track>of() : of.tracks())
                .extracting(Presentation.Track::leg)
                .containsExactly(TCP_0, TCP_1);
    }

    @Test
    void aTrackIsSetUpAgain() {
        Story.reading(UDP_0, UDP_1)
                .says(
                        Method.SETUP,
                        "rtsp://h/demo/trackID=1",
                        Transport.KEY,
                        List.of(Story.transport(new Leg.Udp(50_000, 50_001), Transport.Mode.PLAY)))
                .does(new Effect.CloseTrack(1), new Effect.Open(1, new Leg.Udp(50_000, 50_001), Transport.Mode.PLAY))
                .event(new Event.Refused(Status.NOT_ENOUGH_BANDWIDTH))
                .hears(Status.NOT_ENOUGH_BANDWIDTH)
                .is(State.Ready.class);
    }
}
