package dev.millrace.verification.scenarios;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** ffmpeg as a publisher. Samples are encoded once a build and then sent as they are, so that many fit on two cores. */
final class Ffmpeg {
    private static final Path SAMPLES = Path.of("target", "samples");
    private static final Duration ENCODING = Duration.ofSeconds(90);

    /** Stories run at once, and each sample is made by the first that needs it. */
    private static final ReentrantLock ENCODER = new ReentrantLock();

    private Ffmpeg() {}

    /** A sample of 25 pictures a second. */
    enum Sample {
        /** H.264 without B-frames, AAC. */
        PLAIN("-preset ultrafast -tune zerolatency -bf 0 -g 50 -c:a aac -b:a 96k -ar 44100"),
        /** x264's default: three B-frames in a pyramid. */
        B_FRAMES("-preset veryfast -bf 3 -b_strategy 0 -g 50 -c:a aac -b:a 96k -ar 44100"),
        /** Another size and no audio: other tracks than PLAIN. */
        OTHER_TRACKS("-preset ultrafast -tune zerolatency -s 480x270 -bf 0 -g 50 -an"),
        /** The pictures of PLAIN with other sound. */
        OTHER_SOUND("-preset ultrafast -tune zerolatency -bf 0 -g 50 -c:a aac -b:a 64k -ar 32000"),
        /** Another size and other sound. */
        SMALLER("-preset ultrafast -tune zerolatency -s 480x270 -bf 0 -g 50 -c:a aac -b:a 64k -ar 32000"),
        /** Ten times the bits: fills what waits for a reader that does not read. */
        HEAVY("-preset ultrafast -tune zerolatency -bf 0 -g 50 -b:v 8M -minrate 8M -maxrate 8M -bufsize 2M"
                + " -x264-params nal-hrd=cbr -c:a aac -b:a 96k -ar 44100"),
        /** One key frame in ten seconds: a GOP that outlasts a segment. */
        LONG_GOP("-preset veryfast -bf 3 -g 250 -keyint_min 250 -sc_threshold 0 -c:a aac -b:a 96k -ar 44100"),
        /** No pictures: nothing in it tells where a new reader may begin. */
        SOUND("-vn -c:a aac -b:a 96k -ar 44100"),
        /** H.265 and Opus: not for HLS. */
        H265_OPUS(
                "-c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=50:bframes=0 -c:a libopus -b:a 64k -ar 48000");

        private final String options;

        Sample(String options) {
            this.options = options;
        }

        private Path file() {
            ENCODER.lock();
            try {
                return made();
            } finally {
                ENCODER.unlock();
            }
        }

        private Path made() {
            String ending = this == H265_OPUS ? ".mkv" : ".mp4";
            Path file = SAMPLES.resolve(name().toLowerCase(java.util.Locale.ROOT) + ending);
            if (!Files.exists(file)) {
                // A name of its own until it is whole: two builds may make it at once.
                Path part = SAMPLES.resolve("part-" + ProcessHandle.current().pid() + "-" + file.getFileName());
                Proc.start(
                                "encode-" + name(),
                                SAMPLES,
                                command(
                                        "-y -f lavfi -i testsrc2=size=640x360:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000"
                                                + " -t 20 -c:v libx264 -pix_fmt yuv420p -b:v 800k " + options + " "
                                                + part),
                                Map.of())
                        .succeed(ENCODING);
                if (!part.toFile().renameTo(file.toFile())) {
                    throw new AssertionError("cannot name " + file);
                }
            }
            return file;
        }
    }

    private static List<String> command(String options) {
        List<String> words =
                new ArrayList<>(List.of(Tools.path("ffmpeg"), "-hide_banner", "-nostdin", "-v", "warning"));
        words.addAll(
                Stream.of(options.split(" ")).filter(word -> !word.isEmpty()).toList());
        return words;
    }

    /**
     * Publishes in real time until it is closed.
     *
     * @param transport {@code tcp} or {@code udp}
     */
    static Proc publish(Story story, Sample sample, String transport, String url) {
        return story.use(start(story, sample, transport, url));
    }

    /** The same; the caller closes it. */
    static Proc start(Story story, Sample sample, String transport, String url) {
        return Proc.start(
                "publisher",
                story.folder(),
                command("-re -stream_loop -1 -i " + sample.file() + " -c copy -f rtsp -rtsp_transport " + transport
                        + " " + url),
                Map.of());
    }

    /** Reads for some seconds without decoding; the file is the stream as it came. */
    static Proc record(Story story, String transport, String url, Duration time, Path file) {
        return story.use(Proc.start(
                "recorder",
                story.folder(),
                command("-rtsp_transport " + transport + " -i " + url + " -t " + time.toSeconds() + " -c copy -y "
                        + file),
                Map.of()));
    }
}
