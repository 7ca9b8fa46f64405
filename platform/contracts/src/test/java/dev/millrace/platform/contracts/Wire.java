package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A record that travels, with its codec, and what holds for each of them; {@code name} is its row in the golden file. */
record Wire<T>(String name, Codec<T> codec, T value) {
    byte[] bytes() {
        return codec.toBytes(value);
    }

    /** The bytes of a version stay as they are. */
    static void golden(Class<?> testClass, String file, Stream<Wire<?>> wires) {
        Golden.check(
                testClass,
                file,
                wires.map(wire -> wire.name() + "\n" + Hex.show(wire.bytes())).collect(Collectors.joining("\n")));
    }

    /** At any offset, and with a newer version's fields behind. */
    void thereAndBack() {
        byte[] bytes = bytes();
        assertThat(codec.toBytes(codec.fromBytes(bytes))).isEqualTo(bytes);
        T inside = codec.decode(Reader.of(Torn.atOffset(bytes)));
        assertThat(codec.toBytes(inside)).isEqualTo(bytes);
        T newer = codec.fromBytes(Arrays.copyOf(bytes, bytes.length + 5));
        assertThat(codec.toBytes(newer)).isEqualTo(bytes);
    }

    void tornIsMalformed() {
        Torn.everyPrefix(
                bytes(),
                prefix -> assertThatThrownBy(() -> codec.fromBytes(prefix)).isInstanceOf(Malformed.class));
    }

    /** What the network sends is never anything but malformed. */
    static void mutated(Mutator mutator, String name, int executions, List<Wire<?>> wires) {
        List<byte[]> samples = wires.stream()
                .map(Wire::bytes)
                .filter(bytes -> bytes.length > 0)
                .toList();
        int[] turn = {0};
        mutator.run(name, executions, samples, input -> {
            try {
                wires.get(turn[0]++ % wires.size()).codec().fromBytes(input);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
