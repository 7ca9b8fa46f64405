package dev.millrace.protocols.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SessionsTest {
    private static final Request SETUP = Request.of(Method.SETUP, "rtsp://h/mine/streamid=0", 1);

    private static Sessions.Entry entry(Story story) {
        return new Sessions.Entry(story.session(), story.state());
    }

    private static Story announced() {
        Story story = new Story();
        return story.says(story.request(Method.ANNOUNCE, "rtsp://h/mine")
                        .with("application/sdp", Samples.bytes(Samples.SDP)))
                .event(new Event.Granted(List.of("streamid=0", "streamid=1")));
    }

    @Test
    void aRequestFindsItsSession() {
        Sessions.Entry entry = entry(Story.reading(new Leg.Interleaved(0, 1), new Leg.Interleaved(2, 3)));
        Request request =
                Request.of(Method.PLAY, "rtsp://h/demo", 1).with(SessionHeader.KEY, new SessionHeader(Story.ID, 0));
        assertThat(Sessions.route(request, List.of(entry), Story.ID::equals)).isEqualTo(new Sessions.To(Story.ID));
        assertThat(Sessions.route(request, List.of(), id -> false))
                .isEqualTo(new Sessions.Answer(Response.to(request, Status.SESSION_NOT_FOUND)));
        assertThat(Sessions.channels(List.of(entry))).isEqualTo(Set.of(0, 1, 2, 3));
    }

    @Test
    void aPublisherThatOverlooksTheSessionOfItsAnnouncement() {
        Sessions.Entry entry = entry(announced());
        assertThat(Sessions.route(SETUP, List.of(entry), id -> false)).isEqualTo(new Sessions.To(Story.ID));
        assertThat(Sessions.route(SETUP, List.of(), id -> false)).isEqualTo(new Sessions.Fresh());
    }

    @Test
    void sessionsPerConnectionAreBounded() {
        List<Sessions.Entry> many = new ArrayList<>();
        for (int i = 0; i < Sessions.MAX_PER_CONNECTION; i++) {
            many.add(entry(Story.reading(new Leg.Udp(4, 5), new Leg.Udp(6, 7))));
        }
        assertThat(Sessions.route(SETUP, many, id -> false))
                .isEqualTo(new Sessions.Answer(Response.to(SETUP, Status.NOT_ENOUGH_BANDWIDTH)));
    }

    @Test
    void credentialsStayTheSameOverRequests() {
        Request basic = Request.of(Method.PLAY, "*", 1).with(Keys.AUTHORIZATION, "Basic YWxpY2U6c2VjcmV0");
        Request first = Request.of(Method.PLAY, "*", 1)
                .with(Keys.AUTHORIZATION, "Digest username=\"alice\", nonce=\"1\", response=\"2\"");
        Request second = Request.of(Method.PLAY, "*", 1)
                .with(Keys.AUTHORIZATION, "Digest username=\"alice\", nonce=\"3\", response=\"4\"");
        assertThat(Caller.credentials(basic)).isEqualTo("basic alice:secret");
        assertThat(Caller.credentials(first))
                .isEqualTo(Caller.credentials(second))
                .isEqualTo("digest alice");
        assertThat(Caller.credentials(SETUP)).isEmpty();
    }
}
