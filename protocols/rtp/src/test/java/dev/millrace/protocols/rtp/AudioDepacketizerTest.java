package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.codecs.Aac;
import dev.millrace.protocols.codecs.AudioSpecificConfig;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets to frames of AAC, LATM, MPEG audio and formats without a header. */
class AudioDepacketizerTest {
    private static final int EXECUTIONS = 120_000;
    private static final Map<String, String> HBR =
            Map.of("sizeLength", "13", "indexLength", "3", "indexDeltaLength", "3", "config", "1210");

    private final List<AudioFrame> out = new ArrayList<>();

    record Sent(String file, String encoding, int clock, int frames, long ticks) {
        @Override
        public String toString() {
            return file;
        }
    }

    static List<Sent> sent() {
        return List.of(
                new Sent("ffmpeg-aac", "MPEG4-GENERIC", 44_100, 17, 1024),
                new Sent("ffmpeg-aac-fragmented", "mpeg4-generic", 44_100, 19, 1024),
                new Sent("ffmpeg-latm", "MP4A-LATM", 44_100, 19, 1024),
                new Sent("ffmpeg-mp3", "MPA", 90_000, 16, 2351),
                new Sent("ffmpeg-mp3-fragmented", "MPA", 90_000, 17, 2351));
    }

    private static AudioDepacketizer of(
            String encoding, int clock, Map<String, String> fmtp, Consumer<AudioFrame> out) {
        return AudioDepacketizer.of(encoding, clock, fmtp, out).orElseThrow();
    }

    private static void show(AudioDepacketizer depacketizer, byte[] packet) {
        ByteBuffer field = Torn.atOffset(packet);
        depacketizer.onPacket(field, field.position(), packet.length);
    }

    @ParameterizedTest
    @MethodSource("sent")
    void readsWhatFfmpegSends(Sent row) {
        Capture capture = Capture.read(row.file);
        AudioDepacketizer depacketizer = of(row.encoding, row.clock, capture.fmtp(), out::add);
        capture.packets().forEach(packet -> show(depacketizer, packet));

        assertThat(Capture.digest(out.stream().map(AudioFrame::frame).toList())).isEqualTo(capture.sha256());
        assertThat(out).hasSize(row.frames).noneMatch(AudioFrame::afterLoss);
        for (int i = 1; i < out.size(); i++) {
            long step = RtpView.timestampDistance(
                    out.get(i - 1).timestamp(), out.get(i).timestamp());
            assertThat(step).isBetween(row.ticks - 1, row.ticks + 1);
        }
        assertThat(depacketizer.malformedPackets()).isZero();
    }

    @ParameterizedTest
    @MethodSource("sent")
    void aLostPacketCostsOnlyItsFrames(Sent row) {
        Capture capture = Capture.read(row.file);
        List<AudioFrame> whole = new ArrayList<>();
        AudioDepacketizer complete = of(row.encoding, row.clock, capture.fmtp(), whole::add);
        capture.packets().forEach(packet -> show(complete, packet));
        List<String> all = whole.stream().map(frame -> Hex.show(frame.frame())).toList();
        for (int lost = 1; lost < capture.packets().size() - 1; lost++) {
            out.clear();
            AudioDepacketizer depacketizer = of(row.encoding, row.clock, capture.fmtp(), out::add);
            for (int i = 0; i < capture.packets().size(); i++) {
                if (i != lost) {
                    show(depacketizer, capture.packets().get(i));
                }
            }
            assertThat(out.size()).isBetween(row.frames - 5, row.frames - 1);
            assertThat(all)
                    .containsAll(
                            out.stream().map(frame -> Hex.show(frame.frame())).toList());
            assertThat(out.stream().filter(AudioFrame::afterLoss).count()).isLessThanOrEqualTo(1);
        }
    }

