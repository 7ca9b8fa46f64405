package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import dev.millrace.platform.contracts.Codec;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of two values after a split. */
class NewerWinsTest {
    private static final Tables.Spec<String, String> SPEC =
            new Tables.Spec<>("x", Codec.TEXT, Codec.TEXT, value -> Long.parseLong(value.substring(1)));

    record Row(String name, String merging, @Nullable String existing, String left) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("newer from the smaller side", "a2", "b1", "a2"),
                new Row("older from the smaller side", "a1", "b2", "b2"),
                new Row("nothing on the larger side", "a1", null, "a1"),
                new Row("equal versions: the larger bytes", "b1", "a1", "b1"),
                new Row("equal versions, other way round", "a1", "b1", "b1"),
                new Row("the same", "a1", "a1", "a1"),
                new Row("negative versions", "a-1", "b-2", "a-1"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theHigherVersionStays(Row row) {
        byte[] left =
                new NewerWins().merge(value(row.merging()), row.existing() == null ? null : value(row.existing()));
        assertThat(Versioned.decode(SPEC, left)).isEqualTo(row.left());
    }

    private static MergingValue<byte[]> value(String text) {
        byte[] bytes = Versioned.encode(SPEC, text, 5);
        return new MergingValue<>() {
            @Override
            public byte[] getRawValue() {
                return bytes;
            }

            @Override
            public byte[] getDeserializedValue() {
                return bytes;
            }
        };
    }
}
