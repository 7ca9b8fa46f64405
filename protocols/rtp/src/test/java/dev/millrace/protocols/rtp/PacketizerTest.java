package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.codecs.Aac;
import dev.millrace.protocols.codecs.AudioSpecificConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access units to packets and back, and payloads that are too big cut. */
class PacketizerTest {
    private static final int EXECUTIONS = 120_000;

    private final Random random = new Random(15);

    private byte[] nal(String encoding, int length) {
        byte[] nal = new byte[length];
        random.nextBytes(nal);
        nal[length - 1] = (byte) 0x80;
        if (encoding.equals("H264")) {
            nal[0] = (byte) (random.nextInt(4) << 5 | (random.nextBoolean() ? 1 : 5));
        } else {
            nal[0] = (byte) (random.nextBoolean() ? 0x26 : 0x02);
            nal[1] = 1;
        }
        return nal;
    }

    private List<byte[]> unit(String encoding) {
        List<byte[]> nals = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            nals.add(nal(encoding, 4 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 300)));
        }
        return nals;
    }

    private static List<byte[]> packetise(String encoding, int max, List<byte[]> nals) {
        return encoding.equals("H264")
                ? new H264Packetizer(max).packetise(nals)
                : new H265Packetizer(max).packetise(nals);
    }

    private static int repacketise(String encoding, ByteBuffer packet, int from, int length, int max, PieceSink sink) {
        return encoding.equals("H264")
                ? H264Packetizer.repacketise(packet, from, length, max, sink)
                : H265Packetizer.repacketise(packet, from, length, max, sink);
    }

    private static AccessUnit depacketise(String encoding, List<byte[]> payloads) {
        List<AccessUnit> units = new ArrayList<>();
        VideoDepacketizer depacketizer =
                VideoDepacketizer.of(encoding, Map.of(), units::add).orElseThrow();
        for (int i = 0; i < payloads.size(); i++) {
            byte[] packet = Capture.packet(i, 1, i == payloads.size() - 1, payloads.get(i));
            depacketizer.onPacket(ByteBuffer.wrap(packet), 0, packet.length);
        }
        assertThat(units).hasSize(1);
        return units.getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "H265"})
    void thereAndBack(String encoding) {
        for (int round = 0; round < 500; round++) {
            int max = H264Packetizer.MIN_PAYLOAD + random.nextInt(1_500);
            List<byte[]> nals = unit(encoding);
            List<byte[]> payloads = packetise(encoding, max, nals);

            assertThat(payloads).allMatch(payload -> payload.length <= max);
            AccessUnit unit = depacketise(encoding, payloads);
            assertThat(unit.damaged()).isFalse();
            assertThat(unit.nals()).usingElementComparator(Arrays::compare).isEqualTo(nals);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "H265"})
    void tooBigPayloadsAreCutAndMeanTheSame(String encoding) {
        for (int round = 0; round < 500; round++) {
            List<byte[]> nals = unit(encoding);
            int max = H264Packetizer.MIN_PAYLOAD + random.nextInt(500);
            List<byte[]> cut = new ArrayList<>();
            for (byte[] payload : packetise(encoding, 100 + random.nextInt(3_000), nals)) {
                ByteBuffer packet = Torn.atOffset(payload);
                int pieces = repacketise(
                        encoding, packet, packet.position(), payload.length, max, H264Packetizer.copies(packet, cut));
                assertThat(pieces).isPositive();
            }
            assertThat(cut).allMatch(payload -> payload.length <= max);
            AccessUnit unit = depacketise(encoding, cut);
            assertThat(unit.damaged()).isFalse();
            assertThat(unit.nals()).usingElementComparator(Arrays::compare).isEqualTo(nals);
        }
    }

    @Test
    void smallUnitsShareAPacket() {
        List<byte[]> payloads =
                new H264Packetizer(100).packetise(List.of(Hex.of("67aa"), Hex.of("08bb"), Hex.of("65cc")));
        assertThat(payloads).containsExactly(Hex.of("78 0002 67aa 0002 08bb 0002 65cc"));
    }

    @Test
    void piecesOfAFragmentKeepItsEnds() {
        byte[] middle = new byte[100];
        middle[0] = 0x7C;
        middle[1] = 0x05;
        List<byte[]> cut = new ArrayList<>();
        ByteBuffer packet = ByteBuffer.wrap(middle);
        assertThat(H264Packetizer.repacketise(packet, 0, 100, 60, H264Packetizer.copies(packet, cut)))
                .isEqualTo(2);
        assertThat(cut).allMatch(payload -> payload[1] == 0x05);
        middle[1] = (byte) 0x85;
        cut.clear();
        H264Packetizer.repacketise(packet, 0, 100, 60, H264Packetizer.copies(packet, cut));
        assertThat(cut.stream().map(payload -> payload[1] & 0xFF)).containsExactly(0x85, 0x05);
    }

    @Test
    void whatCannotBeCutIsLeft() {
        PieceSink none = (prefix, prefixLength, from, length) -> {
            throw new AssertionError("a piece");
        };
        byte[] interleaved = new byte[100];
        interleaved[0] = 26;
        byte[] torn = new byte[100];
        torn[0] = 24;
        torn[2] = 90;
        assertThat(H264Packetizer.repacketise(ByteBuffer.wrap(interleaved), 0, 100, 50, none))
                .isZero();
        assertThat(H264Packetizer.repacketise(ByteBuffer.wrap(torn), 0, 100, 50, none))
                .isZero();
        assertThat(H264Packetizer.repacketise(ByteBuffer.wrap(torn), 0, 0, 50, none))
                .isZero();
        byte[] paci = new byte[100];
        paci[0] = 100;
        assertThat(H265Packetizer.repacketise(ByteBuffer.wrap(paci), 0, 100, 50, none))
                .isZero();
    }

    @Test
    void aacThereAndBack() {
        String fmtp = FormatParameters.aac(AudioSpecificConfig.of(Aac.LC, 48_000, 2));
        Map<String, String> parameters = Map.of(
                "sizeLength",
                "13",
                "indexLength",
                "3",
                "indexDeltaLength",
                "3",
                "config",
                fmtp.substring(fmtp.lastIndexOf('=') + 1));
        AacPacketizer packetizer = new AacPacketizer(400);
        List<AudioFrame> out = new ArrayList<>();
        AudioDepacketizer depacketizer = AudioDepacketizer.of("MPEG4-GENERIC", 48_000, parameters, out::add)
                .orElseThrow();
        List<byte[]> frames = new ArrayList<>();
        int sequence = 0;
        for (int i = 0; i < 200; i++) {
            byte[] frame = new byte[1 + random.nextInt(i % 10 == 0 ? AacPacketizer.MAX_FRAME : 150)];
            random.nextBytes(frame);
            frames.add(frame);
            List<byte[]> payloads = packetizer.packetise(frame);
            assertThat(payloads).allMatch(payload -> payload.length <= 400);
            for (int p = 0; p < payloads.size(); p++) {
                byte[] packet = Capture.packet(sequence++, i * 1024L, p == payloads.size() - 1, payloads.get(p));
                depacketizer.onPacket(ByteBuffer.wrap(packet), 0, packet.length);
            }
        }
        assertThat(out.stream().map(AudioFrame::frame).toList())
                .usingElementComparator(Arrays::compare)
                .isEqualTo(frames);
    }

    @Test
    void aacFramesShareAPacket() {
        AacPacketizer packetizer = new AacPacketizer(20);
        List<byte[]> frames = List.of(new byte[4], new byte[5], new byte[6], new byte[7]);

        assertThat(packetizer.fitting(frames)).isEqualTo(2);
        assertThat(packetizer.aggregate(frames.subList(0, 2))).isEqualTo(Hex.of("0020 0020 0028 00000000 0000000000"));
        assertThatThrownBy(() -> packetizer.aggregate(frames)).isInstanceOf(IllegalArgumentException.class);
        assertThat(packetizer.fitting(List.of(new byte[100]))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "H265"})
    void mutated(String encoding) {
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            samples.addAll(packetise(encoding, 1_400, unit(encoding)));
        }
        Mutator.of(16).run(encoding + " repacketise", EXECUTIONS, samples, bytes -> {
            ByteBuffer packet = Torn.atOffset(bytes);
            int end = packet.limit();
            repacketise(encoding, packet, packet.position(), bytes.length, 64, (prefix, prefixLength, from, length) -> {
                assertThat(prefixLength + length).isBetween(1, 64);
                assertThat(from + length).isLessThanOrEqualTo(end);
            });
        });
    }
}
