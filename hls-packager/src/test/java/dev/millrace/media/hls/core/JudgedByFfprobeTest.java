package dev.millrace.media.hls.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.hls.core.Rendition.Anchor;
import dev.millrace.media.hls.core.Rendition.Cut;
import dev.millrace.protocols.codecs.H264;
import dev.millrace.protocols.hls.Segmenter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real pictures of x264, with and without B-frames, through RTP without decoding times into segments: ffprobe must find the very
 * presentation times that the encoder gave, decoding times that rise, and nothing to complain about.
 */
final class JudgedByFfprobeTest {
    private static final Segmenter.Settings SETTINGS = new Segmenter.Settings(2_000, 12_000, 1 << 24, 0);

    @TempDir
    Path folder;

    record Row(String name, String coder) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("x264 without B-frames", "-bf 0 -g 50"),
                new Row("x264 with its default of B-frames and GOP", "-g 250"),
                new Row(
                        "x264 with three B-frames and a pyramid",
                        "-bf 3 -g 50 -x264-params b-pyramid=normal:b-adapt=0"),
                new Row("x264 with five B-frames and short GOPs", "-bf 5 -g 24 -x264-params b-adapt=0"),
                new Row("x264 with open GOPs", "-bf 3 -g 50 -x264-params open-gop=1"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyFrameHasItsTimes(Row row) throws IOException, InterruptedException {
        ForeignTool.need("ffmpeg");
        ForeignTool.need("ffprobe");
        ForeignTool.run(
                folder,
                "ffmpeg -v error -y -f lavfi -i testsrc=size=192x108:rate=25:duration=8 -c:v libx264 -preset veryfast "
                        + row.coder() + " -pix_fmt yuv420p v.mp4");
        ForeignTool.run(folder, "ffmpeg -v error -y -i v.mp4 -c copy -bsf:v h264_mp4toannexb -f h264 v.h264");
        List<Long> times =
                numbers("ffprobe -v error -select_streams v -show_entries packet=pts_time -of csv=p=0 v.mp4");
        List<List<byte[]>> pictures = pictures(Files.readAllBytes(folder.resolve("v.h264")));
        assertThat(pictures).hasSize(200).hasSameSizeAs(times);

        List<Cut> cuts = new ArrayList<>();
        Rendition rendition = new Rendition(TrackPlan.of(plainSdp()), SETTINGS, new Anchor(0, 0), false);
        Sender sender = new Sender(4_294_000_000L, 0);
        for (int i = 0; i < times.size(); i++) {
            long nanos = i * 40_000_000L;
            sender.picture(
                    pictures.get(i),
                    times.get(i),
                    (track, packet) -> cuts.addAll(rendition.on(track, packet, 0, packet.limit(), nanos)));
        }
        cuts.addAll(rendition.end());
        assertThat(cuts).noneMatch(Cut::discontinuity);
        judge(cuts, times);
    }

    private void judge(List<Cut> cuts, List<Long> times) throws IOException, InterruptedException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("all.ts"))) {
            for (Cut cut : cuts) {
                out.write(cut.segment().bytes());
            }
        }
        String complaints = ForeignTool.run(folder, "ffmpeg -v warning -i all.ts -c copy -f null -");
        assertThat(complaints).isEmpty();
        List<Long> pts = numbers("ffprobe -v error -show_entries packet=pts_time -of csv=p=0 all.ts");
        List<Long> dts = numbers("ffprobe -v error -show_entries packet=dts_time -of csv=p=0 all.ts");
        assertThat(pts.stream().map(time -> time - pts.getFirst()))
                .containsExactlyElementsOf(
                        times.stream().map(time -> time - times.getFirst()).toList());
        for (int i = 0; i < dts.size(); i++) {
            assertThat(dts.get(i)).isLessThanOrEqualTo(pts.get(i));
            assertThat(i == 0 || dts.get(i) > dts.get(i - 1)).isTrue();
        }
        String frames = ForeignTool.run(
                folder, "ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 all.ts");
        assertThat(frames.lines().findFirst()).contains("200");
    }

    /** Seconds with six decimals, as ticks of 90 kHz. */
    private List<Long> numbers(String command) throws IOException, InterruptedException {
        return ForeignTool.run(folder, command)
                .lines()
                .map(line -> line.replace(",", "").strip())
                .filter(line -> !line.isEmpty())
                .map(line -> Math.round(Double.parseDouble(line) * 90_000))
                .toList();
    }

    private static byte[] plainSdp() {
        return Sender.sdp("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=1\n");
    }

    /** Access units: one ends where a slice is followed by another unit, or by a slice whose first macroblock is 0. */
    private static List<List<byte[]>> pictures(byte[] stream) {
        List<List<byte[]>> pictures = new ArrayList<>();
        List<byte[]> current = new ArrayList<>();
        boolean sliced = false;
        for (byte[] nal : H264.splitAnnexB(stream)) {
            boolean slice = H264.isSlice(H264.type(nal));
            if (sliced && (!slice || nal[1] < 0)) {
                pictures.add(current);
                current = new ArrayList<>();
                sliced = false;
            }
            current.add(nal);
            sliced |= slice;
        }
        pictures.add(current);
        return pictures;
    }
}
