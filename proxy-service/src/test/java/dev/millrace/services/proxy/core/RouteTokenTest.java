package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.services.proxy.core.RouteToken.Opened;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use a Record-Route of ours, and for what. */
class RouteTokenTest {
    private static final Seal SEAL = new TestSeal("the cluster's key");
    private static final FlowRef UDP = new FlowRef("node-a", Transport.UDP, 0, 1, "192.0.2.7", 5071);
    private static final FlowRef WSS =
            new FlowRef("node-b", Transport.WSS, 77_000_000_001L, 3, "2001:db8:0:0:0:0:0:9", 40_001);

    record Row(String name, RouteToken token) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> tokens() {
        return Stream.of(
                new Row("both by flow", new RouteToken(Side.of(UDP), Side.of(WSS))),
                new Row("caller's entry", new RouteToken(Side.of(UDP), Side.UNSAID)),
                new Row("callee's entry", new RouteToken(Side.UNSAID, Side.of(WSS))),
                new Row("to a foreign domain", new RouteToken(Side.of(UDP), Side.ADDRESS)),
                new Row("a stranger calls", new RouteToken(Side.confined(UDP), Side.of(WSS))),
                new Row("peer to peer", new RouteToken(Side.ADDRESS, Side.ADDRESS)));
    }

    private static Optional<Opened> open(String text, String callId, String from, String to) {
        return RouteToken.open(SEAL, text, callId, from, to);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void itSaysWhichSideSentTheRequest(Row row) {
        String text = row.token().encode(SEAL, "id@host", "tag-a");
        assertThat(text).matches("[A-Za-z0-9_-]+").hasSizeLessThan(RouteToken.LIMIT);
        assertThat(open(text, "id@host", "tag-a", "tag-b")).contains(new Opened(row.token(), true));
        assertThat(open(text, "id@host", "tag-b", "tag-a")).contains(new Opened(row.token(), false));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void itIsGoodForNoOtherDialog(Row row) {
        String text = row.token().encode(SEAL, "id@host", "tag-a");
        assertThat(open(text, "other@host", "tag-a", "tag-b")).isEmpty();
        assertThat(open(text, "id@host", "tag-x", "tag-y")).isEmpty();
        assertThat(open(text, "id@host", "", "")).isEmpty();
        assertThat(RouteToken.open(new TestSeal("another"), text, "id@host", "tag-a", "tag-b"))
                .isEmpty();
    }

    @Test
    void twoEntriesTogetherKnowBothSides() {
        RouteToken caller = new RouteToken(Side.of(UDP), Side.UNSAID);
        RouteToken callee = new RouteToken(Side.UNSAID, Side.of(WSS));
        assertThat(caller.with(callee)).isEqualTo(new RouteToken(Side.of(UDP), Side.of(WSS)));
        assertThat(callee.with(caller)).isEqualTo(new RouteToken(Side.of(UDP), Side.of(WSS)));
    }

    @Test
    void nothingButTheTokenItselfOpens() {
        String text = new RouteToken(Side.of(UDP), Side.of(WSS)).encode(SEAL, "id@host", "tag-a");
        byte[] sample = text.getBytes(StandardCharsets.US_ASCII);
        Mutator.of(4).run("route token", 100_000, List.of(sample), input -> {
            String changed = new String(input, StandardCharsets.ISO_8859_1);
            if (!changed.equals(text)) {
                open(changed, "id@host", "tag-a", "tag-b")
                        .ifPresent(opened -> assertThat(opened.token().encode(SEAL, "id@host", "tag-a"))
                                .isEqualTo(text));
            }
        });
    }
}
