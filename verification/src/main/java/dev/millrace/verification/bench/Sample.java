package dev.millrace.verification.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The stream that is published: 4 Mb/s constant H.264 of 720p25 with AAC, encoded once, then sent without encoding. */
final class Sample {
    private static final int SECONDS = 20;

    /** Less than one AAC frame lasts: with its default, ffmpeg puts three of them into one packet. */
    private static final String ONE_AUDIO_FRAME_US = "1000";

    private Sample() {}

    /** The file, made by ffmpeg when it is not there yet. */
    static Path file(Path work) {
        Path file = work.resolve("sample-720p25-4M.mp4");
        if (!Files.exists(file)) {
            System.out.println("encoding " + SECONDS + " s of 720p25 at 4 Mb/s ...");
            String said = Child.output(
                    List.of(("ffmpeg -v error -y -f lavfi -i testsrc2=size=1280x720:rate=25,noise=alls=20:allf=t"
                                    + " -f lavfi -i sine=frequency=440:sample_rate=44100 -t " + SECONDS
                                    + " -c:v libx264 -preset veryfast -pix_fmt yuv420p -bf 0 -g 50 -b:v 4M -minrate 4M"
                                    + " -maxrate 4M -bufsize 500k -x264-params nal-hrd=cbr:force-cfr=1"
                                    + " -c:a aac -b:a 128k -ar 44100 -ac 2 -movflags +faststart "
                                    + file)
                            .split(" ")));
            if (!Files.exists(file)) {
                throw new IllegalStateException("ffmpeg made no sample: " + said);
            }
        }
        return file;
    }

    /** The command that publishes the file in real time and without an end. */
    static Child.Spec publisher(Path file, String url, int core) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i"));
        command.add(file.toString());
        command.addAll(
                List.of("-c", "copy", "-max_delay", ONE_AUDIO_FRAME_US, "-f", "rtsp", "-rtsp_transport", "tcp", url));
        return new Child.Spec("publisher", core, command, Map.of());
    }
}
