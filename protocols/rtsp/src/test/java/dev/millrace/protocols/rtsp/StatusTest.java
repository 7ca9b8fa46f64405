package dev.millrace.protocols.rtsp;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which status answers what. */
final class StatusTest {
    private static final String DEMO = "rtsp://h/demo";
    private static final Leg UDP = new Leg.Udp(40_000, 40_001);
    private static final Leg TCP = new Leg.Interleaved(0, 1);

    record Row(String name, Status status, Supplier<Story> story) {
        @Override
        public String toString() {
            return status.code() + " " + name;
        }
    }

    private static Story asks(Method method, String uri) {
        return new Story().says(method, uri);
    }

    private static Story setup(String uri, String transport) {
        return new Story().says(Method.SETUP, uri, Transport.KEY, Transport.parseAll(transport));
    }

    private static Request announce(String type, String body) {
        return Request.of(Method.ANNOUNCE, DEMO, 1).with(type, Samples.bytes(body));
    }

    private static Stream<Row> rows() {
        String plain = "RTP/AVP;unicast;client_port=40000-40001";
        Request noCSeq = new Request(
                Method.OPTIONS, "*", Message.VERSION, dev.millrace.protocols.wire.Headers.NONE, new byte[0]);
        Request version = new Request(
                Method.OPTIONS,
                "*",
                "RTSP/2.0",
                Request.of(Method.OPTIONS, "*", 1).headers(),
                new byte[0]);
        return Stream.of(
                new Row("no CSeq", Status.BAD_REQUEST, () -> new Story().says(noCSeq)),
                new Row("no URL", Status.BAD_REQUEST, () -> asks(Method.DESCRIBE, "demo")),
                new Row(
                        "an empty announcement",
                        Status.BAD_REQUEST,
                        () -> new Story().says(announce("application/sdp", ""))),
                new Row("media to a third party", Status.FORBIDDEN, () -> setup(DEMO, plain + ";destination=10.0.0.9")),
                new Row(
                        "no such track",
                        Status.NOT_FOUND,
                        () -> setup(DEMO + "/trackID=9", plain)
                                .event(new Event.Found(List.of("trackID=0", "trackID=1")))),
                new Row(
                        "no such stream",
                        Status.NOT_FOUND,
                        () -> asks(Method.DESCRIBE, DEMO).event(new Event.Refused(Status.NOT_FOUND))),
                new Row(
                        "PLAY of another path",
                        Status.NOT_FOUND,
                        () -> Story.reading(UDP, new Leg.Udp(40_002, 40_003)).says(Method.PLAY, "rtsp://h/other")),
                new Row("DESCRIBE of everything", Status.METHOD_NOT_ALLOWED, () -> asks(Method.DESCRIBE, "*")),
                new Row("REDIRECT by a client", Status.METHOD_NOT_ALLOWED, () -> asks(Method.REDIRECT, DEMO)),
                new Row(
                        "no description wanted that there is",
                        Status.NOT_ACCEPTABLE,
                        () -> new Story()
                                .says(Method.DESCRIBE, DEMO, Keys.ACCEPT, "application/rtsl, application/mheg")),
                new Row(
                        "a description in XML",
                        Status.UNSUPPORTED_MEDIA_TYPE,
                        () -> new Story().says(announce("text/xml", "<sdp/>"))),
                new Row(
                        "a parameter",
                        Status.PARAMETER_NOT_UNDERSTOOD,
                        () -> new Story()
                                .says(Request.of(Method.GET_PARAMETER, DEMO, 1)
                                        .with("text/parameters", Samples.bytes("packets_received\r\njitter\r\n")))),
                new Row(
                        "a parameter to set",
                        Status.PARAMETER_NOT_UNDERSTOOD,
                        () -> new Story()
                                .says(Request.of(Method.SET_PARAMETER, DEMO, 1)
                                        .with("text/parameters", Samples.bytes("barparam: barstuff\r\n")))),
                new Row(
                        "no room",
                        Status.NOT_ENOUGH_BANDWIDTH,
                        () -> setup(DEMO + "/trackID=0", plain)
                                .event(new Event.Found(List.of("trackID=0")))
                                .event(new Event.Refused(Status.NOT_ENOUGH_BANDWIDTH))),
                new Row("PLAY before SETUP", Status.METHOD_NOT_VALID, () -> asks(Method.PLAY, DEMO)),
                new Row(
                        "RECORD by a reader",
                        Status.METHOD_NOT_VALID,
                        () -> Story.reading(UDP, new Leg.Udp(4, 5)).says(Method.RECORD, DEMO)),
                new Row(
                        "record without an announcement",
                        Status.METHOD_NOT_VALID,
                        () -> setup(DEMO, plain + ";mode=record")),
                new Row(
                        "a range of absolute time",
                        Status.INVALID_RANGE,
                        () -> Story.reading(UDP, new Leg.Udp(4, 5))
                                .says(Method.PLAY, DEMO, Range.KEY, Range.parse("clock=20260101T000000Z-"))),
                new Row(
                        "a reversed range",
                        Status.INVALID_RANGE,
                        () -> Story.reading(UDP, new Leg.Udp(4, 5))
                                .says(Method.PLAY, DEMO, Range.KEY, Range.parse("npt=5-3"))),
                new Row(
                        "SETUP of two tracks at once",
                        Status.AGGREGATE_NOT_ALLOWED,
                        () -> setup(DEMO, plain).event(new Event.Found(List.of("trackID=0", "trackID=1")))),
                new Row("multicast", Status.UNSUPPORTED_TRANSPORT, () -> setup(DEMO, "RTP/AVP;multicast")),
                new Row("SRTP", Status.UNSUPPORTED_TRANSPORT, () -> setup(DEMO, "RTP/SAVP;client_port=4-5")),
                new Row("UDP without ports", Status.UNSUPPORTED_TRANSPORT, () -> setup(DEMO, "RTP/AVP;unicast")),
                new Row("no Transport", Status.UNSUPPORTED_TRANSPORT, () -> asks(Method.SETUP, DEMO)),
                new Row(
                        "UDP beside TCP",
                        Status.UNSUPPORTED_TRANSPORT,
                        () -> Story.reading(TCP, new Leg.Interleaved(2, 3))
                                .says(Method.SETUP, DEMO + "/trackID=1", Transport.KEY, Transport.parseAll(plain))),
                new Row("an unknown method", Status.NOT_IMPLEMENTED, () -> asks(Method.parse("DANCE"), DEMO)),
                new Row("another version", Status.VERSION_NOT_SUPPORTED, () -> new Story().says(version)),
                new Row(
                        "ONVIF's backchannel",
                        Status.OPTION_NOT_SUPPORTED,
                        () -> new Story()
                                .says(
                                        Method.DESCRIBE,
                                        DEMO,
                                        Keys.REQUIRE,
                                        List.of("www.onvif.org/ver20/backchannel"))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void answers(Row row) {
        row.story.get().hears(row.status);
    }

    @Test
    void whatGoesWithThem() {
        asks(Method.PLAY, DEMO).hears(Keys.ALLOW, "OPTIONS, GET_PARAMETER, SET_PARAMETER, DESCRIBE, ANNOUNCE, SETUP");
        asks(Method.REDIRECT, DEMO)
                .hears(
                        Keys.ALLOW,
                        "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, PAUSE, RECORD, GET_PARAMETER, SET_PARAMETER, TEARDOWN");
        asks(Method.OPTIONS, "*")
                .hears(
                        Keys.PUBLIC,
                        "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, PAUSE, RECORD, GET_PARAMETER, SET_PARAMETER, TEARDOWN");
        new Story()
                .says(Method.OPTIONS, "*", Keys.REQUIRE, List.of("implicit-play", "x"))
                .hears(Keys.UNSUPPORTED, "implicit-play, x");
        Story story = new Story()
                .says(Request.of(Method.GET_PARAMETER, DEMO, 7).with("text/parameters", Samples.bytes("jitter\r\n")));
        story.hears(Keys.CSEQ, "7");
        org.assertj.core.api.Assertions.assertThat(story.reply().body()).isEqualTo(Samples.bytes("jitter\r\n"));
    }

    @Test
    void overrideIsAskedForInTheQuery() {
        byte[] sdp = Samples.bytes(Samples.SDP);
        new Story()
                .says(Request.of(Method.ANNOUNCE, DEMO + "?override=1", 1).with("application/sdp", sdp))
                .does(new Effect.Publish("demo", sdp, true));
        new Story()
                .says(Request.of(Method.ANNOUNCE, DEMO + "?override=false", 1).with("application/sdp", sdp))
                .does(new Effect.Publish("demo", sdp, false));
    }
}
