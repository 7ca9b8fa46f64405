package dev.millrace.services.registrar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.registrar.core.Rules.Moment;
import dev.millrace.services.registrar.core.Rules.Refuse;
import dev.millrace.services.registrar.core.Rules.Save;
import dev.millrace.services.registrar.core.Rules.Tell;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RulesTest {
    private static final Rules RULES = new Rules(new Grants(60, 7200, 3600), 3);
    private static final FlowRef FLOW = new FlowRef("n1", Transport.TCP, 7, 0, "2001:db8::1", 5060);
    private static final String INSTANCE = ";reg-id=1;+sip.instance=\"<urn:uuid:1>\"";

    private static Rules.Decision decide(String... lines) {
        Request request = Registers.with(lines);
        return RULES.decide(request, Wish.of(request), FLOW, RulesTest::back, new Moment(1_000_000, 0.5));
    }

    private static boolean back(SipUri contact) {
        return contact.plainHost().equals("example.com");
    }

    @Test
    void aQuestionChangesNothing() {
        assertThat(decide("Expires: 10")).isEqualTo(new Tell());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "too brief              | Contact: <sip:a@192.0.2.1>;expires=59 | 423",
                "too brief by header    | Contact: <sip:a@192.0.2.1>~Expires: 1 | 423",
                "one of two is brief    | Contact: <sip:a@192.0.2.1>, <sip:b@192.0.2.1>;expires=5 | 423",
                "it leads back          | Contact: <sip:alice@example.com> | 403",
                "more than may be       | Contact: <sip:a@h>, <sip:b@h>, <sip:c@h>, <sip:d@h> | 403",
                "a proxy keeps no flow  | Contact: <sip:a@h>;reg-id=1;+sip.instance=\"<i>\"~Supported: outbound~Via: x | 439",
                "two with a reg-id      | Contact: <sip:a@h>;reg-id=1;+sip.instance=\"<i>\", <sip:b@h>~Supported: outbound | 400",
            })
    void whatIsRefused(String row, String lines, int status) {
        String[] all = lines.replace("Via: x", "Via: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK2")
                .split("~", -1);
        assertThat(decide(all))
                .as(row)
                .isInstanceOfSatisfying(
                        Refuse.class,
                        refuse -> assertThat(refuse.refused().status()).isEqualTo(status));
    }

    @Test
    void minExpiresIsWhatIsNeverRefused() {
        Request request = Registers.with("Contact: <sip:a@192.0.2.1>;expires=3599");
        Rules strict = new Rules(new Grants(7200, 86_400, 7200), 3);
        assertThat(strict.decide(request, Wish.of(request), FLOW, uri -> false, new Moment(0, 0)))
                .isInstanceOfSatisfying(
                        Refuse.class,
                        refuse -> assertThat(refuse.refused().fields())
                                .containsExactly(new Wish.Refused.Field("Min-Expires", "3600")));
    }

    @Test
    void whatIsSaved() {
        Save save = (Save) decide(
                "Contact: <sip:a@10.0.0.1>;q=0.3, <sip:b@10.0.0.1>;expires=100", "Contact: <sip:c@10.0.0.1>;expires=0");
        assertThat(save.saving().addressOfRecord()).isEqualTo("sip:alice@example.com");
        assertThat(save.saving().callId()).isEqualTo("c1");
        assertThat(save.saving().cseq()).isEqualTo(7);
        assertThat(save.saving().limit()).isEqualTo(3);
        assertThat(save.saving().put())
                .extracting(Binding::contact)
                .containsExactly("sip:a@10.0.0.1", "sip:b@10.0.0.1");
        assertThat(save.saving().put())
                .extracting(Binding::expiresAtMillis)
                .containsExactly(1_000_000L + 3_420_000, 1_000_000L + 95_000);
        assertThat(save.saving().put()).allSatisfy(binding -> {
            assertThat(binding.flow()).contains(FLOW);
            assertThat(binding.received()).isEqualTo("[2001:db8::1]:5060");
        });
        assertThat(save.saving().remove()).containsExactly("sip:c@10.0.0.1");
        assertThat(save.seconds()).isEqualTo(3_420);
    }

    @Test
    void aFlowIsRemovedByTheNameByWhichItCame() {
        Save add = (Save) decide("Contact: <sip:a@10.0.0.1>" + INSTANCE, "Supported: outbound");
        Save remove = (Save) decide("Contact: <sip:a@10.0.0.1>" + INSTANCE + ";expires=0", "Supported: outbound");
        assertThat(remove.saving().remove())
                .containsExactly(add.saving().put().getFirst().identity())
                .containsExactly("1;urn:uuid:1");
    }

    @Test
    void aStarRemovesAll() {
        Save save = (Save) decide("Contact: *", "Expires: 0");
        assertThat(save.saving().all()).isTrue();
        assertThat(save.seconds()).isZero();
    }

    @Test
    void whatIsLongerThanABindingMayBeIsMalformed() {
        String much = "x".repeat(BindingOf.TEXT_LIMIT + 1);
        String hops =
                IntStream.range(0, 17).mapToObj(i -> "<sip:p" + i + ";lr>").collect(Collectors.joining(", "));
        for (String line : new String[] {
            "Contact: <sip:" + much + "@h>",
            "Contact: <sip:a@h>;a=" + much,
            "Contact: <sip:a@h>;+sip.instance=\"<" + much + ">\"",
            "Contact: <sip:a@h>;methods=\"" + much + "\"",
            "Contact: <sip:a@h>\r\nPath: <sip:" + much + "@p;lr>",
            "Contact: <sip:a@h>\r\nPath: " + hops,
        }) {
            assertThatThrownBy(() -> decide(line)).as(line.substring(0, 40)).isInstanceOf(Malformed.class);
        }
        Save save = (Save) decide("Contact: <sip:a@h>", "User-Agent: " + much);
        assertThat(save.saving().put().getFirst().userAgent()).hasSize(BindingOf.AGENT_LIMIT);
    }

    @Test
    void aHundredRemovalsAreTheMost() {
        String all = IntStream.range(0, 101)
                .mapToObj(i -> "<sip:a" + i + "@h>;expires=0")
                .collect(Collectors.joining(", "));
        assertThat(decide("Contact: " + all)).isInstanceOf(Refuse.class);
    }
}
