package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.wire.Malformed;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValidityTest {
    private static Request request(String line, String by) {
        assertThat(Samples.INVITE).contains(line);
        return (Request) MessageTest.parse(Samples.INVITE.replace(line, by));
    }

    @Test
    void options() {
        Request asks = request(
                "Max-Forwards: 69", "Max-Forwards: 69\r\nProxy-Require: a\r\nRequire: b, c\r\nproxy-require: ,d");
        assertThat(Validity.check(asks)).isEmpty();
        assertThat(Validity.forProxy(asks, Set.of("a")).orElseThrow().unsupported())
                .containsExactly("d");
        assertThat(Validity.forProxy(asks, Set.of("a", "d"))).isEmpty();
        assertThat(Validity.forAgent(asks, Set.of("b")).orElseThrow().unsupported())
                .containsExactly("c");
        assertThat(Validity.forAgent(asks, Set.of("b", "c"))).isEmpty();
        Request loud = request("Max-Forwards: 69", "Max-Forwards: 69\r\nRequire: B");
        assertThat(Validity.forAgent(loud, Set.of("b")))
                .as("a tag is what it is in any case")
                .isEmpty();
        Response answer = Validity.forAgent(asks, Set.of()).orElseThrow().answer(asks, "mine");
        assertThat(answer.status()).isEqualTo(420);
        assertThat(answer.all(Keys.UNSUPPORTEDS)).containsExactly("b", "c");
        assertThat(answer.to().tag()).contains("mine");
        assertThat(answer.from()).isEqualTo(asks.from());
        Request odd = request("Max-Forwards: 69", "Max-Forwards: 69\r\nProxy-Require: a b");
        assertThat(Validity.forProxy(odd, Set.of()).orElseThrow().status()).isEqualTo(400);
    }

    /** RFC 3261 section 8.2.2.3: what ends a transaction is not refused for an extension. */
    @Test
    void requireIsIgnoredInCancel() {
        Request cancel = (Request) MessageTest.parse(
                Samples.INVITE.replace("INVITE sip:", "CANCEL sip:").replace("1 INVITE", "1 CANCEL\r\nRequire: x"));
        assertThat(Validity.check(cancel)).isEmpty();
        assertThat(Validity.forAgent(cancel, Set.of())).isEmpty();
    }

    @Test
    void schemes() {
        assertThat(Validity.forProxy(request("INVITE sip:weir@mill.example", "INVITE tel:+49"), Set.of()))
                .isEmpty();
        Request mail = request("INVITE sip:weir@mill.example", "INVITE mailto:a@b");
        assertThat(Validity.check(mail)).isEmpty();
        assertThat(Validity.forProxy(mail, Set.of()).orElseThrow().status()).isEqualTo(416);
        assertThat(Validity.forAgent(mail, Set.of()).orElseThrow().status()).isEqualTo(416);
    }

    @Test
    void methodsAreToldByCase() {
        Request lower = (Request) MessageTest.parse(Samples.INVITE.replace("INVITE sip:", "invite sip:"));
        assertThat(Validity.check(lower).orElseThrow().status()).isEqualTo(501);
        Request both = (Request) MessageTest.parse(
                Samples.INVITE.replace("INVITE sip:", "invite sip:").replace("1 INVITE", "1 invite"));
        assertThat(Validity.check(both)).isEmpty();
        assertThat(both.method()).isEqualTo("invite");
    }

    @Test
    void refusalsOfRules() {
        assertThat(Refusal.of(new Malformed("uri-length", "")).status()).isEqualTo(414);
        assertThat(Refusal.of(new Malformed("message-length", "")).status()).isEqualTo(513);
        assertThat(Refusal.of(new Malformed("whatever", "")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: SIP/2.0/TCP 224.0.0.1:5062;branch=x",
                "Via: SIP/2.0/TCP 239.255.255.255",
                "Via: SIP/2.0/TCP a;received=255.255.255.255",
                "Via: ,",
                "Via: SIP/2.0/TCP",
                "Call-ID: second"
            })
    void responsesThatAreDropped(String line) {
        Response response = (Response) MessageTest.parse(Samples.RINGING.replace("Contact:", line + "\r\nContact:"));
        assertThat(Validity.check(response)).isPresent();
    }

    @Test
    void responsesOfAnotherVersionAreDropped() {
        Response response = (Response) MessageTest.parse(Samples.RINGING.replace("SIP/2.0 180", "SIP/3.0 180"));
        assertThat(response.version()).isEqualTo("SIP/3.0");
        assertThat(Validity.check(response).orElseThrow().rule()).isEqualTo("version");
        assertThat(Validity.check((Response) MessageTest.parse(Samples.RINGING.replace("SIP/2.0 180", "sip/2.0 180"))))
                .isEmpty();
    }

    /** RFC 4475 section 3.3.8: the answer to what comes twice holds each once. */
    @Test
    void theAnswerToDoubledFieldsHasOneOfEach() {
        Request doubled = request("CSeq: 1", "f: <sip:x@y>;tag=2\r\nt: <sip:z>\r\ni: other\r\ncseq: 2 BYE\r\nCSeq: 1");
        Response answer = Validity.check(doubled).orElseThrow().answer(doubled, "mine");
        assertThat(answer.names()).containsExactly("Via", "Via", "To", "From", "Call-ID", "cseq", "Content-Length");
        assertThat(answer.to().encode()).isEqualTo("<sip:weir@mill.example>;tag=mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: SIP/2.0/TCP 22.4.0.1",
                "Via: SIP/2.0/TCP 2240.0.0.1",
                "Via: SIP/2.0/TCP 224a.mill.example",
                "Via: SIP/2.0/TCP 240.mill.example",
                // Who only forwards does not judge what it does not need.
                "Warning: 1000 a \"b\"",
                "Retry-After: 8888888888888888888888"
            })
    void responsesThatAreTaken(String line) {
        Response response = (Response) MessageTest.parse(Samples.RINGING.replace("Contact:", line + "\r\nContact:"));
        assertThat(Validity.check(response)).isEmpty();
    }
}