    record Row(String name, Map<String, String> fmtp, List<String> packets, List<String> frames, int malformed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        Map<String, String> lbr = Map.of("sizelength", "6", "indexlength", "2", "indexdeltalength", "2");
        Map<String, String> plain = Map.of();
        Map<String, String> constant = Map.of("constantSize", "2");
        Map<String, String> extended = new TreeMap<>(HBR);
        extended.putAll(Map.of("CTSDeltaLength", "4", "DTSDeltaLength", "4", "randomAccessIndication", "1"));
        Map<String, String> auxiliary = new TreeMap<>(HBR);
        auxiliary.put("auxiliaryDataSizeLength", "8");
        return List.of(
                new Row("one frame", HBR, List.of("1 100* 0010 0010 aabb"), List.of("100:aabb"), 0),
                new Row(
                        "three frames",
                        HBR,
                        List.of("1 100* 0030 0010 0008 0010 aabb cc ddee"),
                        List.of("100:aabb", "1124:cc", "2148:ddee"),
                        0),
                new Row(
                        "interleaved",
                        HBR,
                        List.of("1 100* 0020 0010 0011 aabb ccdd"),
                        List.of("100:aabb", "2148:ccdd"),
                        0),
                new Row("low bit rate", lbr, List.of("1 0* 0008 08 aabb"), List.of("0:aabb"), 0),
                new Row(
                        "fragmented",
                        HBR,
                        List.of("1 0 0010 0020 aabb", "2 0* 0010 0020 ccdd", "3 1024* 0010 0008 ee"),
                        List.of("0:aabbccdd", "1024:ee"),
                        0),
                new Row(
                        "fragmented, middle lost",
                        HBR,
                        List.of("1 0 0010 0030 aabb", "3 0* 0010 0030 eeff", "4 1024* 0010 0008 ee"),
                        List.of("1024!:ee"),
                        0),
                new Row("without headers", plain, List.of("1 0* aabbcc"), List.of("0:aabbcc"), 0),
                new Row("constant size", constant, List.of("1 0* aabbccdd"), List.of("0:aabb", "1024:ccdd"), 0),
                new Row("all optional fields", extended, List.of("1 0* 001b 0010 d5e0 aabb"), List.of("0:aabb"), 0),
                new Row("auxiliary section", auxiliary, List.of("1 0* 0010 0010 08 ff aabb"), List.of("0:aabb"), 0),
                new Row(
                        "auxiliary section beyond the end",
                        auxiliary,
                        List.of("1 0* 0010 0010 f8 ff aabb"),
                        List.of(),
                        1),
                new Row("headers beyond the end", HBR, List.of("1 0* 0100 0010 aabb"), List.of(), 1),
                new Row("one byte", HBR, List.of("1 0* 00"), List.of(), 1),
                new Row("header torn in a field", HBR, List.of("1 0* 0008 00 aa"), List.of(), 1),
                new Row(
                        "second frame beyond the end",
                        HBR,
                        List.of("1 0* 0020 0010 0020 aabb cc"),
                        List.of("0:aabb"),
                        1),
                new Row("duplicate", HBR, List.of("1 0* 0010 0010 aabb", "1 0* 0010 0010 aabb"), List.of("0:aabb"), 0),
                new Row("empty payload", HBR, List.of("1 0* ", "2 0* 0010 0010 aabb"), List.of("0:aabb"), 0),
                new Row(
                        "wrap of the time",
                        HBR,
                        List.of("1 4294967295* 0020 0008 0008 aa bb"),
                        List.of("4294967295:aa", "1023:bb"),
                        0));
    }

    private static byte[] packet(String text) {
        String[] words = text.split(" ", 3);
        boolean marker = words[1].endsWith("*");
        long timestamp = Long.parseLong(words[1].replace("*", ""));
        return Capture.packet(Integer.parseInt(words[0]), timestamp, marker, Hex.of(words[2]));
    }

