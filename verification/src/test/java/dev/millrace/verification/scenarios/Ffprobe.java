package dev.millrace.verification.scenarios;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** ffprobe as a reader that keeps a list of what it got. */
final class Ffprobe {
    /** Pictures that x264 may hold back at most, doubled. */
    private static final int REORDERED = 8;

    private static final Duration GRACE = Duration.ofSeconds(30);

    private Ffprobe() {}

    /** One packet; times in seconds, not a number where the container gives none. */
    record Packet(double pts, double dts, boolean key, int size) {}

    /**
     * @param said warnings of ffprobe: it names lost packets there
     */
    record Seen(List<Packet> video, List<Packet> audio, String said) {
        /** Pictures that are missing between the first and the last, at this rate. */
        long missing(double framesPerSecond) {
            List<Double> times = video.stream()
                    .map(Packet::pts)
                    .filter(Double::isFinite)
                    .sorted()
                    .toList();
            long missing = 0;
            for (int i = 1; i < times.size(); i++) {
                missing += Math.max(0, Math.round((times.get(i) - times.get(i - 1)) * framesPerSecond) - 1);
            }
            return missing;
        }

        /** Without the first picture: ffmpeg copies it to a file without a time, and the file's writer makes one up. */
        Seen behindTheFirst() {
            return new Seen(video.subList(Math.min(1, video.size()), video.size()), audio, said);
        }

        /** Times that go back or stand still, of decoding. */
        long backwards(List<Packet> packets) {
            long count = 0;
            for (int i = 1; i < packets.size(); i++) {
                if (packets.get(i).dts <= packets.get(i - 1).dts) {
                    count++;
                }
            }
            return count;
        }

        /** Pictures shown twice at one time. */
        long doubled() {
            return video.size() - video.stream().map(Packet::pts).distinct().count();
        }
    }

    /** Reads an RTSP stream for some seconds of media. */
    static Seen rtsp(Story story, String transport, String url, Duration time) {
        return read(story, url, time, "-rtsp_transport", transport);
    }

    /** Reads an HLS stream for some seconds of media. */
    static Seen hls(Story story, String url, Duration time) {
        return read(story, url, time);
    }

    /** Decodes a stream until the story ends. */
    static Watching decode(Story story, String url, String... options) {
        List<String> command = new ArrayList<>(List.of(Tools.path("ffprobe"), "-v", "warning"));
        command.addAll(List.of(options));
        command.addAll(
                List.of("-show_frames", "-select_streams", "v", "-show_entries", "frame=height", "-of", "csv", url));
        return new Watching(story.use(Proc.start("decoder", story.folder(), command, java.util.Map.of())));
    }

    /** A decoder that names the height of each picture. */
    record Watching(Proc process) {
        /** Waits until so many pictures of that height have been decoded. */
        void awaitPictures(int height, long count, Duration patience) {
            Await.until(
                    count + " pictures of height " + height, patience, () -> pictures(height) >= count, process::tail);
        }

        /** Waits until so many more of them have been decoded than now. */
        void awaitMorePictures(int height, long more, Duration patience) {
            awaitPictures(height, pictures(height) + more, patience);
        }

        private long pictures(int height) {
            return process.output().lines().filter(("frame," + height)::equals).count();
        }
    }

    /** Reads a file. */
    static Seen file(Story story, Path file) {
        return read(story, file.toString(), Duration.ofHours(1));
    }

    private static Seen read(Story story, String url, Duration time, String... options) {
        Path result = story.folder().resolve("ffprobe-" + System.nanoTime() + ".json");
        List<String> command = new ArrayList<>(List.of(Tools.path("ffprobe"), "-v", "warning"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-show_packets",
                "-show_entries",
                "packet=codec_type,pts_time,dts_time,flags,size",
                "-read_intervals",
                "%+" + time.toSeconds(),
                "-of",
                "json",
                "-o",
                result.toString(),
                url));
        Proc probe = Proc.start("ffprobe", story.folder(), command, java.util.Map.of());
        probe.succeed(time.compareTo(Duration.ofMinutes(10)) > 0 ? GRACE : time.plus(GRACE));
        return seen(result, probe.output());
    }

    private static Seen seen(Path result, String said) {
        JsonArray packets;
        try {
            packets = new JsonObject(java.nio.file.Files.readString(result)).getJsonArray("packets");
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
        List<Packet> video = new ArrayList<>();
        List<Packet> audio = new ArrayList<>();
        for (int i = 0; i < packets.size(); i++) {
            JsonObject packet = packets.getJsonObject(i);
            boolean isVideo = packet.getString("codec_type", "").equals("video");
            (isVideo ? video : audio)
                    .add(new Packet(
                            Double.parseDouble(packet.getString("pts_time", "NaN")),
                            Double.parseDouble(packet.getString("dts_time", "NaN")),
                            packet.getString("flags", "").startsWith("K"),
                            Integer.parseInt(packet.getString("size", "0"))));
        }
        return new Seen(video, audio, said);
    }
}
