package dev.millrace.platform.runtime;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How much of its processors this process uses. By the process's own clock: the load that the JVM computes reads the files of the
 * control group, 2 ms on an event loop. May be called from any thread.
 */
final class ProcessCpu {
    private long usedNanos = nanos();
    private long sinceNanos = System.nanoTime();

    /** Since the last call, 0 to 100; 0 where the system does not say. */
    synchronized int percent() {
        long used = nanos();
        long now = System.nanoTime();
        long there = Math.max(1, (now - sinceNanos) * Runtime.getRuntime().availableProcessors());
        long percent = (used - usedNanos) * 100 / there;
        usedNanos = used;
        sinceNanos = now;
        return Math.clamp(percent, 0, 100);
    }

    private static long nanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
