package dev.millrace.protocols.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.wire.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real H.264 and AAC through {@link TsMux}, read by ffprobe: every frame is there, nothing is complained about. */
final class JudgedByFfprobeTest {
    private static final int FRAMES = 50;

    @TempDir
    Path folder;

    @Test
    void ffprobeReadsEveryFrameWithoutAWord() throws IOException {
        ForeignTool.need("ffmpeg");
        ForeignTool.need("ffprobe");
        Path video = folder.resolve("v.h264");
        Path audio = folder.resolve("a.aac");
        ForeignTool.run(
                folder,
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x240:rate=25:duration=2",
                "-f",
                "lavfi",
                "-i",
                "sine=sample_rate=48000:duration=2",
                "-map",
                "0:v",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-g",
                "25",
                "-bf",
                "0",
                "-pix_fmt",
                "yuv420p",
                video.toString(),
                "-map",
                "1:a",
                "-c:a",
                "aac",
                audio.toString());
        Path stream = folder.resolve("s.ts");
        Files.write(stream, muxed(Files.readAllBytes(video), Files.readAllBytes(audio)));

        String counted = ForeignTool.run(
                folder,
                "ffprobe",
                "-v",
                "warning",
                "-count_frames",
                "-show_entries",
                "stream=codec_name,nb_read_frames,width,sample_rate",
                "-of",
                "csv=p=0",
                stream.toString());
        assertThat(counted.lines().distinct()).contains("h264,320," + FRAMES, "aac,48000,95");
        assertThat(counted.lines().filter(line -> line.startsWith("[")))
                .as("warnings")
                .isEmpty();
    }

    private static byte[] muxed(byte[] video, byte[] audio) {
        List<List<byte[]>> pictures = pictures(video);
        assertThat(pictures).hasSize(FRAMES);
        List<byte[]> frames = adts(audio);
        H264Elementary elementary = new H264Elementary();
        TsMux mux = new TsMux(List.of(StreamType.H264, StreamType.AAC_ADTS), 0);
        Writer out = new Writer();
        mux.tables(out);
        int heard = 0;
        for (int i = 0; i < FRAMES; i++) {
            long dts = TsMux.START_90K + i * 3_600L;
            boolean key = H264Elementary.idr(pictures.get(i));
            mux.write(out, 0, new TsMux.Unit(dts, dts, key), elementary.pieces(pictures.get(i)));
            while (heard < frames.size() && heard * 1_920 < (i + 1) * 3_600) {
                long pts = TsMux.START_90K + heard * 1_920L;
                int end = Math.min(heard + 5, frames.size());
                mux.write(out, 1, new TsMux.Unit(pts, pts, true), frames.subList(heard, end));
                heard = end;
            }
        }
        return out.toBytes();
    }

    /** One list of NAL units for each picture; x264 writes one or more slices with first_mb_in_slice 0 at the first. */
    private static List<List<byte[]>> pictures(byte[] stream) {
        List<List<byte[]>> pictures = new ArrayList<>();
        List<byte[]> current = new ArrayList<>();
        boolean sliced = false;
        for (byte[] nal : nals(stream)) {
            int type = nal[0] & 31;
            boolean slice = type == 1 || type == 5;
            boolean first = slice && (nal[1] & 0x80) != 0;
            if (sliced && (first || !slice)) {
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

    private static List<byte[]> nals(byte[] stream) {
        List<byte[]> nals = new ArrayList<>();
        int start = -1;
        for (int i = 0; i + 2 < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                if (start >= 0) {
                    nals.add(trimmed(stream, start, i));
                }
                start = i + 3;
            }
        }
        nals.add(trimmed(stream, start, stream.length));
        return nals;
    }

    private static byte[] trimmed(byte[] stream, int from, int end) {
        int last = end;
        while (stream[last - 1] == 0) {
            last--;
        }
        return Arrays.copyOfRange(stream, from, last);
    }

    private static List<byte[]> adts(byte[] stream) {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at + 7 <= stream.length; ) {
            int length = (stream[at + 3] & 3) << 11 | (stream[at + 4] & 0xFF) << 3 | (stream[at + 5] & 0xFF) >> 5;
            frames.add(Arrays.copyOfRange(stream, at, at + length));
            at += length;
        }
        return frames;
    }
}
