package dev.millrace.services.registrar;

import static dev.millrace.services.registrar.Client.contacts;
import static dev.millrace.services.registrar.Client.uris;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3261 section 10.3 and what was added to it, over real sockets. */
class RegistrarServiceTest {
    private static final String INSTANCE = ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000000000001>\"";

    @AutoClose
    private static House house;

    @BeforeAll
    static void start() {
        house = new House(
                1, Map.of("registrar.contacts", "4", "registrar.service-route", "true", "registrar.flow-timer", "45s"));
    }

    @AfterEach
    void clear() {
        house.clear();
    }

    private static void refused(Response response, int status, String header, String value) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text(header)).contains(value);
    }

    /** The one contact with that user. */
    private static Contact.Address contact(Response response, String user) {
        assertThat(response.status()).isEqualTo(200);
        List<Contact.Address> all = contacts(response).stream()
                .filter(contact -> ((SipUri) contact.uri()).plainUser().equals(user))
                .toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void severalContactsHaveTheirPreferenceAndTheirLife() {
        Response answer = house.udp("alice")
                .register(
                        "Contact: <sip:one@127.0.0.1:7001>;q=0.5;expires=300, <sip:two@127.0.0.1:7002>;audio",
                        "m: \"T, three\" <sip:three@127.0.0.1:7003>;q=1.0",
                        "Expires: 900");
        assertThat(contacts(answer)).hasSize(3);
        assertThat(contact(answer, "one").q1000()).isEqualTo(500);
        assertThat(contact(answer, "one").expires()).isBetween(270L, 300L);
        assertThat(contact(answer, "two").expires()).isBetween(810L, 900L);
        assertThat(contact(answer, "two").address().params().has("audio")).isTrue();
        assertThat(contact(answer, "three").q1000()).isEqualTo(1_000);
        assertThat(answer.to().tag()).isPresent();
        assertThat(answer.text("Date"))
                .hasValueSatisfying(date -> assertThat(date)
                        .matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"));
        assertThat(house.lookup("alice"))
                .hasSize(3)
                .last()
                .satisfies(last -> assertThat(last.contact()).isEqualTo("sip:one@127.0.0.1:7001"));
    }

    @Test
    void aFetchTellsWhatIsThereAndChangesNothing() {
        Client alice = house.udp("alice");
        assertThat(uris(alice.register())).isEmpty();
        alice.register("Contact: " + alice.contact());
        List<Binding> before = house.lookup("alice");
        assertThat(uris(alice.register())).hasSize(1);
        assertThat(uris(alice.register("Expires: 10"))).hasSize(1);
        assertThat(house.lookup("alice")).isEqualTo(before);
    }

    @Test
    void oneContactGoesAndTheOthersStay() {
        Client alice = house.udp("alice");
        alice.register("Contact: <sip:one@127.0.0.1:7001>, <sip:two@127.0.0.1:7002>");
        assertThat(uris(alice.register("Contact: <sip:one@127.0.0.1:7001>", "Expires: 0")))
                .containsExactly("sip:two@127.0.0.1:7002");
        assertThat(uris(alice.register("Contact: <sip:two@127.0.0.1:7002>;expires=0, <sip:three@127.0.0.1:7003>")))
                .containsExactly("sip:three@127.0.0.1:7003");
    }

    @Test
    void aStarRemovesAllOfAnyCallId() {
        Client alice = house.udp("alice");
        alice.register("Contact: <sip:one@127.0.0.1:7001>, <sip:two@127.0.0.1:7002>");
        alice.callId = Client.chance();
        Response answer = alice.register("Contact: *", "Expires: 0");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(uris(answer)).isEmpty();
        assertThat(house.lookup("alice")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Contact: *",
                "Contact: *\r\nExpires: 60",
                "Contact: *, <sip:a@127.0.0.1>\r\nExpires: 0",
                "Contact: <sip:a@127.0.0.1>;q=1.5",
                "Contact: <sip:a@127.0.0.1",
                "Contact: <sip:a@127.0.0.1>;reg-id=x;+sip.instance=\"<i>\"",
                "Contact: <sip:a@127.0.0.1>\r\nPath: <",
            })
    void whatBreaksARuleIs400AndChangesNothing(String lines) {
        Client alice = house.udp("alice");
        alice.register("Contact: " + alice.contact());
        assertThat(alice.register(lines).status()).isEqualTo(400);
        assertThat(house.lookup("alice")).hasSize(1);
        assertThat(alice.register().status()).isEqualTo(200);
    }

    @Test
    void anOlderRegisterOfTheSameCallIdChangesNothing() {
        Client alice = house.udp("alice");
        alice.cseq = 100;
        alice.register("Contact: <sip:one@127.0.0.1:7001>;q=0.2");
        alice.cseq = 50;
        assertThat(alice.register("Contact: <sip:one@127.0.0.1:7001>;q=0.9").status())
                .isEqualTo(500);
        alice.cseq = 60;
        assertThat(alice.register("Contact: <sip:one@127.0.0.1:7001>;expires=0").status())
                .isEqualTo(500);
        alice.cseq = 70;
        assertThat(alice.register("Contact: *", "Expires: 0").status()).isEqualTo(500);
        assertThat(house.lookup("alice"))
                .singleElement()
                .satisfies(binding -> assertThat(binding.q1000()).isEqualTo(200));
        // Another Call-ID has an order of its own: a phone that was started again.
        alice.callId = Client.chance();
        alice.cseq = 1;
        assertThat(contact(alice.register("Contact: <sip:one@127.0.0.1:7001>;q=0.9"), "one")
                        .q1000())
                .isEqualTo(900);
        // A deletion has its place in the order, too.
        alice.register("Contact: <sip:one@127.0.0.1:7001>;expires=0");
        alice.cseq -= 2;
        assertThat(alice.register("Contact: <sip:one@127.0.0.1:7001>").status()).isEqualTo(500);
        assertThat(house.lookup("alice")).isEmpty();
    }

    @Test
    void tooBriefIs423WithTheMinimumAndChangesNothing() {
        Client alice = house.udp("alice");
        refused(alice.register("Contact: " + alice.contact(), "Expires: 59"), 423, "Min-Expires", "60");
        refused(alice.register("Contact: " + alice.contact() + ";expires=1"), 423, "Min-Expires", "60");
        assertThat(house.lookup("alice")).isEmpty();
        assertThat(contacts(alice.register("Contact: " + alice.contact(), "Expires: 60")))
                .singleElement()
                .satisfies(contact -> assertThat(contact.expires()).isEqualTo(60));
    }

    @Test
    void aNumberThatIsNoneCountsAsAnHourAndALongOneIsCut() {
        Client alice = house.udp("alice");
        assertThat(contacts(alice.register("Contact: " + alice.contact(), "Expires: soon"))
                        .getFirst()
                        .expires())
                .isBetween(3_240L, 3_600L);
        assertThat(contacts(alice.register("Contact: " + alice.contact(), "Expires: 4294967295"))
                        .getFirst()
                        .expires())
                .isBetween(6_480L, 7_200L);
        assertThat(contacts(alice.register("Contact: " + alice.contact()))
                        .getFirst()
                        .expires())
                .isBetween(3_240L, 3_600L);
    }

    @Test
    void whoRegistersTogetherDoesNotComeBackTogether() {
        Client alice = house.udp("alice");
        Set<Long> granted = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            granted.add(contacts(alice.register("Contact: " + alice.contact(), "Expires: 1000"))
                    .getFirst()
                    .expires());
        }
        assertThat(granted)
                .hasSizeGreaterThan(20)
                .allSatisfy(seconds -> assertThat(seconds).isBetween(900L, 1_000L));
        assertThat(granted.stream().mapToLong(Long::longValue).max().orElseThrow())
                .isGreaterThan(980);
        assertThat(granted.stream().mapToLong(Long::longValue).min().orElseThrow())
                .isLessThan(920);
    }

    @Test
    void aPathIsKeptInOrderAndGivenBackToWhoKnowsIt() {
        Client alice = house.udp("alice");
        String[] path = {
            "Path: <sip:p2@127.0.0.1:7102;lr>, <sip:p1@127.0.0.1:7101;lr>", "Path: <sip:p0@127.0.0.1:7100;lr>"
        };
        Response answer =
                alice.register("Contact: " + alice.contact(), path[0], path[1], "Supported: path", "Require: path");
        assertThat(answer.all(Keys.PATHS).stream().map(NameAddr::encode))
                .containsExactly(
                        "<sip:p2@127.0.0.1:7102;lr>", "<sip:p1@127.0.0.1:7101;lr>", "<sip:p0@127.0.0.1:7100;lr>");
        assertThat(house.lookup("alice")).singleElement().satisfies(binding -> {
            assertThat(binding.path()).hasSize(3);
            assertThat(binding.flow()).isEmpty();
        });
        assertThat(alice.register("Contact: " + alice.contact(), path[0]).has(Keys.PATHS))
                .isFalse();
    }

    @Test
    void aServiceRouteLeadsToTheFront() {
        Response answer = house.tcp("alice").register("Contact: <sip:a@10.0.0.1;transport=tcp>");
        assertThat(answer.all(Keys.SERVICE_ROUTES)).singleElement().satisfies(route -> {
            assertThat(route.sipUri().port()).isEqualTo(house.port("A"));
            assertThat(route.sipUri().loose()).isTrue();
            assertThat(route.sipUri().transport()).contains("tcp");
        });
    }

    @Test
    void whoKnowsGruusGetsAPublicOne() {
        Client alice = house.udp("alice");
        String contact = "Contact: " + alice.contact() + INSTANCE;
        String gruu = "sip:alice@example.com;gr=urn:uuid:00000000-0000-1000-8000-000000000001";
        assertThat(contacts(alice.register(contact, "Supported: gruu")))
                .singleElement()
                .satisfies(each ->
                        assertThat(each.address().params().value("pub-gruu")).contains(gruu));
        assertThat(contacts(alice.register())).singleElement().satisfies(each -> {
            assertThat(each.address().params().value("pub-gruu")).isEmpty();
            assertThat(each.instance()).contains("urn:uuid:00000000-0000-1000-8000-000000000001");
        });
        assertThat(contacts(alice.register("Supported: gruu"))
                        .getFirst()
                        .address()
                        .params()
                        .value("pub-gruu"))
                .contains(gruu);
        // RFC 5627 section 5.1: what leads back is no contact.
        assertThat(alice.register("Contact: <" + gruu + ">").status()).isEqualTo(403);
        assertThat(alice.register("Contact: <sip:alice@example.com>").status()).isEqualTo(403);
        assertThat(alice.register("Contact: <sip:alice@127.0.0.1:" + house.port("A") + ">")
                        .status())
                .isEqualTo(403);
        assertThat(alice.register("Contact: <sip:bob@example.com>").status()).isEqualTo(200);
    }

    @Test
    void moreContactsThanMayBeAre403AndChangeNothing() {
        Client alice = house.udp("alice");
        IntStream.range(0, 4)
                .forEach(i -> assertThat(alice.register("Contact: <sip:c" + i + "@127.0.0.1:7000>")
                                .status())
                        .isEqualTo(200));
        assertThat(alice.register("Contact: <sip:c4@127.0.0.1:7000>").status()).isEqualTo(403);
        assertThat(house.lookup("alice")).hasSize(4);
        // One that is there may be refreshed, and one may take the place of another.
        assertThat(alice.register("Contact: <sip:c0@127.0.0.1:7000>").status()).isEqualTo(200);
        assertThat(alice.register("Contact: <sip:c1@127.0.0.1:7000>;expires=0, <sip:c5@127.0.0.1:7000>")
                        .status())
                .isEqualTo(200);
        String many = IntStream.range(0, 5)
                .mapToObj(i -> "<sip:d" + i + "@127.0.0.1:7000>")
                .collect(Collectors.joining(","));
        assertThat(alice.register("Contact: " + many).status()).isEqualTo(403);
        assertThat(uris(alice.register())).hasSize(4).contains("sip:c5@127.0.0.1:7000");
    }

    @Test
    void anExtensionThatWeDoNotKnowIsNamed() {
        refused(house.udp("alice").stranger("Require: path, teleport"), 420, "Unsupported", "teleport");
    }

    @Test
    void aForeignDomainIs404AndOurAddressIsTheDefaultDomain() {
        Client alice = house.udp("alice");
        alice.to = "<sip:alice@elsewhere.example>";
        assertThat(alice.stranger("Contact: " + alice.contact()).status()).isEqualTo(404);
        alice.to = "<sip:alice@127.0.0.1>";
        assertThat(alice.register("Contact: " + alice.contact()).status()).isEqualTo(200);
        assertThat(house.lookup("alice")).hasSize(1);
    }

    @Test
    void aRepetitionIsAnsweredTheSameAndDoneOnce() {
        Client alice = house.udp("alice");
        alice.register();
        String request = alice.request("Contact: " + alice.contact(), alice.credentials());
        Response first = alice.send(request);
        Response second = alice.send(request);
        assertThat(first.status()).isEqualTo(200);
        assertThat(second.encode()).isEqualTo(first.encode());
    }

    /** What an older node has saved may not be what this one can write: that request fails at once, and so does no other. */
    @Test
    void aBindingThatCannotBeToldIsAnsweredAllTheSame() {
        String address = "sip:bob@example.com";
        Binding broken = TestBinding.at("sip:bob@127.0.0.1")
                .until(System.currentTimeMillis() + 60_000)
                .said("", ";x=\"\\\0\"")
                .build();
        Location.Saving saving = new Location.Saving(address, "old", 1, false, List.of(broken), List.of(), 0);
        house.nodes.ask("A", Location.SAVE, address, saving);
        assertThat(house.udp("bob").register().status()).isEqualTo(500);
        assertThat(house.udp("alice").register().status()).isEqualTo(200);
    }
}
