package dev.millrace.protocols.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.sdp.Answering.Refuse;
import dev.millrace.protocols.sdp.Answering.Take;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Offer and answer, RFC 3264. */
class OfferAnswerTest {
    /** As in RFC 3264 section 10.1, with lines that we do not know. */
    private static final String OFFER = """
            v=0
            o=alice 2890844526 2890844526 IN IP4 host.anywhere.com
            s=
            c=IN IP4 192.0.2.7
            t=3034423619 3042462419
            y=0100000001
            m=audio 49170 RTP/AVP 0 97 101
            a=mid:1
            a=rtpmap:0 PCMU/8000
            a=rtpmap:97 iLBC/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=rtcp:49180
            a=x-caf\u00e9: \u00e9t\u00e9
            m=video 51372 RTP/AVP 31
            c=IN IP4 192.0.2.8
            a=rtpmap:31 H261/90000
            a=sendonly
            m=video 53000 RTP/AVP 32
            a=rtpmap:32 MPV/90000
            """.replace("\n", "\r\n");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void anAnswerHasASectionForEachOfTheOffer() {
        SessionDescription offer = SessionDescription.parse(OFFER);
        List<RtpMap> ours = List.of(new RtpMap(0, "pcmu", 8000, 1), new RtpMap(96, "TELEPHONE-EVENT", 8000, 1));
        List<Integer> common = Answering.common(offer.media().getFirst(), ours);
        assertThat(common).containsExactly(0, 101);
        SessionDescription answer = Answering.answer(
                offer,
                Origin.of(77, "2001:db8::5"),
                "2001:db8::5",
                List.of(
                        new Take(40_000, common, Direction.SENDRECV, List.of(SdpLine.attribute("rtcp-mux", ""))),
                        new Take(40_002, List.of(31), Direction.SENDRECV, List.of())));
        assertThat(answer.toText()).isEqualTo("""
                v=0
                o=- 77 1 IN IP6 2001:db8::5
                s=-
                c=IN IP6 2001:db8::5
                t=3034423619 3042462419
                m=audio 40000 RTP/AVP 0 101
                a=rtpmap:0 PCMU/8000
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-15
                a=mid:1
                a=sendrecv
                a=rtcp-mux
                m=video 40002 RTP/AVP 31
                a=rtpmap:31 H261/90000
                a=recvonly
                m=video 0 RTP/AVP 32
                """.replace("\n", "\r\n"));
        assertThat(Answering.wrong(offer, answer)).isEmpty();
    }

    @Test
    void whatWasNotOfferedCannotBeTaken() {
        SessionDescription offer = SessionDescription.parse(OFFER.replace("m=audio 49170", "m=audio 0"));
        SessionDescription answer = Answering.answer(
                offer,
                Origin.of(1, "192.0.2.1"),
                "192.0.2.1",
                List.of(
                        new Take(40_000, List.of(0), Direction.SENDRECV, List.of()),
                        new Take(40_002, List.of(), Direction.SENDRECV, List.of()),
                        new Refuse()));
        assertThat(answer.media()).extracting(MediaDescription::port).containsExactly(0, 0, 0);
        SessionDescription whole = SessionDescription.parse(OFFER);
        assertThat(Answering.wrong(offer, whole)).isPresent();
        assertThat(Answering.wrong(whole, whole.withMedia(whole.media().subList(0, 2))))
                .isPresent();
        assertThat(Answering.wrong(whole, whole.withMedia(whole.media().reversed())))
                .isPresent();
    }

    record Way(String name, String session, String media, Direction direction, boolean hold) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("nothing said", "", "", Direction.SENDRECV, false),
                new Way("session", "a=recvonly\n", "", Direction.RECVONLY, false),
                new Way("media before session", "a=recvonly\n", "a=SendOnly\n", Direction.SENDONLY, true),
                new Way("inactive", "", "a=inactive\n", Direction.INACTIVE, true),
                new Way("another attribute that begins so", "", "a=sendonly-x:1\n", Direction.SENDRECV, false),
                new Way("hold of RFC 2543", "c=IN IP4 0.0.0.0\n", "", Direction.SENDRECV, true),
                new Way("own address", "c=IN IP4 0.0.0.0\n", "c=IN IP4 192.0.2.1\n", Direction.SENDRECV, false));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void directions(Way way) {
        SessionDescription sdp =
                SessionDescription.parse("v=0\n" + way.session() + "m=audio 1 RTP/AVP 0\n" + way.media());
        MediaDescription media = sdp.media().getFirst();
        assertThat(Direction.of(sdp, media)).isEqualTo(way.direction());
        assertThat(Connection.onHold(sdp, media)).isEqualTo(way.hold());
        assertThat(way.direction().reversed().reversed()).isEqualTo(way.direction());
        assertThat(way.direction().and(Direction.INACTIVE)).isEqualTo(Direction.INACTIVE);
    }

    @Test
    void theVersionGrows() {
        Origin origin = Origin.of(SessionDescription.parse(OFFER)).orElseThrow();
        assertThat(origin.encode().value()).isEqualTo("alice 2890844526 2890844526 IN IP4 host.anywhere.com");
        assertThat(origin.next().encode().value()).isEqualTo("alice 2890844526 2890844527 IN IP4 host.anywhere.com");
        assertThat(Origin.of(SessionDescription.parse("v=0\no=- 18446744073709551615 1 IN IP4 x\n")))
                .map(Origin::encode)
                .map(SdpLine::value)
                .contains("- 18446744073709551615 1 IN IP4 x");
        assertThat(Origin.of(SessionDescription.parse("v=0\no=- x 1 IN IP4 x\n")))
                .isEmpty();
        assertThat(Origin.of(SessionDescription.parse("v=0\no=- 1\n"))).isEmpty();
    }

    @Test
    void whateverArrivesHasAnAnswer() {
        Mutator.of(3264).run("sdp offer and answer", 100_000, List.of(bytes(OFFER)), input -> {
            try {
                SessionDescription read = SessionDescription.parse(input);
                List<Take> takes = read.media().stream()
                        .map(media -> new Take(
                                1_000, media.payloadTypes().stream().limit(3).toList(), Direction.SENDRECV, List.of()))
                        .toList();
                SessionDescription answer = Answering.answer(read, Origin.of(1, "192.0.2.1"), "192.0.2.1", takes);
                assertThat(Answering.wrong(read, answer)).isEmpty();
                Origin.of(read).ifPresent(origin -> assertThat(origin.next()).isNotEqualTo(origin));
            } catch (Malformed expected) {
                assertThat(expected.rule()).startsWith("sdp-");
            }
        });
    }
}
