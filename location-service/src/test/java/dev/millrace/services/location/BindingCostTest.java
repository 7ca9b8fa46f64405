package dev.millrace.services.location;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What a registration costs where everything is in one process: printed, and far from the bound so that a busy machine passes. */
@Isolated("it measures the whole process")
class BindingCostTest {
    private static final int COUNT = Integer.getInteger("bindings", 20_000);
    private static final int AT_ONCE = 32;

    /** The goal is 2 KiB for a binding with everything that a phone sends, its copy on the disk not counted. */
    private static final long MOST_BYTES = 1_536;

    @TempDir
    Path folder;

    /** Asks from a loop, as a door does, a few at a time. */
    private static final class Storm {
        private final NodeContext node;
        private final long cseq;
        private final long expires;
        private final Promise<Void> done = Promise.promise();
        private int next;
        private int open;
        private boolean pumping;

        Storm(NodeContext node, long cseq, long expires) {
            this.node = node;
            this.cseq = cseq;
            this.expires = expires;
        }

        Future<Void> run() {
            node.loops().next().execute(this::pump);
            return done.future();
        }

        private void pump() {
            // An answer may be there at once; a storm of those must not fill the stack.
            pumping = true;
            while (open < AT_ONCE && next < COUNT) {
                ask(next++);
            }
            pumping = false;
            if (open == 0) {
                done.tryComplete();
            }
        }

        private void ask(int number) {
            open++;
            node.bus()
                    .ask(Location.SAVE, Bound.address(number), Bound.register(number, cseq, expires))
                    .onComplete(saved -> {
                        open--;
                        if (saved.failed() || saved.result().outcome() != Outcome.OK) {
                            done.tryFail(saved.failed() ? saved.cause() : new AssertionError(saved.result()));
                        } else if (!pumping) {
                            pump();
                        }
                    });
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void manyBindings() {
        try (TestNodes nodes = TestNodes.start(
                LocationConfig.ALL,
                List.of(new Spec(
                        "A", List.of(new LocationModule()), List.of(), Map.of("store.dir", folder.toString()))))) {
            NodeContext node = nodes.context("A");
            long expires = node.clock().millis() + 3_600_000;
            long before = heap();
            Await.get(new Storm(node, 1, expires).run());
            long[] each = {0};
            // What waits for the disk is no part of a binding.
            Await.until("a binding takes little memory", () -> {
                each[0] = (heap() - before) / COUNT;
                return each[0] < MOST_BYTES;
            });
            System.out.printf(Locale.ROOT, "%d bindings: %d bytes each%n", COUNT, each[0]);
            for (int cseq = 2; cseq < Integer.getInteger("rounds", 4); cseq++) {
                long cpu = cpuNanos();
                long start = System.nanoTime();
                Await.get(new Storm(node, cseq, expires).run());
                System.out.printf(
                        Locale.ROOT,
                        "refresh: %.1f us of CPU each, %.0f per second%n",
                        (cpuNanos() - cpu) / 1e3 / COUNT,
                        COUNT * 1e9 / (System.nanoTime() - start));
            }
        }
    }
}
