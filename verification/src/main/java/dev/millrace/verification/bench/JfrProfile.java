package dev.millrace.verification.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where our server's time went, by the flight recorder's samples: what costs what. */
final class JfrProfile {
    private static final String NAME = "bench";

    /** A sample for each span of CPU time that a thread of Java has used, in Java or below it. */
    private static final String SAMPLE = "jdk.CPUTimeSample";

    /** Methods named in the report. */
    private static final int METHODS = 25;

    /** Whose work a stack is: the innermost frame that belongs to one of these decides. */
    private static final List<String> OWNERS = List.of(
            "dev.millrace.protocols.sip",
            "dev.millrace.protocols.digest",
            "dev.millrace.protocols",
            "dev.millrace.platform.doors.sip.transport",
            "dev.millrace.platform.doors",
            "dev.millrace.platform.runtime",
            "dev.millrace.platform.contracts",
            "dev.millrace.services",
            "com.hazelcast",
            "io.netty",
            "io.vertx",
            "io.micrometer",
            "ch.qos.logback");

    private JfrProfile() {}

    static void start(long pid, Path file) throws IOException {
        Files.deleteIfExists(file);
        Child.output(List.of(
                Probe.tool("jcmd"),
                String.valueOf(pid),
                "JFR.start",
                "name=" + NAME,
                "settings=none",
                "disk=true",
                "+" + SAMPLE + "#enabled=true",
                "+" + SAMPLE + "#throttle=2ms"));
    }

    static void stop(long pid, Path file) {
        Child.output(List.of(Probe.tool("jcmd"), String.valueOf(pid), "JFR.stop", "name=" + NAME, "filename=" + file));
    }

    /** Shares by owner, by thread and by method, as lines behind that title. */
    static List<String> report(String title, Path file) throws IOException {
        Map<String, Integer> owners = new LinkedHashMap<>();
        Map<String, Integer> threads = new LinkedHashMap<>();
        Map<String, Integer> methods = new LinkedHashMap<>();
        int samples = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (!event.getEventType().getName().equals(SAMPLE) || event.getStackTrace() == null) {
                    continue;
                }
                List<RecordedFrame> frames = event.getStackTrace().getFrames();
                if (frames.isEmpty()) {
                    continue;
                }
                samples++;
                owners.merge(owner(frames), 1, Integer::sum);
                methods.merge(method(frames.getFirst()), 1, Integer::sum);
                RecordedThread thread = event.getThread("eventThread");
                threads.merge(thread == null ? "?" : group(thread.getJavaName()), 1, Integer::sum);
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(title + ": profile of " + samples
                + " samples of CPU time, by owner of the innermost frame: "
                + shares(owners, samples, OWNERS.size()));
        lines.add(title + ", by thread: " + shares(threads, samples, 10));
        lines.add(title + ", by method: " + shares(methods, samples, METHODS));
        return lines;
    }

    private static String owner(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            Optional<String> owner = OWNERS.stream().filter(type::startsWith).findFirst();
            if (owner.isPresent()) {
                return owner.get();
            }
        }
        return "JDK";
    }

    private static String method(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.getMethod().getName();
    }

    private static String group(String thread) {
        return thread == null ? "?" : thread.replaceAll("\\d+", "#");
    }

    private static String shares(Map<String, Integer> counts, int all, int most) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
                        .limit(most)
                        .map(entry -> Report.text("%s %.1f %%", entry.getKey(), 100.0 * entry.getValue() / all))
                        .toList());
    }
}
