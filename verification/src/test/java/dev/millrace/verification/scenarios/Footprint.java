package dev.millrace.verification.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node holds, in bytes, read from outside; the node must run with {@link #JVM}.
 *
 * @param heap live objects after a full collection
 * @param direct what the JVM allocated for buffers outside the heap (category Other of its native memory tracking)
 * @param resident pages of the process in memory
 */
public record Footprint(long heap, long direct, long resident) {
    /** The heap is there from the start, so that what the process grows by is not its heap. */
    public static final List<String> JVM =
            List.of("-XX:NativeMemoryTracking=summary", "-Xms384m", "-XX:+AlwaysPreTouch");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final long KILO = 1024;

    public static Footprint of(Story story, NodeProcess node) {
        String objects = jcmd(story, node, "GC.class_histogram")
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        long direct = number(OTHER, jcmd(story, node, "VM.native_memory"));
        try {
            String status = Files.readString(Path.of("/proc/" + node.process().pid() + "/status"));
            return new Footprint(
                    Long.parseLong(objects.substring(objects.lastIndexOf(' ') + 1)),
                    KILO * direct,
                    KILO * number(RESIDENT, status));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Footprint minus(Footprint before) {
        return new Footprint(heap - before.heap, direct - before.direct, resident - before.resident);
    }

    private static String jcmd(Story story, NodeProcess node, String command) {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Proc.start(
                        "jcmd",
                        story.folder(),
                        tool,
                        String.valueOf(node.process().pid()),
                        command)
                .succeed(PATIENCE)
                .output();
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Override
    public String toString() {
        return "heap " + heap / KILO + " KiB, direct " + direct / KILO + " KiB, resident " + resident / KILO + " KiB";
    }
}
