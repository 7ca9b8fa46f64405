package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Samples.Asked;
import dev.millrace.platform.contracts.Samples.Wire;
import dev.millrace.platform.contracts.SipDoors.Arrival;
import dev.millrace.platform.contracts.SipDoors.Sending;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the doors of nodes of different versions say to each other. */
class SipDoorsTest {
    private static final byte[] MESSAGE =
            "OPTIONS sip:example.com SIP/2.0\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final FlowRef FLOW = new FlowRef("node-a", Transport.TLS, 258, 2, "192.0.2.7", 40_000);
    private static final Arrival ARRIVAL = new Arrival(
            MESSAGE, FLOW, "192.0.2.7", 40_000, "sip.example.com", 5061, true, List.of("trunk.example.com"));

    static Stream<Wire<?>> wires() {
        return Stream.<Asked<?, ?>>of(
                        new Asked<>(SipDoors.TAKE_REGISTRAR, ARRIVAL, true),
                        new Asked<>(SipDoors.TAKE_PROXY, ARRIVAL, false),
                        new Asked<>(SipDoors.TAKE_REDIRECT, ARRIVAL, true),
                        new Asked<>(SipDoors.FORWARD, ARRIVAL, Codec.Nothing.NOTHING),
                        new Asked<>(SipDoors.KEEP, new SipDoors.Keeping(FLOW, 3_600_000), Codec.Nothing.NOTHING),
                        new Asked<>(SipDoors.SEND, new Sending(FLOW, MESSAGE), true))
                .flatMap(Asked::wires);
    }

    @Test
    void theBytesOfVersionOneStayAsTheyAre() {
        Golden.check(
                SipDoorsTest.class,
                "sip-doors.v1.txt",
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
}
