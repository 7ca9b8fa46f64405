package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;

/** The bytes that travel between nodes, which may be of different versions of us. */
class EnvelopeTest {
    private static final Mac KEY = ClusterSecret.mac("a key of the tests".getBytes(StandardCharsets.UTF_8));
    private static final Mac OTHER = ClusterSecret.mac("another key".getBytes(StandardCharsets.UTF_8));

    private static Envelope sample(Envelope.Kind kind) {
        return new Envelope(kind, 0x0102030405060708L, "A", "node-b", "streams.find.v1", new byte[] {1, 2, 3});
    }

    private static boolean same(Envelope left, Envelope right) {
        return left.kind() == right.kind()
                && left.id() == right.id()
                && left.from().equals(right.from())
                && left.to().equals(right.to())
                && left.question().equals(right.question())
                && Arrays.equals(left.body(), right.body());
    }

    @Test
    void thereAndBack() {
        for (Envelope.Kind kind : Envelope.Kind.values()) {
            Envelope envelope = sample(kind);
            assertThat(same(Envelope.parse(envelope.encode(KEY), KEY), envelope))
                    .isTrue();
        }
    }

    @Test
    void theBytesStayAsTheyAre() {
        String all = EnumSet.allOf(Envelope.Kind.class).stream()
                .map(kind -> kind + "\n" + Hex.show(sample(kind).encode(KEY)))
                .collect(Collectors.joining("\n"));
        Golden.check(EnvelopeTest.class, "envelope.v1.txt", all);
    }

    @Test
    void theBytesOfNodesStayAsTheyAre() {
        NodeInfo info = new NodeInfo(
                "A", Set.of(Role.LOCATION, Role.RTSP_EDGE), "192.0.2.1", 8554, 8080, "10.0.0.1", 5702, 5703, true);
        Load load = new Load(3, 4_000_000, 5_000_000_000L, Set.of(Role.RTSP_EDGE), 42);
        assertThat(ClusterCodecs.info(ClusterCodecs.attribute(info))).isEqualTo(info);
        assertThat(ClusterCodecs.LOAD.fromBytes(ClusterCodecs.LOAD.toBytes(load)))
                .isEqualTo(load);
        KeyRing.Key key = new KeyRing.Key(new byte[] {9, 8, 7}, 1_700_000_000_000L);
        Golden.check(
                EnvelopeTest.class,
                "node.v1.txt",
                String.join(
                        "\n",
                        "info " + Hex.show(ClusterCodecs.INFO.toBytes(info)),
                        "report " + Hex.show(ClusterCodecs.Report.CODEC.toBytes(new ClusterCodecs.Report("A", load))),
                        "draining "
                                + Hex.show(ClusterCodecs.Draining.CODEC.toBytes(
                                        new ClusterCodecs.Draining(Role.HLS_PACKAGER, true))),
                        "key " + Hex.show(KeyRing.Key.CODEC.toBytes(key)),
                        "kept "
                                + Hex.show(Versioned.encode(
                                        new Tables.Spec<>("x", Codec.U32, KeyRing.Key.CODEC, KeyRing.Key::madeMillis),
                                        key,
                                        0x1122334455667788L)),
                        "questions " + ClusterCodecs.questions().keySet()));
    }

    @Test
    void whoDoesNotKnowTheSecretIsNotRead() {
        byte[] bytes = sample(Envelope.Kind.QUESTION).encode(OTHER);
        Malformed refused = catchThrowableOfType(Malformed.class, () -> Envelope.parse(bytes, KEY));
        assertThat(refused.rule()).isEqualTo("bus-authentic");
    }

    @Test
    void everyChangedBitIsNoticed() {
        byte[] bytes = sample(Envelope.Kind.ANSWER).encode(KEY);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Envelope.parse(changed, KEY)).isInstanceOf(Malformed.class);
        }
        Torn.everyPrefix(
                bytes, cut -> assertThatThrownBy(() -> Envelope.parse(cut, KEY)).isInstanceOf(Malformed.class));
    }

    @Test
    void signedNonsenseIsMalformedToo() {
        List<byte[]> samples = EnumSet.allOf(Envelope.Kind.class).stream()
                .map(kind -> unsigned(sample(kind).encode(KEY)))
                .toList();
        AtomicInteger read = new AtomicInteger();
        Mutator.of(20_261_121L).run("bus envelope", 100_000, samples, input -> {
            byte[] signed = Arrays.copyOf(input, input.length + Envelope.MAC_LENGTH);
            System.arraycopy(ClusterSecret.fresh(KEY).doFinal(input), 0, signed, input.length, Envelope.MAC_LENGTH);
            try {
                Envelope.parse(signed, KEY);
                read.incrementAndGet();
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEqualTo("bus-authentic");
            }
        });
        assertThat(read).hasPositiveValue();
    }

    private static byte[] unsigned(byte[] envelope) {
        return Arrays.copyOf(envelope, envelope.length - Envelope.MAC_LENGTH);
    }

    @Test
    void nodeReportsFromTheNetworkAreNeverAnythingButMalformed() {
        NodeInfo info = new NodeInfo("A", Set.of(Role.LOCATION), "h", 1, 2, "c", 3, 4, true);
        Load load = new Load(3, 4, 5, Set.of(Role.RTSP_EDGE), 42);
        List<byte[]> samples = List.of(
                ClusterCodecs.INFO.toBytes(info),
                ClusterCodecs.Report.CODEC.toBytes(new ClusterCodecs.Report("A", load)),
                ClusterCodecs.Draining.CODEC.toBytes(new ClusterCodecs.Draining(Role.LOCATION, false)));
        Mutator.of(7).run("node reports", 100_000, samples, input -> {
            for (var codec : List.of(ClusterCodecs.INFO, ClusterCodecs.Report.CODEC, ClusterCodecs.Draining.CODEC)) {
                try {
                    codec.fromBytes(input);
                } catch (Malformed expected) {
                    assertThat(expected.rule()).isNotEmpty();
                }
            }
        });
    }
}
