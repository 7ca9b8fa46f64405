package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Dialog;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Outcome;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Calls.Refresh;
import dev.millrace.platform.contracts.Calls.Stage;
import dev.millrace.platform.contracts.Calls.Times;
import dev.millrace.platform.contracts.Samples.Asked;
import dev.millrace.platform.contracts.Samples.Wire;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The questions about calls, as they travel between nodes of different versions. */
class CallsTest {
    private static final Call CALL = new Call(
            "k7wq2mzr",
            "0f1e2d3c4b5a69788796a5b4",
            "node-a",
            new Parties("sip:alice@example.com", "sip:bob@example.com", "00c0ffee", "beefcafe"),
            new Times(1_764_000_000_000L, 1_764_000_000_250L, 1_764_000_004_000L, 0),
            new Outcome(EndedBy.NOBODY, 200, 3),
            1_764_000_001_800L,
            2);
    private static final Dialog DIALOG = new Dialog(CALL.key(), "beefcafe", "00c0ffee");

    static Stream<Wire<?>> wires() {
        return Stream.<Asked<?, ?>>of(
                        new Asked<>(
                                Calls.LIST,
                                new Listing(
                                        "sip:alice@example.com", Stage.TALKING, 1_764_000_009_000L, "k7wq2mzs", 100),
                                new Page(List.of(CALL, CALL), 2)),
                        new Asked<>(Calls.ENDED, DIALOG, true),
                        new Asked<>(Calls.REFRESHED, new Refresh(DIALOG, 1_764_000_003_600L), false))
                .flatMap(Asked::wires);
    }

    @Test
    void theBytesOfVersionOneStayAsTheyAre() {
        Golden.check(
                CallsTest.class,
                "calls.v1.txt",
                wires().map(wire -> wire.name() + "\n" + Hex.show(wire.bytes())).collect(Collectors.joining("\n")));
    }

    @ParameterizedTest
    @MethodSource("wires")
    void thereAndBackAtAnyOffsetTornAndWithANewersFieldsBehind(Wire<?> wire) {
        roundTrip(wire);
    }

    private static <T> void roundTrip(Wire<T> wire) {
        byte[] bytes = wire.bytes();
        assertThat(wire.codec().toBytes(wire.codec().fromBytes(bytes))).isEqualTo(bytes);
        T inside = wire.codec().decode(Reader.of(Torn.atOffset(bytes)));
        assertThat(wire.codec().toBytes(inside)).isEqualTo(bytes);
        T newer = wire.codec().fromBytes(Arrays.copyOf(bytes, bytes.length + 5));
        assertThat(wire.codec().toBytes(newer)).isEqualTo(bytes);
        Torn.everyPrefix(
                bytes,
                prefix ->
                        assertThatThrownBy(() -> wire.codec().fromBytes(prefix)).isInstanceOf(Malformed.class));
    }

    @Test
    void aCallTalksBetweenAnswerAndEnd() {
        assertThat(CALL.talking()).isTrue();
        assertThat(CALL.stage()).isEqualTo(Stage.TALKING);
        assertThat(CALL.parties().caller()).isEqualTo("sip:alice@example.com");
    }
}
