package dev.millrace.protocols.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.stun.StunMessage.Attribute;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StunTest {
    private static final String HEADER = "2112a442 b7e7a701bc34d686fa87dfae";

    /** RFC 5769 section 2.1. */
    private static final byte[] REQUEST = Hex.of("0001 0058" + HEADER
            + "8022 0010 5354554e207465737420636c69656e74"
            + "0024 0004 6e0001ff 8029 0008 932ff9b151263b36"
            + "0006 0009 6576746a3a68367659202020"
            + "0008 0014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 8028 0004 e57a3bcf");

    /** RFC 5769 section 2.2. */
    private static final byte[] RESPONSE_V4 = Hex.of("0101 003c" + HEADER
            + "8022 000b 7465737420766563746f7220 0020 0008 0001a147e112a643"
            + "0008 0014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 8028 0004 c07d4c96");

    /** RFC 5769 section 2.3. */
    private static final byte[] RESPONSE_V6 = Hex.of("0101 0048" + HEADER
            + "8022 000b 7465737420766563746f7220 0020 0014 0002a147 0113a9faa5d3f179bc25f4b5bed2b9d9"
            + "0008 0014 a382954e4be67bf11784c97c8292c275bfe3ed41 8028 0004 c8fb0b4c");

    private static final byte[] BARE = Hex.of("0001 0000" + HEADER);
    private static final byte[] V4 = {(byte) 192, 0, 2, 1};
    private static final byte[] V6 = Hex.of("20010db8 12345678 00112233 44556677");
    private static final int PORT = 32853;

    private static Optional<byte[]> answer(byte[] request, byte[] address) {
        byte[] inside = new byte[request.length + 9];
        Arrays.fill(inside, (byte) 0xA5);
        System.arraycopy(request, 0, inside, 5, request.length);
        return Stun.answer(inside, 5, request.length, address, PORT);
    }

    private static StunMessage parsed(byte[] bytes) {
        return StunMessage.parse(bytes, 0, bytes.length);
    }

    @Test
    void theSamplesOfTheRfcAreRead() {
        StunMessage request = parsed(REQUEST);
        assertThat(request.type()).isEqualTo(StunMessage.BINDING_REQUEST);
        assertThat(request.attributes())
                .extracting(Attribute::type)
                .containsExactly(0x8022, 0x0024, 0x8029, 0x0006, 0x0008, 0x8028);
        assertThat(request.first(0x0006).orElseThrow().value())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("evtj:h6vY");
        StunMessage.Mapped v4 = parsed(RESPONSE_V4).mapped().orElseThrow();
        assertThat(v4.address()).isEqualTo(V4);
        assertThat(v4.port()).isEqualTo(PORT);
        StunMessage.Mapped v6 = parsed(RESPONSE_V6).mapped().orElseThrow();
        assertThat(v6.address()).isEqualTo(V6);
        assertThat(v6.port()).isEqualTo(PORT);
    }

    @Test
    void aBareRequestIsToldItsAddress() {
        assertThat(answer(BARE, V4)).contains(Hex.of("0101 000c" + HEADER + "0020 0008 0001a147e112a643"));
        assertThat(answer(BARE, V6))
                .contains(Hex.of("0101 0018" + HEADER + "0020 0014 0002a147 0113a9faa5d3f179bc25f4b5bed2b9d9"));
    }

    @Test
    void aFingerprintIsAnsweredByAFingerprint() {
        StunMessage success = parsed(answer(REQUEST, V6).orElseThrow());
        assertThat(success.type()).isEqualTo(StunMessage.BINDING_SUCCESS);
        assertThat(success.transaction()).isEqualTo(parsed(REQUEST).transaction());
        assertThat(success.mapped().orElseThrow().address()).isEqualTo(V6);
        assertThat(success.first(StunMessage.FINGERPRINT)).isPresent();
    }

    @Test
    void whatMustBeUnderstoodAndIsNotIsAnswered420() {
        byte[] request = Hex.of("0001 0018" + HEADER + "0003 0004 00000006 0003 0004 00000006 0026 0004 00000000");
        StunMessage error = parsed(answer(request, V4).orElseThrow());
        assertThat(error.type()).isEqualTo(StunMessage.BINDING_ERROR);
        assertThat(error.first(StunMessage.ERROR_CODE).orElseThrow().value()).isEqualTo(Hex.of("00000414"));
        assertThat(error.first(StunMessage.UNKNOWN_ATTRIBUTES).orElseThrow().value())
                .isEqualTo(Hex.of("0003 0026"));
    }

    record Silent(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Silent> silent() {
        byte[] forged = REQUEST.clone();
        forged[forged.length - 1] ^= 1;
        return Stream.of(
                new Silent("indication", Hex.of("0011 0000" + HEADER)),
                new Silent("success response, which would loop", RESPONSE_V4),
                new Silent("error response", Hex.of("0111 0000" + HEADER)),
                new Silent("method of TURN", Hex.of("0003 0000" + HEADER)),
                new Silent("wrong fingerprint", forged),
                new Silent(
                        "fingerprint not last", Hex.of("0001 0010" + HEADER + "8028 0004 00000000 8022 0004 00000000")),
                new Silent("no cookie (RFC 3489)", Hex.of("0001 0000 00112233445566778899aabbccddeeff")),
                new Silent("first bits set", Hex.of("8001 0000" + HEADER)),
                new Silent("length a lie", Hex.of("0001 0004" + HEADER)),
                new Silent("length no multiple of 4", Hex.of("0001 0001" + HEADER + "00")),
                new Silent("attribute longer than the rest", Hex.of("0001 0004" + HEADER + "8022 0004")),
                new Silent("attribute without its padding", Hex.of("0001 0005" + HEADER + "8022 0001 41")),
                new Silent("33 attributes", Hex.of("0001 0084" + HEADER + "8022 0000".repeat(33))),
                new Silent("beyond the limit", Hex.of("0001 04f0" + HEADER + "8022 04ec" + "00".repeat(0x4ec))),
                new Silent("empty", new byte[0]));
    }

    @ParameterizedTest
    @MethodSource("silent")
    void allElseIsMetWithSilence(Silent row) {
        assertThat(answer(row.bytes(), V4)).isEmpty();
    }

    @Test
    void tornAtEveryByteItIsMalformed() {
        Torn.everyPrefix(REQUEST, prefix -> {
            assertThat(Stun.looksLike(prefix)).isFalse();
            assertThatThrownBy(() -> parsed(prefix)).isInstanceOf(Malformed.class);
        });
    }

    @Test
    void stunIsToldFromSip() {
        assertThat(Stun.looksLike(BARE)).isTrue();
        assertThat(Stun.looksLike(REQUEST)).isTrue();
        assertThat(Stun.looksLike("OPTIONS sip:a@example.com SIP/2.0\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(Stun.looksLike("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(Stun.looksLike(new byte[20])).isFalse();
    }

    @Test
    void anAddressThatIsNoneIsMalformed() {
        StunMessage lie = parsed(Hex.of("0101 000c" + HEADER + "0020 0008 0002a147e112a643"));
        assertThatThrownBy(lie::mapped).isInstanceOf(Malformed.class);
    }

    @Test
    void whatTheNetworkSendsNeverThrowsAndGainsLittle() {
        byte[] change = Hex.of("0001 0008" + HEADER + "0003 0004 00000006");
        Mutator.of(5389).run("stun", 400_000, List.of(REQUEST, RESPONSE_V4, RESPONSE_V6, BARE, change), input -> {
            Stun.looksLike(input);
            Stun.answer(input, 0, input.length, V6, PORT)
                    .ifPresent(answer -> assertThat(answer.length).isLessThanOrEqualTo(input.length + Stun.MAX_GROWTH));
            try {
                StunMessage message = parsed(input);
                assertThat(parsed(message.encode())).isEqualTo(message);
                message.mapped();
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
