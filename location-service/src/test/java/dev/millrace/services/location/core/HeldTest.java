package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldTest {
    private static final Held<Claim> CLAIM = new Held<>(0x0123_4567_89ab_cdefL, false, Samples.claim(7, "r1"));
    private static final Held<Packaging> GRAVE = new Held<>(9, true, Samples.packaging(5, ""));

    /** These bytes lie in running clusters: a node of another version reads them. Never change them; add a form. */
    @Test
    void bytesOfForm1AreGolden() {
        Golden.check(HeldTest.class, "claim.v1.hex", Hex.show(Held.CLAIM.toBytes(CLAIM)) + "\n");
        Golden.check(HeldTest.class, "packaging.v1.hex", Hex.show(Held.PACKAGING.toBytes(GRAVE)) + "\n");
    }

    @Test
    void thereAndBackAtANonZeroOffset() {
        assertThat(back(Held.PACKAGING, GRAVE)).isEqualTo(GRAVE);
        Held<Claim> claim = back(Held.CLAIM, CLAIM);
        assertThat(claim.version()).isEqualTo(CLAIM.version());
        assertThat(claim.value()).usingRecursiveComparison().isEqualTo(CLAIM.value());
    }

    private static <T> T back(Codec<T> codec, T value) {
        byte[] bytes = codec.toBytes(value);
        byte[] shifted = new byte[bytes.length + 3];
        System.arraycopy(bytes, 0, shifted, 3, bytes.length);
        return codec.decode(Reader.of(ByteBuffer.wrap(shifted), 3, bytes.length));
    }

    @Test
    void bytesBehindTheKnownFieldsAreIgnored() {
        byte[] bytes = Held.PACKAGING.toBytes(GRAVE);
        assertThat(Held.PACKAGING.fromBytes(Arrays.copyOf(bytes, bytes.length + 9)))
                .isEqualTo(GRAVE);
    }

    @Test
    void anUnknownFormIsMalformed() {
        byte[] bytes = Held.PACKAGING.toBytes(GRAVE);
        bytes[0] = 2;
        assertThatThrownBy(() -> Held.PACKAGING.fromBytes(bytes)).isInstanceOf(Malformed.class);
    }

    @Test
    void tornAtEveryByteIsMalformed() {
        byte[] bytes = Held.CLAIM.toBytes(CLAIM);
        for (int length = 0; length < bytes.length; length++) {
            byte[] torn = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Held.CLAIM.fromBytes(torn)).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void hostileBytesAreMalformedAtWorst() {
        List<byte[]> samples = List.of(Held.CLAIM.toBytes(CLAIM), Held.PACKAGING.toBytes(GRAVE));
        Mutator.of(41).run("map values", 100_000, samples, bytes -> {
            read(Held.CLAIM, bytes);
            read(Held.PACKAGING, bytes);
        });
    }

    private static void read(Codec<?> codec, byte[] bytes) {
        try {
            codec.fromBytes(bytes);
        } catch (Malformed expected) {
            assertThat(expected.rule()).isNotEmpty();
        }
    }
}
