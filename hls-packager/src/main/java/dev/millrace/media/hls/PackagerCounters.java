package dev.millrace.media.hls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the packager counts. Any thread.
 *
 * @param segments finished
 * @param waits requests that had to wait for a first playlist
 * @param refused requests beyond {@code hls.waiting} and {@code hls.streams}
 * @param slow readers dropped at {@code hls.read-deadline}
 * @param fetched answers that came from another node's packager
 * @param adopted streams taken over from another node
 * @param packagers running now
 * @param bytes of segments in memory
 */
record PackagerCounters(
        Counter segments,
        Counter waits,
        Counter refused,
        Counter slow,
        Counter fetched,
        Counter adopted,
        AtomicInteger packagers,
        AtomicLong bytes) {
    static PackagerCounters of(MeterRegistry metrics) {
        AtomicInteger packagers = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        Gauge.builder("millrace.hls.packagers", packagers, AtomicInteger::get)
                .description("Streams packaged here")
                .register(metrics);
        Gauge.builder("millrace.hls.bytes", bytes, AtomicLong::get)
                .description("Segments in memory")
                .baseUnit("bytes")
                .register(metrics);
        return new PackagerCounters(
                counter(metrics, "millrace.hls.segments", "Segments finished"),
                counter(metrics, "millrace.hls.waits", "Requests that waited for a first playlist"),
                counter(metrics, "millrace.hls.refused", "Requests beyond hls.waiting or hls.streams"),
                counter(metrics, "millrace.hls.slow", "Readers dropped because they did not take an answer in time"),
                counter(metrics, "millrace.hls.fetched", "Answers fetched from another node's packager"),
                counter(metrics, "millrace.hls.adopted", "Streams taken over from another node"),
                packagers,
                bytes);
    }

    private static Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder(name).description(description).register(metrics);
    }
}