    private List<String> shown() {
        return out.stream()
                .map(frame -> frame.timestamp() + (frame.afterLoss() ? "!" : "") + ":"
                        + Hex.show(frame.frame()).replace(" ", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aac(Row row) {
        Map<String, String> fmtp = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fmtp.putAll(row.fmtp);
        AudioDepacketizer depacketizer = of("mpeg4-generic", 44_100, fmtp, out::add);
        row.packets.forEach(text -> show(depacketizer, packet(text)));

        assertThat(shown()).isEqualTo(row.frames);
        assertThat(depacketizer.malformedPackets()).isEqualTo(row.malformed);
    }

    @Test
    void aClockBehindSbrCountsTwiceTheTicks() {
        AudioDepacketizer depacketizer = of(
                "mpeg4-generic",
                44_100,
                Map.of("sizeLength", "13", "indexLength", "3", "indexDeltaLength", "3", "config", "2b920800"),
                out::add);
        show(depacketizer, packet("1 0* 0020 0008 0008 aa bb"));

        assertThat(shown()).containsExactly("0:aa", "2048:bb");
    }

    @Test
    void latmElementOfTwoFramesAndOfMoreThan255Bytes() {
        Map<String, String> fmtp = Map.of("cpresent", "0", "config", "410024203fc0");
        AudioDepacketizer depacketizer = of("MP4A-LATM", 44_100, fmtp, out::add);
        show(depacketizer, packet("1 0* 02 aabb 01 cc"));
        show(depacketizer, packet("2 9* ff01 " + "00".repeat(256) + " 00"));
        show(depacketizer, packet("3 18* 05 aabb"));
        show(depacketizer, packet("4 27* ff"));
        show(depacketizer, packet("5 36* 01 dd 01 ee"));

        assertThat(out).hasSize(5);
        assertThat(out.get(0).frame()).isEqualTo(Hex.of("aabb"));
        assertThat(out.get(1).timestamp()).isEqualTo(1024);
        assertThat(out.get(2).frame()).hasSize(256);
        assertThat(out.get(3).afterLoss()).isTrue();
        assertThat(depacketizer.malformedPackets()).isEqualTo(2);
    }

    @Test
    void mpegAudioThatIsNone() {
        AudioDepacketizer depacketizer = of("MPA", 90_000, Map.of(), out::add);
        show(depacketizer, packet("1 0* 00000000 0102030405"));
        show(depacketizer, packet("2 0* 0000"));
        show(depacketizer, packet("3 0* 00000010 0102030405"));

        assertThat(out).isEmpty();
        assertThat(depacketizer.malformedPackets()).isEqualTo(2);
    }

    @Test
    void plainFormatsPass() {
        AudioDepacketizer depacketizer = of("opus", 48_000, Map.of(), out::add);
        show(depacketizer, packet("1 0* fc01"));
        show(depacketizer, packet("3 1920* fc02"));

        assertThat(shown()).containsExactly("0:fc01", "1920!:fc02");
        assertThat(AudioDepacketizer.of("X-UNKNOWN", 8_000, Map.of(), out::add)).isEmpty();
    }

    @Test
    void brokenParametersAreMalformed() {
        assertThatThrownBy(() -> of("mpeg4-generic", 44_100, Map.of("sizeLength", "99"), out::add))
                .isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> of("mpeg4-generic", 44_100, Map.of("sizeLength", "-1"), out::add))
                .isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> of("mpeg4-generic", 44_100, Map.of("config", "zz"), out::add))
                .isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> of("MP4A-LATM", 44_100, Map.of("cpresent", "1"), out::add))
                .isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> of("MP4A-LATM", 44_100, Map.of("cpresent", "0", "config", "40"), out::add))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void parametersThereAndBack() {
        byte[] sps = Hex.of("67 64 00 1f aa");
        byte[] pps = Hex.of("68 eb");
        Map<String, String> fmtp = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String parameter : FormatParameters.h264(sps, pps).split(";")) {
            String[] parts = parameter.trim().split("=", 2);
            fmtp.put(parts[0], parts[1]);
        }
        assertThat(fmtp).containsEntry("profile-level-id", "64001F");
        assertThat(FormatParameters.h264ParameterSets(fmtp)).containsExactly(sps, pps);
        assertThat(FormatParameters.h264ParameterSets(Map.of("sprop-parameter-sets", "Z2Q,***,,=")))
                .containsExactly(Hex.of("67 64"));
        assertThat(FormatParameters.h265ParameterSets(Map.of("sprop-sps", "QgE=", "sprop-vps", "QAE=")))
                .containsExactly(Hex.of("40 01"), Hex.of("42 01"));

        AudioSpecificConfig config = AudioSpecificConfig.of(Aac.LC, 48_000, 2);
        assertThat(FormatParameters.aac(config)).endsWith("config=1190").contains("sizelength=13");
    }

    @ParameterizedTest
    @MethodSource("sent")
    void mutated(Sent row) {
        Capture capture = Capture.read(row.file);
        AudioDepacketizer depacketizer = of(row.encoding, row.clock, capture.fmtp(), AudioDepacketizerTest::touch);
        Random random = new Random(14);
        int[] sequence = {0};
        Mutator.of(14).run(row.file + " depacketizer", EXECUTIONS, capture.packets(), bytes -> {
            ByteBuffer packet = Torn.atOffset(bytes);
            int offset = packet.position();
            if (RtpView.validity(packet, offset, bytes.length) == RtpValidity.OK) {
                if (random.nextInt(8) > 0) {
                    RtpView.setSequence(packet, offset, sequence[0]++);
                    RtpView.setTimestamp(packet, offset, sequence[0] / 4);
                }
                depacketizer.onPacket(packet, offset, bytes.length);
            }
        });
    }

    private static void touch(AudioFrame frame) {
        assertThat(frame.frame().length).isBetween(1, AudioFrame.MAX_BYTES);
    }
}
