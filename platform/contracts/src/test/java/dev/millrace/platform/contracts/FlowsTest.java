package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FlowsTest {
    record Row(String name, FlowRef flow, String compact) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "IPv4 over UDP",
                        new FlowRef("a1", Transport.UDP, 0, 1, "192.0.2.7", 5060),
                        "00 01 13 c4 c0 00 02 07 61 31"),
                new Row(
                        "IPv4 over UDP, of one process",
                        new FlowRef("a1", Transport.UDP, 258, 1, "192.0.2.7", 5060),
                        "80 01 13 c4 c0 00 02 07 00 00 00 00 00 00 01 02 61 31"),
                new Row(
                        "IPv6 over TLS",
                        new FlowRef("a1", Transport.TLS, 258, 0, "2001:db8:0:0:0:0:0:1", 40_000),
                        "12 00 9c 40 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 01 02 61 31"),
                new Row(
                        "a zone",
                        new FlowRef("a1", Transport.TCP, 7, 3, "fe80:0:0:0:0:0:0:1%2", 5060),
                        "21 03 13 c4 14 66 65 38 30 3a 30 3a 30 3a 30 3a 30 3a 30 3a 30 3a 31 25 32 00 00 00 00 00 00 00 07 61 31"),
                new Row(
                        "WebSocket",
                        new FlowRef("node-b.example", Transport.WSS, -1, 5, "198.51.100.1", 65_535),
                        "04 05 ff ff c6 33 64 01 ff ff ff ff ff ff ff ff 6e 6f 64 65 2d 62 2e 65 78 61 6d 70 6c 65"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void thereAndBack(Row row) {
        assertThat(Hex.show(row.flow().compact())).isEqualToIgnoringWhitespace(row.compact());
        assertThat(FlowRef.ofCompact(Hex.of(row.compact()))).isEqualTo(row.flow());
        assertThat(FlowRef.CODEC.fromBytes(FlowRef.CODEC.toBytes(row.flow()))).isEqualTo(row.flow());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsCutIsMalformedOrAnotherFlow(Row row) {
        Torn.everyCut(row.flow().compact(), (first, rest) -> {
            try {
                assertThat(FlowRef.ofCompact(first).equals(row.flow())).isEqualTo(rest.length == 0);
            } catch (Malformed cut) {
                assertThat(cut.rule()).isIn("flow", "truncated");
            }
        });
    }

    @Test
    void lies() {
        for (String lie : List.of("05 00 00 00", "30 00 13 c4 01 02 03 04 61", "00 00 13 c4 01 02 03 04")) {
            assertThatThrownBy(() -> FlowRef.ofCompact(Hex.of(lie))).isInstanceOf(Malformed.class);
        }
        assertThatThrownBy(() -> FlowRef.ofCompact(new byte[Flows.COMPACT_LIMIT + 1]))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void mutated() {
        Mutator.of(7)
                .run("flow", 100_000, rows().map(row -> row.flow().compact()).toList(), bytes -> {
                    try {
                        FlowRef.ofCompact(bytes);
                    } catch (Malformed expected) {
                        assertThat(expected.rule()).isNotEmpty();
                    }
                });
    }

    @ParameterizedTest
    @EnumSource
    void transportsHaveTheirNames(Transport transport) {
        assertThat(Transport.parse(transport.text())).isEqualTo(transport);
        assertThat(Transport.parse(transport.viaName())).isEqualTo(transport);
        assertThat(transport.defaultPort()).isPositive();
        assertThat(transport.reliable()).isEqualTo(transport != Transport.UDP);
        assertThat(transport.secure()).isEqualTo(transport.defaultPort() == 5061 || transport.defaultPort() == 443);
        assertThatThrownBy(() -> Transport.parse("SCTP")).isInstanceOf(Malformed.class);
    }
}
