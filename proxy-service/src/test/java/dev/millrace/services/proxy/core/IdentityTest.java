package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may say to be whom. */
class IdentityTest {
    private static final String ALICE = "sip:alice@example.com";

    private static String wire(dev.millrace.protocols.sip.Message message) {
        return new String(message.encode(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "<sip:alice@example.com>;tag=1, true",
        "sip:alice@EXAMPLE.com;tag=1, true",
        "<sips:alice@example.com>;tag=1, true",
        "<sip:alice@192.0.2.1:7000>;tag=1, true",
        "<sip:%61lice@example.com>;tag=1, true",
        "<sip:anonymous@anonymous.invalid>;tag=1, true",
        "<sip:bob@example.com>;tag=1, false",
        "<sip:alice@example.org>;tag=1, false",
        "<sip:alice@foreign.example>;tag=1, false",
        "<sip:example.com>;tag=1, false",
        "<tel:+49301>;tag=1, false"
    })
    void fromHasToBeTheOwner(String from, boolean allowed) {
        NameAddr claimed = NameAddr.parse(from);
        Optional<String> domain = Identity.host(claimed).flatMap(new Own()::served);
        assertThat(Identity.mayClaim(claimed, ALICE, domain)).isEqualTo(allowed);
    }

    /** Security class 7: names are compared normalised, so nothing of a stranger's claim is left, however it is spelled. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "P-Asserted-Identity: <sip:evil@x.example>",
                "p-asserted-identity:<sip:evil@x.example>",
                "P-ASSERTED-IDENTITY : <sip:evil@x.example>",
                "P-Asserted-Identity\t: <sip:evil@x.example>, <tel:+1evil>",
                "P-Asserted-Identity:\r\n <sip:evil@x.example>",
                "P-Preferred-Identity: <sip:evil@x.example>"
            })
    void aStrangersClaimIsGone(String line) {
        Request request = Requests.of("INVITE", "sip:bob@example.com", line, line, "Subject: x");
        String left = wire(Identity.asserted(request, "", "")).toLowerCase(Locale.ROOT);
        assertThat(left).doesNotContain("evil", "identity").contains("subject: x");
        String known = wire(Identity.asserted(request, ALICE, "example.com"));
        assertThat(known).doesNotContain("evil").contains("P-Asserted-Identity: <sip:alice@example.com>");
    }

    @Test
    void aRequestWithoutClaimsIsNotTouched() {
        Request request = Requests.of("INVITE", "sip:bob@example.com");
        assertThat(Identity.asserted(request, "", "")).isSameAs(request);
        assertThat(Identity.vouched(request)).isSameAs(request);
        assertThat(Identity.leaving(request)).isSameAs(request);
    }

    /** Blanks around the equals sign and escapes are as legal as none; what cannot be read may be for us. */
    private static String credentials(String realm) {
        return "Proxy-Authorization: Digest username=\"alice\", nonce=\"n\", uri=\"sip:b\", " + realm
                + ", response=\"00000000000000000000000000000000\"";
    }

    @Test
    void credentialsForUsGoNoFurtherAndThoseForOthersDo() {
        Request request = Requests.of(
                "INVITE",
                "sip:bob@foreign.example",
                credentials("realm=\"example.com\""),
                credentials("realm = \"example.com\""),
                credentials("realm=\"exam\\ple.com\""),
                credentials("realm=\"example.com"),
                credentials("realm=\"other.example\""));
        assertThat(wire(Identity.asserted(request, ALICE, "example.com")))
                .doesNotContain("=\"exam", "= \"exam")
                .contains("realm=\"other.example\"");
    }

    /** Phones repeat them inside the dialog, with a count that nobody has used up. */
    @Test
    void credentialsForUsDoNotGoOnInsideADialog() {
        Request request = Requests.of(
                "BYE",
                "sip:bob@foreign.example",
                credentials("Realm=\"Example.com\""),
                credentials("realm\t=\"example.com\""),
                credentials("realm=\"other.example\""));
        assertThat(wire(Identity.consumed(request, new Own())))
                .doesNotContain("=\"Exam", "=\"exam")
                .contains("realm=\"other.example\"");
        Request bare = Requests.of("BYE", "sip:bob@foreign.example");
        assertThat(Identity.consumed(bare, new Own())).isSameAs(bare);
    }

    @Test
    void whoAskedForPrivacyIsNotNamed() {
        Request open = Requests.of("INVITE", "sip:b@x.example", "P-Asserted-Identity: <sip:alice@example.com>");
        assertThat(Identity.leaving(open)).isSameAs(open);
        Request hidden = Requests.of(
                "INVITE", "sip:b@x.example", "P-Asserted-Identity: <sip:alice@example.com>", "Privacy: header; id");
        assertThat(wire(Identity.leaving(hidden))).doesNotContain("Asserted");
        Request other = Requests.of(
                "INVITE", "sip:b@x.example", "P-Asserted-Identity: <sip:alice@example.com>", "Privacy: none");
        assertThat(Identity.leaving(other)).isSameAs(other);
    }

    @Test
    void aPeersAssertionStays() {
        Request request = Requests.of(
                "INVITE",
                "sip:bob@example.com",
                "P-Asserted-Identity: <sip:carol@peer.example>",
                "P-Preferred-Identity: <sip:x@peer.example>");
        assertThat(wire(Identity.vouched(request)))
                .contains("carol@peer.example")
                .doesNotContain("Preferred");
    }

    @Test
    void aPhonesResponseAssertsNothing() {
        assertThat(wire(Identity.heard(Requests.answer("SIP/2.0 200 OK", "P-Asserted-Identity: <sip:evil@x.example>"))))
                .doesNotContain("evil");
    }
}
