package dev.millrace.platform.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;

/** The node's registry with what every process shows: heap, buffers, threads, processor, files. */
final class Meters {
    private Meters() {}

    static PrometheusMeterRegistry registry(String nodeId) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().commonTags("node", nodeId);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        Gauge.builder("millrace.netty.direct", Meters::direct)
                .description("Direct memory that Netty's allocator holds")
                .baseUnit("bytes")
                .register(registry);
        return registry;
    }

    private static double direct() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    static void load(MeterRegistry registry, LoadMeter load, Membership membership) {
        Gauge.builder("millrace.sessions", load, LoadMeter::sessions)
                .description("Running sessions of all roles")
                .register(registry);
        Gauge.builder("millrace.sent", load, LoadMeter::bitsPerSecond)
                .description("Sent to readers and other nodes")
                .baseUnit("bits_per_second")
                .register(registry);
        Gauge.builder("millrace.members", membership, known -> known.members().size())
                .description("Nodes of the cluster as this node sees it")
                .register(registry);
    }
}
