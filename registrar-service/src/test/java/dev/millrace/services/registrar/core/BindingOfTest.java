package dev.millrace.services.registrar.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BindingOfTest {
    private static Binding binding(Transport transport, String... lines) {
        Request request = Registers.with(lines);
        Wish wish = Wish.of(request);
        FlowRef flow = new FlowRef("n1", transport, 0, 0, "192.0.2.1", 5060);
        BindingOf.Way way = new BindingOf.Way(
                Optional.of(flow), Outbound.of(wish, request.vias().size()).kept());
        return BindingOf.of(request, wish, wish.contacts().getFirst().contact(), way, 100_000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "UDP where it says it is        | UDP | <sip:a@192.0.2.1>               | false",
                "UDP with the port written      | UDP | <sip:a@192.0.2.1:5060>          | false",
                "UDP behind a NAT               | UDP | <sip:a@10.0.0.1:5060>           | true",
                "UDP from another port          | UDP | <sip:a@192.0.2.1:5070>          | true",
                "UDP that asks for TCP          | UDP | <sip:a@192.0.2.1;transport=tcp> | true",
                "a connection                   | TCP | <sip:a@192.0.2.1>               | true",
                "a page                         | WSS | <sip:x@abc.invalid;transport=ws>| true",
            })
    void theFlowIsKeptWhereTheContactAloneWouldNotDo(String row, Transport transport, String contact, boolean kept) {
        assertThat(binding(transport, "Contact: " + contact).flow().isPresent())
                .as(row)
                .isEqualTo(kept);
    }

    @Test
    void aPathTakesTheFlowsPlace() {
        Binding binding = binding(Transport.TCP, "Contact: <sip:a@10.0.0.1>", "Path: <sip:edge;lr>, <sip:edge2;lr>");
        assertThat(binding.flow()).isEmpty();
        assertThat(binding.path()).containsExactly("<sip:edge;lr>", "<sip:edge2;lr>");
    }

    /** RFC 3261 section 25.1 allows them in a quoted pair; no header that we write may hold them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Contact: <sip:a@10.0.0.1>;x=\"\\\0\"",
                "Contact: <sip:a@10.0.0.1>;x=\"\\\u007F\"",
                "Contact: <sip:a@10.0.0.1>\r\nPath: <sip:edge;lr>;x=\"\\\0\""
            })
    void controlCharactersAreNotKept(String lines) {
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> binding(Transport.UDP, lines));
    }

    @Test
    void aFoldedPathIsKept() {
        Binding binding = binding(Transport.UDP, "Contact: <sip:a@10.0.0.1>", "Path: <sip:edge;lr>\r\n\t;x=1");
        assertThat(binding.path())
                .singleElement()
                .asString()
                .doesNotContain("\r")
                .contains("x=1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "case of host, order of parameters | sip:A@H.example;x=1;lr | sip:A@h.EXAMPLE;lr;x=1 | true",
                "an escape that need not be        | sip:%61@h              | sip:a@h                | true",
                "another port                      | sip:a@h:5060           | sip:a@h                | false",
                "another scheme                    | sips:a@h               | sip:a@h                | false",
                "another parameter                 | sip:a@h;line=1         | sip:a@h;line=2         | false",
            })
    void contactsAreComparedBySection1914(String row, String one, String other, boolean same) {
        assertThat(BindingOf.canonical(Uri.parse(one)).equals(BindingOf.canonical(Uri.parse(other))))
                .as(row)
                .isEqualTo(same);
    }

    @Test
    void aFoldedContactIsOneLineInTheAnswer() {
        Request request = Registers.with(
                "Contact: <sip:a@10.0.0.1>\r\n\t;audio\r\n ;description=\"a, b\"\r\n ;q=0.7", "User-Agent: x\r\n y");
        Wish wish = Wish.of(request);
        Binding binding = BindingOf.of(
                request,
                wish,
                wish.contacts().getFirst().contact(),
                new BindingOf.Way(Optional.empty(), false),
                160_000);
        Response answer = Answers.ok(
                        request, wish, new Bindings(wish.addressOfRecord(), 1, List.of(binding)), "t", 100_000)
                .build();
        assertThat(new String(answer.encode(), UTF_8).lines().filter(line -> line.startsWith("Contact")))
                .hasSize(1)
                .first()
                .asString()
                .contains("audio")
                .contains("description=\"a, b\"")
                .endsWith(";q=0.7;expires=60");
        assertThat(answer.all(Keys.CONTACTS)).hasSize(1);
    }

    @Test
    void anInstanceWithQuotesStaysInItsQuotes() {
        Request request = Registers.with("Contact: <sip:a@10.0.0.1>;+sip.instance=\"<a\\\"\\\\b>\"", "Supported: gruu");
        Wish wish = Wish.of(request);
        BindingOf.Way way = new BindingOf.Way(Optional.empty(), false);
        Binding binding = BindingOf.of(request, wish, wish.contacts().getFirst().contact(), way, 160_000);
        assertThat(binding.instance()).isEqualTo("a\"\\b");
        Response answer = Answers.ok(
                        request, wish, new Bindings(wish.addressOfRecord(), 1, List.of(binding)), "t", 100_000)
                .build();
        assertThat(answer.all(Keys.CONTACTS))
                .singleElement()
                .satisfies(contact ->
                        assertThat(((Contact.Address) contact).instance()).contains(binding.instance()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"1,0.001", "10,0.01", "100,0.1", "500,0.5", "750,0.75", "999,0.999", "0,0", "1000,1"})
    void aPreferenceIsWrittenShort(int q1000, String written) {
        assertThat(Contact.q(q1000)).isEqualTo(written);
    }

    @Test
    void theAnswerNamesWhatLives() {
        Request request = Registers.with(
                "Contact: <sip:a@10.0.0.1;x=1>;q=0.50;+sip.instance=\"<urn:uuid:1>\";reg-id=3;audio",
                "Supported: gruu, outbound, path",
                "Path: <sip:t@edge;lr;ob>");
        Wish wish = Wish.of(request);
        BindingOf.Way way = new BindingOf.Way(Optional.empty(), true);
        Binding binding = BindingOf.of(request, wish, wish.contacts().getFirst().contact(), way, 160_000);
        Binding dead = BindingOf.of(request, wish, wish.contacts().getFirst().contact(), way, 99_999);
        Bindings bindings = new Bindings(wish.addressOfRecord(), 1, List.of(binding, dead));
        Response answer = Answers.ok(request, wish, bindings, "tag1", 100_000).build();
        assertThat(answer.text("Contact"))
                .contains("<sip:a@10.0.0.1;x=1>;audio;q=0.5;expires=60;+sip.instance=\"<urn:uuid:1>\""
                        + ";pub-gruu=\"sip:alice@example.com;gr=urn:uuid:1\";reg-id=3");
        assertThat(answer.all(Keys.CONTACTS)).hasSize(1);
        assertThat(answer.text("Path")).contains("<sip:t@edge;lr;ob>");
        assertThat(answer.to().tag()).contains("tag1");
    }
}
