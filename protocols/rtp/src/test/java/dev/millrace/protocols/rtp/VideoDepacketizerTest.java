package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets to access units of H.264 and H.265. */
class VideoDepacketizerTest {
    private static final int EXECUTIONS = 120_000;

    private final List<AccessUnit> out = new ArrayList<>();

    private static VideoDepacketizer of(String encoding, Map<String, String> fmtp, Consumer<AccessUnit> out) {
        return VideoDepacketizer.of(encoding, fmtp, out).orElseThrow();
    }

    private static void show(VideoDepacketizer depacketizer, byte[] packet) {
        ByteBuffer field = Torn.atOffset(packet);
        assertThat(RtpView.validity(field, field.position(), packet.length)).isEqualTo(RtpValidity.OK);
        depacketizer.onPacket(field, field.position(), packet.length);
    }

    private static List<byte[]> nals(List<AccessUnit> units) {
        return units.stream().flatMap(unit -> unit.nals().stream()).toList();
    }

    private static List<String> shown(List<AccessUnit> units) {
        return units.stream()
                .map(unit -> unit.timestamp() + (unit.damaged() ? "!" : "") + ":"
                        + String.join(
                                "|",
                                unit.nals().stream()
                                        .map(nal -> Hex.show(nal).replace(" ", ""))
                                        .toList()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "H265"})
    void readsWhatFfmpegSends(String encoding) {
        Capture capture = Capture.read("ffmpeg-" + encoding.toLowerCase(Locale.ROOT));
        VideoDepacketizer depacketizer = of(encoding, capture.fmtp(), out::add);
        capture.packets().forEach(packet -> show(depacketizer, packet));
        depacketizer.flush();

        assertThat(out).hasSize(15).noneMatch(AccessUnit::damaged);
        assertThat(nals(out)).hasSize(capture.units());
        assertThat(Capture.digest(nals(out))).isEqualTo(capture.sha256());
        assertThat(depacketizer.malformedPackets()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "H265"})
    void aLostPacketDamagesOnlyTheUnitsItTouches(String encoding) {
        Capture capture = Capture.read("ffmpeg-" + encoding.toLowerCase(Locale.ROOT));
        List<AccessUnit> whole = new ArrayList<>();
        VideoDepacketizer complete = of(encoding, capture.fmtp(), whole::add);
        capture.packets().forEach(packet -> show(complete, packet));
        for (int lost = 0; lost < capture.packets().size(); lost++) {
            out.clear();
            VideoDepacketizer depacketizer = of(encoding, capture.fmtp(), out::add);
            for (int i = 0; i < capture.packets().size(); i++) {
                if (i != lost) {
                    show(depacketizer, capture.packets().get(i));
                }
            }
            List<String> undamaged =
                    shown(out.stream().filter(unit -> !unit.damaged()).toList());
            // The unit itself, and the one behind it, of which nobody knows whether it is whole.
            assertThat(undamaged.size()).isGreaterThanOrEqualTo(13);
            if (lost > 0) {
                assertThat(shown(whole)).containsAll(undamaged);
            }
        }
    }

    record Row(String name, List<String> packets, List<String> units) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Packets as {@code sequence timestamp payload}, a {@code *} behind the time is the marker. */
    static List<Row> rows() {
        return List.of(
                new Row(
                        "single NAL units",
                        List.of("1 0 67aa", "2 0 68bb", "3 0* 65cc", "4 9* 41dd"),
                        List.of("0:67aa|68bb|65cc", "9:41dd")),
                new Row("STAP-A", List.of("1 0* 78 0002 67aa 0003 65bbcc"), List.of("0:67aa|65bbcc")),
                new Row("STAP-A with an empty unit", List.of("1 0* 78 0000 0002 65bb"), List.of("0:65bb")),
                new Row("STAP-A that lies about a size", List.of("1 0* 78 0002 65aa ffff bb"), List.of("0!:65aa")),
                new Row("STAP-A torn in a size", List.of("1 0* 78 0002 65aa 00"), List.of("0!:65aa")),
                new Row("FU-A", List.of("1 0 7c85 aa", "2 0 7c05 bb", "3 0* 7c45 cc"), List.of("0:65aabbcc")),
                new Row("CostarHD", List.of("1 0 67aa", "2 0* 7cc5 bbcc"), List.of("0:67aa|65bbcc")),
                new Row(
                        "FU-A without a start",
                        List.of("1 0* 41aa", "2 9 7c05 bb", "3 9* 7c45 cc", "4 18* 41dd"),
                        List.of("0:41aa", "18:41dd")),
                new Row(
                        "FU-A that starts twice",
                        List.of("1 0 7c85 aa", "2 0 7c85 bb", "3 0* 7c45 cc"),
                        List.of("0!:65bbcc")),
                new Row(
                        "FU-A without an end",
                        List.of("1 0 41ee", "2 0* 5c81 aa", "3 9* 41bb"),
                        List.of("0!:41ee", "9:41bb")),
                new Row("FU-A without a body", List.of("1 0 41ee", "2 0* 5c81"), List.of("0!:41ee")),
                new Row(
                        "no marker at all",
                        List.of("1 0 65aa", "2 9 41bb", "3 18 41cc"),
                        List.of("0:65aa", "9:41bb", "18:41cc")),
                new Row(
                        "marker on parameter sets",
                        List.of("1 0* 67aa", "2 0* 68bb", "3 0* 65cc"),
                        List.of("0:67aa|68bb|65cc")),
                new Row(
                        "parameter sets with a time of their own",
                        List.of("1 0 67aa", "2 3 68bb", "3 9* 65cc"),
                        List.of("9:67aa|68bb|65cc")),
                new Row(
                        "marker on every slice",
                        List.of("1 0* 65aa", "2 0* 65bb", "3 9* 41cc", "4 9* 41dd", "5 18* 41ee"),
                        List.of("0:65aa", "0:65bb", "9:41cc|41dd", "18:41ee")),
                new Row("empty payload", List.of("1 0 ", "2 0* 65aa"), List.of("0:65aa")),
                new Row("reserved type", List.of("1 0 65aa", "2 0* 7eaa"), List.of("0!:65aa")),
                new Row("interleaved mode", List.of("1 0 65aa", "2 0* 7900010002 65bb"), List.of("0!:65aa")),
                new Row("gap inside", List.of("1 0 65aa", "3 0* 65cc", "4 9* 41dd"), List.of("0!:65aa|65cc", "9:41dd")),
                new Row(
                        "gap between",
                        List.of("1 0* 65aa", "3 9* 41bb", "4 18* 41cc"),
                        List.of("0:65aa", "9!:41bb", "18:41cc")),
                new Row(
                        "gap over the end and the start",
                        List.of("1 0 65aa", "4 9* 41bb"),
                        List.of("0!:65aa", "9!:41bb")),
                new Row(
                        "gap inside a fragment",
                        List.of("1 0 7c85 aa", "3 0* 7c45 cc", "4 9* 41dd"),
                        List.of("9:41dd")),
                new Row("duplicate", List.of("1 0 65aa", "1 0 65aa", "2 0* 65bb"), List.of("0:65aa|65bb")),
                new Row(
                        "ffmpeg trailing zero",
                        List.of("1 0* 65aa0000", "2 9 5c81 aa", "3 9* 5c41 bb00"),
                        List.of("0:65aa", "9:41aabb")),
                new Row("wrap of the sequence", List.of("65535 0 65aa", "0 0* 65bb"), List.of("0:65aa|65bb")));
    }

    private static byte[] packet(String text) {
        String[] words = text.split(" ", 3);
        boolean marker = words[1].endsWith("*");
        long timestamp = Long.parseLong(words[1].replace("*", ""));
        return Capture.packet(Integer.parseInt(words[0]), timestamp, marker, Hex.of(words[2]));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void h264(Row row) {
        VideoDepacketizer depacketizer = of("H264", Map.of(), out::add);
        row.packets.forEach(text -> show(depacketizer, packet(text)));
        depacketizer.flush();

        assertThat(shown(out)).isEqualTo(row.units);
        assertThat(depacketizer.damagedUnits())
                .isGreaterThanOrEqualTo(out.stream().filter(AccessUnit::damaged).count());
    }

    static List<Row> h265Rows() {
        return List.of(
                new Row("single", List.of("1 0 4001aa", "2 0* 2601bb"), List.of("0:4001aa|2601bb")),
                new Row("aggregate", List.of("1 0* 6001 0003 4001aa 0003 2601bb"), List.of("0:4001aa|2601bb")),
                new Row(
                        "fragments",
                        List.of("1 0 6201 93 aa", "2 0 6201 13 bb", "3 0* 6201 53 cc"),
                        List.of("0:2601aabbcc")),
                new Row("fragment with start and end", List.of("1 0* 6201 d3 aa"), List.of("0:2601aa")),
                new Row("fragment without a body", List.of("1 0 2601aa", "2 0* 6201 93"), List.of("0!:2601aa")),
                new Row("PACI", List.of("1 0 2601aa", "2 0* 6401 00 00 00"), List.of("0!:2601aa")),
                new Row("aggregate that lies", List.of("1 0* 6001 0003 2601aa 0100 26"), List.of("0!:2601aa")),
                new Row("too short", List.of("1 0 2601aa", "2 0* 2601"), List.of("0!:2601aa")));
    }

    @ParameterizedTest
    @MethodSource("h265Rows")
    void h265(Row row) {
        VideoDepacketizer depacketizer = of("H265", Map.of(), out::add);
        row.packets.forEach(text -> show(depacketizer, packet(text)));
        depacketizer.flush();

        assertThat(shown(out)).isEqualTo(row.units);
    }

    @Test
    void h265WithDecodingOrderNumbers() {
        VideoDepacketizer depacketizer = of("H265", Map.of("sprop-max-don-diff", "2"), out::add);
        show(depacketizer, packet("1 0 4001 0001 aa"));
        show(depacketizer, packet("2 0 6001 0002 0003 4201bb 00 0003 4401cc"));
        show(depacketizer, packet("3 0 6201 93 0004 dd"));
        show(depacketizer, packet("4 0* 6201 53 ee"));

        assertThat(shown(out)).containsExactly("0:4001aa|4201bb|4401cc|2601ddee");
    }

    @Test
    void aUnitBeyondTheBoundIsDamagedAndMemoryStaysBounded() {
        VideoDepacketizer depacketizer = of("H264", Map.of(), out::add);
        byte[] middle = new byte[60_000];
        middle[0] = 0x7C;
        middle[1] = 0x05;
        show(depacketizer, packet("0 0 65aa"));
        show(depacketizer, packet("1 0 7c85 aa"));
        for (int i = 2; i < 200; i++) {
            show(depacketizer, Capture.packet(i, 0, false, middle));
        }
        show(depacketizer, packet("200 0* 7c45 aa"));

        assertThat(shown(out)).containsExactly("0!:65aa");
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "H265"})
    void mutated(String encoding) {
        Capture capture = Capture.read("ffmpeg-" + encoding.toLowerCase(Locale.ROOT));
        VideoDepacketizer[] depacketizer = {
            of(encoding, capture.fmtp(), unit -> assertThat(unit.nals()).isNotEmpty())
        };
        Random random = new Random(13);
        int[] sequence = {0};
        Mutator.of(13).run(encoding + " depacketizer", EXECUTIONS, capture.packets(), bytes -> {
            ByteBuffer packet = Torn.atOffset(bytes);
            int offset = packet.position();
            if (RtpView.validity(packet, offset, bytes.length) != RtpValidity.OK) {
                return;
            }
            // Mostly in sequence, so that fragments come together.
            if (random.nextInt(8) > 0) {
                RtpView.setSequence(packet, offset, sequence[0]++);
                RtpView.setTimestamp(packet, offset, sequence[0] / 8);
            }
            depacketizer[0].onPacket(packet, offset, bytes.length);
            if (random.nextInt(2_000) == 0) {
                depacketizer[0].flush();
                depacketizer[0] = of(
                        encoding,
                        capture.fmtp(),
                        unit -> assertThat(unit.nals()).isNotEmpty());
            }
        });
    }
}
