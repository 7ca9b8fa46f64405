package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Samples.Asked;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every contract whose records travel between nodes of different versions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
interface Travelling {
    /** The file with the bytes of version one. */
    String golden();

    /** Where its questions stand. */
    List<Class<?>> contracts();

    /** Each of them, with a query and an answer. */
    List<Asked<?, ?>> questions();

    default Stream<Wire<?>> wires() {
        return questions().stream().flatMap(Asked::wires);
    }

    @Test
    default void theBytesOfVersionOneStayAsTheyAre() {
        Wire.golden(getClass(), golden(), wires());
    }

    @ParameterizedTest
    @MethodSource("wires")
    default void thereAndBackAtAnyOffsetAndWithANewersFieldsBehind(Wire<?> wire) {
        wire.thereAndBack();
    }

    @ParameterizedTest
    @MethodSource("wires")
    default void tornAtEveryByteItIsMalformed(Wire<?> wire) {
        wire.tornIsMalformed();
    }

    @Test
    default void everyQuestionHasASampleAndItsNameIsItsOwn() throws IllegalAccessException {
        Set<String> asked = new TreeSet<>();
        questions().forEach(sample -> asked.add(sample.question().name()));
        assertThat(asked).isEqualTo(Samples.names(contracts()));
    }
}
