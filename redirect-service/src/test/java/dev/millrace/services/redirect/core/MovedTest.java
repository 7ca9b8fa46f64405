package dev.millrace.services.redirect.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.SipUri;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MovedTest {
    private static final long NOW = 1_000_000;

    private static Binding binding(String contact, int q1000, long endMillis, String instance) {
        return TestBinding.at(contact)
                .q(q1000)
                .until(endMillis)
                .instance(instance, 0)
                .said("", ";audio")
                .build();
    }

    private static List<String> moved(String asked, Binding... bindings) {
        Bindings all = new Bindings("sip:bob@away.example", 1, List.of(bindings));
        return Moved.contacts(SipUri.parse(asked), all, uri -> uri.plainHost().equals("away.example"), NOW).stream()
                .map(Contact::encode)
                .toList();
    }

    @Test
    void bestFirstWithPreferenceAndLife() {
        assertThat(moved(
                        "sip:bob@away.example",
                        binding("sip:bob@192.0.2.1:5062;x=1", 1_000, NOW + 60_000, ""),
                        binding("sip:bob@192.0.2.2", 500, NOW + 59_001, ""),
                        binding("tel:+123", 7, NOW + 1, ""),
                        binding("sip:bob@192.0.2.3", 1, NOW, "")))
                .containsExactly(
                        "<sip:bob@192.0.2.1:5062;x=1>;expires=60",
                        "<sip:bob@192.0.2.2>;q=0.5;expires=60",
                        "<tel:+123>;q=0.007;expires=1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "another address of the cluster | sip:carol@away.example",
                "the address that was asked     | sip:bob@192.0.2.9:5060",
                "the same in another spelling   | sip:%62ob@192.0.2.9:5060",
                "a page's name for itself       | sip:x@abc.invalid;transport=ws",
                "what cannot be read            | sip:",
            })
    void whatLeadsNowhereIsLeftOut(String row, String contact) {
        assertThat(moved("sip:bob@192.0.2.9:5060", binding(contact, 1_000, NOW + 1_000, "")))
                .as(row)
                .isEmpty();
    }

    @Test
    void twoFlowsOfAPhoneAreOneContact() {
        assertThat(moved(
                        "sip:bob@away.example",
                        binding("sip:bob@192.0.2.1", 1_000, NOW + 2_000, "urn:uuid:1"),
                        binding("sip:bob@192.0.2.1", 1_000, NOW + 1_000, "urn:uuid:1")))
                .containsExactly("<sip:bob@192.0.2.1>;expires=2");
    }

    @Test
    void aGruuNamesOneInstance() {
        assertThat(moved(
                        "sip:bob@away.example;gr=urn:uuid:A",
                        binding("sip:bob@192.0.2.1", 1_000, NOW + 1_000, "urn:uuid:b"),
                        binding("sip:bob@192.0.2.2", 1_000, NOW + 1_000, "urn:uuid:a"),
                        binding("sip:bob@192.0.2.3", 1_000, NOW + 1_000, "")))
                .containsExactly("<sip:bob@192.0.2.2>;expires=1");
    }

    @Test
    void everyPreferenceReadsBack() {
        Stream.of(0, 1, 10, 99, 100, 500, 999).forEach(q -> {
            Contact contact =
                    Contact.parse(moved("sip:bob@away.example", binding("sip:a@192.0.2.1", q, NOW + 1_000, ""))
                            .getFirst());
            assertThat(((Contact.Address) contact).q1000()).isEqualTo(q);
        });
    }
}
