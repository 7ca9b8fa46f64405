package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Samples.Wire;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our own wire protocol between nodes of different versions. */
class ContractsTest {
    static Stream<Wire<?>> wires() {
        return Samples.wires();
    }

    @Test
    void theBytesOfVersionOneStayAsTheyAre() {
        Golden.check(
                ContractsTest.class,
                "contracts.v1.txt",
                wires().map(wire -> wire.name() + "\n" + Hex.show(wire.bytes())).collect(Collectors.joining("\n")));
    }

    @ParameterizedTest
    @MethodSource("wires")
    void thereAndBackAtAnyOffsetAndWithANewersFieldsBehind(Wire<?> wire) {
        roundTrip(wire);
    }

    private static <T> void roundTrip(Wire<T> wire) {
        byte[] bytes = wire.bytes();
        assertThat(wire.codec().toBytes(wire.codec().fromBytes(bytes))).isEqualTo(bytes);
        T inside = wire.codec().decode(Reader.of(Torn.atOffset(bytes)));
        assertThat(wire.codec().toBytes(inside)).isEqualTo(bytes);
        T newer = wire.codec().fromBytes(Arrays.copyOf(bytes, bytes.length + 5));
        assertThat(wire.codec().toBytes(newer)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void tornAtEveryByteItIsMalformed(Wire<?> wire) {
        Torn.everyPrefix(
                wire.bytes(),
                prefix ->
                        assertThatThrownBy(() -> wire.codec().fromBytes(prefix)).isInstanceOf(Malformed.class));
    }

    @Test
    void everyQuestionHasASampleAndItsNameIsItsOwn() throws IllegalAccessException {
        Set<String> asked = new TreeSet<>();
        Samples.questions().forEach(sample -> asked.add(sample.question().name()));
        Set<String> declared = new TreeSet<>();
        for (Class<?> contract : List.of(Streams.class, Relay.class, Packagings.class)) {
            for (Field field : contract.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof Question<?, ?> question) {
                    assertThat(declared.add(question.name()))
                            .as(question.name())
                            .isTrue();
                    assertThat(question.name()).matches("[a-z-]+\\.[a-z-]+\\.v[1-9]");
                }
            }
        }
        assertThat(asked).isEqualTo(declared);
    }

    @Test
    void whatTheNetworkSendsIsNeverAnythingButMalformed() {
        List<Wire<?>> wires = wires().toList();
        List<byte[]> samples = new ArrayList<>();
        wires.forEach(wire -> {
            if (wire.bytes().length > 0) {
                samples.add(wire.bytes());
            }
        });
        int[] turn = {0};
        Mutator.of(3).run("contract codecs", 400_000, samples, input -> {
            try {
                wires.get(turn[0]++ % wires.size()).codec().fromBytes(input);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
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
