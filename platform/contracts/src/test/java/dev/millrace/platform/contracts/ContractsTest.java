package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Samples.Asked;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our own wire protocol between nodes of different versions. */
class ContractsTest implements Travelling {
    @Override
    public String golden() {
        return "contracts.v1.txt";
    }

    @Override
    public List<Class<?>> contracts() {
        return List.of(Streams.class, Relay.class, Packagings.class);
    }

    @Override
    public List<Asked<?, ?>> questions() {
        return Samples.questions();
    }

    @Test
    void whatTheNetworkSendsIsNeverAnythingButMalformed() {
        Wire.mutated(Mutator.of(3), "contract codecs", 400_000, wires().toList());
    }

    record Lie(String name, Codec<?> codec, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Lie> lies() {
        return Stream.of(
                new Lie("text longer than the rest", Codec.TEXT, "00 00 00 05 61"),
                new Lie("text beyond the limit", Codec.TEXT, "00 10 00 01 61"),
                new Lie("text of 2^32-1 bytes", Codec.TEXT, "ff ff ff ff 61"),
                new Lie("list longer than the rest", Codec.list(Codec.U8), "00 00 00 05 61"),
                new Lie("list beyond the limit", Codec.list(Codec.U8), "00 01 86 a1 61"),
                new Lie("list of 100,000 nothings that are missing", Codec.list(Codec.U8), "00 01 86 a0"),
                new Lie("enum number nobody has", Codec.enumeration(Relay.Outcome.class), "04"),
                new Lie("role number nobody has", Role.CODEC, "ff"),
                new Lie("path that climbs", StreamPath.CODEC, "00 00 00 04 61 2f 2e 2e"));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aLieAboutALengthIsMalformed(Lie lie) {
        byte[] bytes = Hex.of(lie.bytes());
        assertThatThrownBy(() -> lie.codec().fromBytes(bytes)).isInstanceOf(Malformed.class);
    }

    @Test
    void rolesHaveTheirNames() {
        for (Role role : Role.values()) {
            assertThat(Role.parse(role.text())).isEqualTo(role);
        }
        assertThat(Role.RTSP_EDGE.text()).isEqualTo("rtsp-edge");
        assertThatThrownBy(() -> Role.parse("RTSP_EDGE")).isInstanceOf(Malformed.class);
    }
}
