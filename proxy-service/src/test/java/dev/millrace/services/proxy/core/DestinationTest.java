package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.Uri;
import dev.millrace.services.proxy.core.Destination.Elsewhere;
import dev.millrace.services.proxy.core.Destination.Here;
import dev.millrace.services.proxy.core.Destination.ToPeers;
import dev.millrace.services.proxy.core.Destination.Unsupported;
import dev.millrace.services.proxy.core.Destination.User;
import dev.millrace.services.proxy.core.StaticRoutes.StaticRoute;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whom a Request-URI means. */
class DestinationTest {
    private static final StaticRoute NUMBERS = StaticRoute.parse("+=gw.example.net:5070");
    private static final StaticRoute PARTNER = StaticRoute.parse("partner.example=192.0.2.77");
    private static final StaticRoutes ROUTES = new StaticRoutes(List.of(NUMBERS, PARTNER));

    record Row(String uri, Destination expected) {
        @Override
        public String toString() {
            return uri;
        }
    }

    private static Row user(String uri, String addressOfRecord) {
        return new Row(uri, new User(addressOfRecord, "", false));
    }

    static Stream<Row> rows() {
        return Stream.of(
                user("sip:bob@example.com", "sip:bob@example.com"),
                user("sip:bob@EXAMPLE.org:5060;transport=tcp", "sip:bob@example.org"),
                user("sip:bob@192.0.2.1", "sip:bob@example.com"),
                user("sip:bob@192.0.2.1:5060", "sip:bob@example.com"),
                user("sip:%62ob@example.com", "sip:bob@example.com"),
                user("tel:030-123", "sip:030123@example.com"),
                new Row("sips:bob@example.com", new User("sip:bob@example.com", "", true)),
                new Row(
                        "sip:bob@example.com;gr=urn:uuid:f81d4fae",
                        new User("sip:bob@example.com", "urn:uuid:f81d4fae", false)),
                new Row("sip:example.com", new Here()),
                new Row("sip:192.0.2.1:5060;lr", new Here()),
                new Row("sip:bob@192.0.2.1:5099", new Elsewhere()),
                new Row("sip:bob@foreign.example", new Elsewhere()),
                new Row("sip:+49301@example.com", new ToPeers(NUMBERS, Uri.parse("sip:+49301@example.com"))),
                new Row("tel:+49-301", new ToPeers(NUMBERS, Uri.parse("tel:+49-301"))),
                new Row("sip:+49301@foreign.example", new Elsewhere()),
                new Row("sip:carol@partner.example", new ToPeers(PARTNER, Uri.parse("sip:carol@partner.example"))),
                new Row("http://example.com/", new Unsupported()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void of(Row row) {
        assertThat(Destination.of(Requests.of("INVITE", row.uri()), new Own(), ROUTES))
                .isEqualTo(row.expected());
    }

    @Test
    void aRouteThatIsNotOursLeadsElsewhereWhateverTheUriSays() {
        assertThat(Destination.of(
                        Requests.of("INVITE", "sip:bob@example.com", "Route: <sip:third.example;lr>"),
                        new Own(),
                        ROUTES))
                .isEqualTo(new Elsewhere());
    }

    @Test
    void aNumberGoesToThePeersOwnAddressAndADomainStays() {
        assertThat(Destination.toward(
                                NUMBERS.peers().getFirst(), new ToPeers(NUMBERS, Uri.parse("sip:+49301@example.com")))
                        .encode())
                .isEqualTo("sip:+49301@gw.example.net:5070;user=phone");
        assertThat(Destination.toward(NUMBERS.peers().getFirst(), new ToPeers(NUMBERS, Uri.parse("tel:+49-301")))
                        .encode())
                .isEqualTo("sip:+49301@gw.example.net:5070;user=phone");
        assertThat(Destination.toward(
                                PARTNER.peers().getFirst(),
                                new ToPeers(PARTNER, Uri.parse("sip:carol@partner.example")))
                        .encode())
                .isEqualTo("sip:carol@partner.example");
    }
}
