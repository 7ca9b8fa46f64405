package dev.millrace.verification.scenarios;

import dev.millrace.verification.bench.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    /**
     * The heap is there from the start, so that what the process grows by is not its heap. A full collection leaves no dead
     * space where it was: jcmd counts that as live.
     */
    public static final List<String> JVM =
            List.of("-XX:NativeMemoryTracking=summary", "-Xms384m", "-XX:+AlwaysPreTouch", "-XX:MarkSweepDeadRatio=0");

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final long KILO = 1024;

    public static Footprint of(NodeProcess node) {
        long pid = node.process().pid();
        Probe.Memory memory = Probe.memory(pid);
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
            if (memory.direct() == 0 || !resident.find()) {
                throw new AssertionError("nothing is known of the memory of process " + pid);
            }
            return new Footprint(memory.heap(), memory.direct(), KILO * Long.parseLong(resident.group(1)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Footprint minus(Footprint before) {
        return new Footprint(heap - before.heap, direct - before.direct, resident - before.resident);
    }

    @Override
    public String toString() {
        return "heap " + heap / KILO + " KiB, direct " + direct / KILO + " KiB, resident " + resident / KILO + " KiB";
    }
}
