package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class MessageTest {
    static final List<String> MESSAGES = Samples.MESSAGES;

    static Message parse(String text) {
        byte[] wire = Samples.bytes(text);
        return parse(wire, 0, wire.length);
    }

    private static Message parse(byte[] wire, int offset, int length) {
        Framed<Message> framed = Parser.parse(wire, offset, length);
        assertThat(framed).as(framed::toString).isInstanceOf(Framed.Message.class);
        return ((Framed.Message<Message>) framed).message();
    }

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void thereAndBackAtAnOffset(String text) {
        byte[] wire = Samples.bytes(text);
        ByteBuffer buffer = Torn.atOffset(wire);
        Message message = parse(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        assertThat(message.length()).isEqualTo(wire.length);
        assertThat(message.encode()).isEqualTo(wire);
        byte[] into = new byte[wire.length + 2];
        message.encode(into, 1);
        assertThat(Arrays.copyOfRange(into, 1, wire.length + 1)).isEqualTo(wire);
        assertThat(message).isEqualTo(parse(text)).hasSameHashCodeAs(parse(text));
    }

    /** A datagram that was cut is never taken for a whole one. */
    @ParameterizedTest
    @FieldSource("MESSAGES")
    void aCutDatagramIsBroken(String text) {
        Torn.everyPrefix(Samples.bytes(text), first -> {
            if (first.length > 0) {
                assertThat(Parser.parse(first, 0, first.length)).isInstanceOf(Framed.Broken.class);
            }
        });
    }

    @Test
    void theWholeDatagramIsTheMessagesOwn() {
        byte[] wire = Samples.bytes(Samples.INVITE);
        assertThat(parse(wire, 0, wire.length).encode()).isSameAs(wire);
    }

    @Test
    void fieldsOfARequest() {
        Request invite = (Request) parse(Samples.INVITE);
        assertThat(invite.method()).isEqualTo("INVITE");
        assertThat(invite.uri().encode()).isEqualTo("sip:weir@mill.example");
        assertThat(invite.version()).isEqualTo("SIP/2.0");
        assertThat(invite.topVia().branch()).contains("z9hG4bK7c31.0e9d4f62a8b5.1");
        assertThat(invite.vias()).hasSize(2);
        assertThat(invite.vias().getFirst()).isEqualTo(invite.topVia());
        assertThat(invite.vias().getLast().rport()).isEqualTo(5062);
        assertThat(invite.from().display()).isEqualTo("Mara Miller");
        assertThat(invite.from().tag()).contains("4bd07716");
        assertThat(invite.to().tag()).isEmpty();
        assertThat(invite.callId()).isEqualTo("u8Kd2Lq0eRj5TbVw9xYz3g..");
        assertThat(invite.cseq()).isEqualTo(new CSeq(1, "INVITE"));
        assertThat(invite.maxForwards()).isEqualTo(69);
        assertThat(invite.routes()).extracting(NameAddr::encode).containsExactly("<sip:edge.mill.example;lr>");
        assertThat(invite.first(Keys.RECORD_ROUTES)
                        .orElseThrow()
                        .sipUri()
                        .params()
                        .value("ftag"))
                .contains("4bd07716");
        assertThat(invite.all(Keys.SUPPORTEDS)).containsExactly("replaces", "100rel", "timer");
        assertThat(invite.first(Keys.SUPPORTEDS)).contains("replaces");
        assertThat(invite.text("supported")).contains("replaces, 100rel, timer");
        assertThat(invite.text("K")).contains("replaces, 100rel, timer");
        assertThat(invite.first(Keys.CONTENT_TYPE)).contains("application/sdp");
        assertThat(new String(invite.body(), StandardCharsets.UTF_8)).isEqualTo(Samples.SDP);
        assertThat(invite.bodyLength()).isEqualTo(240);
        assertThat(invite.has(Keys.SUPPORTEDS)).isTrue();
        assertThat(invite.has(Keys.EXPIRES)).isFalse();
        assertThat(invite.first(Keys.EXPIRES)).isEmpty();
        assertThat(invite.all(Keys.PATHS)).isEmpty();
        assertThat(invite.names())
                .startsWith("Via", "Via", "Max-Forwards", "Route")
                .endsWith("Content-Length");
    }

    @Test
    void fieldsOfAResponse() {
        Response ringing = (Response) parse(Samples.RINGING);
        assertThat(ringing.status()).isEqualTo(180);
        assertThat(ringing.reason()).isEqualTo("Ringing");
        assertThat(ringing.method()).isEqualTo("INVITE");
        assertThat(ringing.isFinal()).isFalse();
        assertThat(ringing.isSuccess()).isFalse();
        assertThat(ringing.from().display()).isEqualTo("Mara \"Mill\" Miller");
        assertThat(ringing.all(Keys.RECORD_ROUTES)).hasSize(2);
        assertThat(ringing.count(Keys.RECORD_ROUTES)).isEqualTo(1);
        Contact.Address contact = (Contact.Address) ringing.first(Keys.CONTACTS).orElseThrow();
        assertThat(contact.address().sipUri().plainHost()).isEqualTo("2001:db8::44");
        assertThat(Validity.check(ringing)).isEmpty();
    }

    @Test
    void compactFormsFoldsAndWhiteSpace() {
        Request message = (Request) parse(Samples.COMPACT);
        assertThat(((SipUri) message.uri()).secure()).isTrue();
        assertThat(message.vias()).extracting(Via::transport).containsExactly("TLS", "WSS");
        assertThat(message.topVia()).isEqualTo(Via.parse("SIP/2.0/TLS phone.mill.example:5061; branch = z9hG4bKc0"));
        assertThat(message.topVia().branch()).contains("z9hG4bKc0");
        assertThat(message.from().tag()).contains("c1");
        assertThat(message.callId()).isEqualTo("compact@mill");
        assertThat(message.all(Keys.SUPPORTEDS)).isEmpty();
        assertThat(message.has(Keys.SUPPORTEDS)).isTrue();
        assertThat(message.first(Keys.CONTENT_TYPE)).contains("multipart/mixed;boundary=x");
        assertThat(new String(message.body(), StandardCharsets.UTF_8)).contains("Mühle");
        assertThat(Validity.check(message)).isEmpty();
    }

    @Test
    void anUnknownHeaderIsFoundInAnyCase() {
        Message message =
                parse(Samples.RINGING.replace("CSeq:", "X-Wheel : turns,\r\n  slowly\r\nx-WHEEL:again\r\nCSeq:"));
        assertThat(message.all(HeaderKey.text("x-wheel"))).containsExactly("turns, slowly", "again");
        assertThat(message.text("X-WHEEL")).contains("turns, slowly");
        assertThat(message.text("X-Whee")).isEmpty();
        assertThat(message.text("")).isEmpty();
    }

    @Test
    void everyKnownNameIsFoundBySpellingAndByCompactForm() {
        for (HeaderName name : HeaderName.values()) {
            String spelling = name.spelling();
            assertThat(HeaderName.of(spelling.toUpperCase(java.util.Locale.ROOT)))
                    .isEqualTo(name);
            byte[] b = Samples.bytes(spelling.toLowerCase(java.util.Locale.ROOT));
            if (b.length > 0) {
                assertThat(HeaderName.of(HeaderName.id(b, 0, b.length))).isEqualTo(name);
            }
        }
        assertThat(HeaderName.of("I")).isEqualTo(HeaderName.CALL_ID);
        assertThat(HeaderName.of("z")).isEqualTo(HeaderName.OTHER);
        assertThat(HeaderName.of("Vib")).isEqualTo(HeaderName.OTHER);
    }

    @Test
    void bareLineFeedsEndLinesToo() {
        Message message = parse(Samples.REGISTER.replace("\r\n", "\n"));
        assertThat(message.callId()).isEqualTo("Zk3Q8vT1mWb5XyLr0nHs7A..");
        assertThat(Validity.check((Request) message)).isEmpty();
    }

    @Test
    void aReasonMayLackItsSpace() {
        Response response = (Response) parse(Samples.RINGING.replace("180 Ringing", "180"));
        assertThat(response.status()).isEqualTo(180);
        assertThat(response.reason()).isEmpty();
    }

    @Test
    void maxForwards() {
        assertThat(parse(Samples.INVITE.replace("Max-Forwards: 69", "Max-Forwards: 0"))
                        .maxForwards())
                .isZero();
        assertThat(parse(Samples.INVITE.replace("Max-Forwards: 69", "Max-Forwards: 256"))
                        .maxForwards())
                .isEqualTo(-1);
        assertThat(parse(Samples.INVITE.replace("Max-Forwards: 69\r\n", "")).maxForwards())
                .isEqualTo(-1);
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> parse(Samples.INVITE.replace("Max-Forwards: 69", "Max-Forwards: -1"))
                        .maxForwards());
    }

    @Test
    void missingAndEmptyFields() {
        Message message = parse(Samples.RINGING.replace("To: <sip:weir@mill.example>;tag=e05b", "To: "));
        assertThatExceptionOfType(Malformed.class).isThrownBy(message::to).withMessageContaining("To is empty");
        Message without = parse(Samples.RINGING.replaceAll("Via: .*\r\n", ""));
        assertThatExceptionOfType(Malformed.class).isThrownBy(without::topVia).withMessageContaining("Via is missing");
    }

    @Test
    void toStringTellsNothingOfTheContent() {
        assertThat(parse(Samples.REGISTER)).hasToString("Request[REGISTER]");
        assertThat(parse(Samples.RINGING)).hasToString("Response[180]");
    }
}
