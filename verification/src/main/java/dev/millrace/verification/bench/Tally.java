package dev.millrace.verification.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What all readers of the load have seen since they were opened; travels as one line of text from the load to the bench. */
final class Tally {
    long bytes;
    long packets;
    long frames;
    long videoFrames;
    long lost;
    long disordered;
    long broken;
    long playing;
    long failed;
    /** Video frames of the reader that got fewest since the mark before. */
    long leastFrames = Long.MAX_VALUE;

    String failure = "";

    void add(TrackCheck check) {
        bytes += check.bytes;
        packets += check.packets;
        frames += check.frames;
        videoFrames += check.video() ? check.frames : 0;
        lost += check.lost;
        disordered += check.disordered;
        broken += check.broken;
    }

    /** Packets lost or disordered, frames broken, readers that failed. */
    long errors() {
        return lost + disordered + broken + failed;
    }

    String encode() {
        return "bytes=" + bytes + " packets=" + packets + " frames=" + frames + " video=" + videoFrames + " lost="
                + lost
                + " disordered=" + disordered + " broken=" + broken + " playing=" + playing + " failed=" + failed
                + " least=" + leastFrames + " failure=" + failure.replaceAll("\\s", "_");
    }

    static Tally parse(String line) {
        Map<String, String> fields = Arrays.stream(line.split(" "))
                .map(field -> field.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        Tally tally = new Tally();
        tally.bytes = number(fields, "bytes");
        tally.packets = number(fields, "packets");
        tally.frames = number(fields, "frames");
        tally.videoFrames = number(fields, "video");
        tally.lost = number(fields, "lost");
        tally.disordered = number(fields, "disordered");
        tally.broken = number(fields, "broken");
        tally.playing = number(fields, "playing");
        tally.failed = number(fields, "failed");
        tally.leastFrames = number(fields, "least");
        tally.failure = fields.getOrDefault("failure", "");
        return tally;
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.getOrDefault(name, "0"));
    }
}
