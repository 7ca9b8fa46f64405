package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.services.proxy.core.Targets.Phone;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who rings together, who after whom. A phone is written as its ways joined by |, a group in brackets. */
class TargetsTest {
    private static Binding at(String name, int q1000) {
        return at(name, q1000, "", 0, 0);
    }

    private static Binding at(String name, int q1000, String instance, int regId, long registered) {
        return TestBinding.at(name).q(q1000).instance(instance, regId).build().written(registered, 1);
    }

    record Row(String name, List<Binding> bindings, String instance, int limit, String groups) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        List<Binding> flows = List.of(
                at("a1", 1000, "urn:uuid:A", 1, 10),
                at("a2", 1000, "urn:uuid:a", 2, 20),
                at("b", 1000, "urn:uuid:b", 1, 5));
        return Stream.of(
                new Row("nobody", List.of(), "", 9, ""),
                new Row("same q together", List.of(at("a", 1000), at("b", 1000)), "", 9, "[a b]"),
                new Row(
                        "lower q after",
                        List.of(at("a", 500), at("b", 1000), at("c", 500), at("d", 0)),
                        "",
                        9,
                        "[b][a c][d]"),
                new Row("flows of one instance one after the other, latest first", flows, "", 9, "[a2|a1 b]"),
                new Row("a public GRUU names one instance", flows, "urn:uuid:a", 9, "[a2|a1]"),
                new Row("a GRUU of nobody", flows, "urn:uuid:c", 9, ""),
                new Row(
                        "q of an instance is its best",
                        List.of(at("a1", 100, "i", 1, 1), at("b", 500), at("a2", 900, "i", 2, 2)),
                        "",
                        9,
                        "[a2|a1][b]"),
                new Row(
                        "more than allowed",
                        IntStream.range(0, 50)
                                .mapToObj(i -> at("p" + i, 1000 - i / 2))
                                .toList(),
                        "",
                        3,
                        "[p0 p1][p2]"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void order(Row row) {
        StringBuilder shown = new StringBuilder();
        for (List<Phone> group :
                Targets.of(row.bindings(), row.instance(), row.limit()).groups()) {
            shown.append(group.stream()
                    .map(phone -> String.join(
                            "|", phone.ways().stream().map(Binding::contact).toList()))
                    .toList()
                    .toString()
                    .replace(",", ""));
        }
        assertThat(shown).hasToString(row.groups());
    }
}
