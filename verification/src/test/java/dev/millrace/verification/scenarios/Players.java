package dev.millrace.verification.scenarios;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Foreign players: GStreamer and VLC. Each plays a stream for a while and fails the story when it does not get pictures. */
final class Players {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Two groups of pictures of a sample: one that VLC may throw away at the join, and the one behind it that is not counted. */
    private static final Duration UDP_JOIN = Duration.ofSeconds(4);

    private Players() {}

    /**
     * What gst-launch says when the first packets of both tracks come in the same moment: the thread of one declares that there are
     * no more pads while that of the other is still linking its own. Seen in one start of a hundred, by UDP, and not our doing.
     */
    private static final String UNLINKED = "Delayed linking failed";

    private static final int GSTREAMER_STARTS = 3;

    /**
     * Lets {@code rtspsrc} take and decode this many H.264 pictures. They are counted: its exit code says nothing, because after
     * the last one it stumbles at times over its own end ("not-linked", "Could not send message").
     *
     * @param protocols {@code tcp} or {@code udp}
     */
    static void gstreamer(Story story, String url, String protocols, int pictures) {
        String pipeline =
                "rtspsrc location=" + url + " protocols=" + protocols + " latency=200 ! application/x-rtp,media=video"
                        + " ! rtph264depay ! h264parse ! avdec_h264 ! fakesink silent=false num-buffers=" + pictures;
        List<String> command = new ArrayList<>(List.of(Tools.path("gst-launch-1.0"), "-v"));
        command.addAll(List.of(pipeline.split(" ")));
        Proc player;
        int starts = 0;
        do {
            player = Proc.start("gstreamer", story.folder(), command, Map.of());
            player.exit(PATIENCE);
        } while (++starts < GSTREAMER_STARTS && player.output().contains(UNLINKED));
        long decoded = player.output()
                .lines()
                .filter(line -> line.contains("last-message = chain"))
                .count();
        if (decoded < pictures) {
            throw new AssertionError(decoded + " pictures of " + pictures + "; it said\n" + player.tail());
        }
    }

    /** live555's own client, the engine that VLC plays RTSP with; see {@link Tools#wish}. */
    static final String OPEN_RTSP = "openRTSP";

    /**
     * Lets live555's client receive a stream and say how it went: packets received and lost of all tracks.
     *
     * @return its last words for each track, {@code begin_QOS_statistics ... end_QOS_statistics}
     */
    static Received openRtsp(Story story, String url, boolean tcp, Duration time) {
        List<String> command = new ArrayList<>(List.of(Tools.path(OPEN_RTSP), "-Q"));
        if (tcp) {
            command.add("-t");
        }
        command.addAll(List.of("-d", String.valueOf(time.toSeconds()), "-F", story.folder() + "/live555-", url));
        String said = Proc.start("openrtsp", story.folder(), command, Map.of())
                .succeed(PATIENCE)
                .output();
        return new Received(sum(said, "num_packets_received"), sum(said, "num_packets_lost"), said);
    }

    /** What live555 counted over all tracks. */
    record Received(long packets, long lost, String said) {}

    private static long sum(String said, String name) {
        return said.lines()
                .filter(line -> line.startsWith(name + "\t"))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .sum();
    }

    private static final String VLC_PLUGIN_PATH = "VLC_PLUGIN_PATH";

    /**
     * Whether this VLC can play RTSP: Debian builds it without its live555 module, and no package brings that. One that was built
     * apart counts where VLC itself finds it: below a folder of {@code VLC_PLUGIN_PATH}, which the player inherits.
     */
    static boolean vlcSpeaksRtsp() {
        String added = System.getenv().getOrDefault(VLC_PLUGIN_PATH, "");
        return Stream.concat(Stream.of("/usr/lib"), Stream.of(added.split(File.pathSeparator)))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> holdsLive555(Path.of(folder)));
    }

    private static boolean holdsLive555(Path folder) {
        try (Stream<Path> files = Files.find(folder, 6, (file, facts) -> file.endsWith("liblive555_plugin.so"))) {
            return files.findAny().isPresent();
        } catch (IOException | UncheckedIOException unreadable) {
            return false;
        }
    }

    /**
     * Lets VLC write what it plays to a file, and reads that: VLC's exit code says nothing. Of RTSP over UDP it tells what comes
     * behind the first group of pictures: VLC may read the first packets ahead of the sender report that was sent before them,
     * and throws away what it has when that report moves its clock. What arrives at the join {@link #openRtsp} tells.
     */
    static Ffprobe.Seen vlc(Story story, String url, boolean tcp, Duration time) {
        boolean udp = !tcp && url.startsWith("rtsp:");
        Duration run = udp ? time.plus(UDP_JOIN) : time;
        // VLC does not run as root.
        boolean root = "root".equals(System.getProperty("user.name"));
        Path folder = openFolder();
        Path file = folder.resolve("vlc.ts");
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of(Tools.path("runuser"), "-u", "nobody", "--"));
        }
        command.addAll(List.of(
                Tools.path("cvlc"),
                "-I",
                "dummy",
                "--no-interact",
                // Else VLC moves the times of a live stream towards their arrival, five times a second: it would write
                // its own clock, with steps that look like missing pictures, and not the stream that came.
                "--clock-synchro=0",
                "--run-time=" + run.toSeconds(),
                "--sout=#std{access=file,mux=ts,dst=" + file + "}"));
        if (tcp) {
            command.add("--rtsp-tcp");
        }
        command.addAll(List.of(url, "vlc://quit"));
        Proc.start("vlc", story.folder(), command, Map.of("HOME", folder.toString()))
                .exit(PATIENCE);
        Ffprobe.Seen seen = Ffprobe.file(story, file);
        return udp ? behindTheFirstGroup(seen) : seen;
    }

    private static Ffprobe.Seen behindTheFirstGroup(Ffprobe.Seen seen) {
        List<Ffprobe.Packet> video = seen.video();
        int second = 1;
        while (second < video.size() && !video.get(second).key()) {
            second++;
        }
        return new Ffprobe.Seen(video.subList(Math.min(second, video.size()), video.size()), seen.audio(), seen.said());
    }

    /** A folder in which another user may write. */
    private static Path openFolder() {
        try {
            Path folder = Files.createTempDirectory("millrace-vlc");
            return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
