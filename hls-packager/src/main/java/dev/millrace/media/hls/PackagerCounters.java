package dev.millrace.media.hls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the packager counts. Any thread.
 *
 * @param opened packagers begun
 * @param closed packagers ended
 * @param segments finished
 * @param bytesIn of segments that came into memory
 * @param bytesOut of segments that left it
 * @param waits requests that had to wait for a first playlist
 * @param refused requests beyond {@code hls.waiting} and {@code hls.streams}
 * @param slow readers dropped at {@code hls.read-deadline}
 * @param fetched answers that came from another node's packager
 * @param adopted streams taken over from another node
 */
record PackagerCounters(
        Counter opened,
        Counter closed,
        Counter segments,
        Counter bytesIn,
        Counter bytesOut,
        Counter waits,
        Counter refused,
        Counter slow,
        Counter fetched,
        Counter adopted) {
    static PackagerCounters of(MeterRegistry metrics) {
        PackagerCounters counters = new PackagerCounters(
                counter(metrics, "millrace.hls.opened", "Packagers begun"),
                counter(metrics, "millrace.hls.closed", "Packagers ended"),
                counter(metrics, "millrace.hls.segments", "Segments finished"),
                counter(metrics, "millrace.hls.bytes.in", "Bytes of segments that came into memory"),
                counter(metrics, "millrace.hls.bytes.out", "Bytes of segments that left memory"),
                counter(metrics, "millrace.hls.waits", "Requests that waited for a first playlist"),
                counter(metrics, "millrace.hls.refused", "Requests beyond hls.waiting or hls.streams"),
                counter(metrics, "millrace.hls.slow", "Readers dropped because they did not take an answer in time"),
                counter(metrics, "millrace.hls.fetched", "Answers fetched from another node's packager"),
                counter(metrics, "millrace.hls.adopted", "Streams taken over from another node"));
        Gauge.builder("millrace.hls.packagers", counters, PackagerCounters::packagers)
                .description("Streams packaged here")
                .register(metrics);
        Gauge.builder("millrace.hls.bytes", counters, PackagerCounters::bytes)
                .description("Segments in memory")
                .baseUnit("bytes")
                .register(metrics);
        return counters;
    }

    private static Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder(name).description(description).register(metrics);
    }

    /** Streams packaged here now. */
    int packagers() {
        return (int) (opened.count() - closed.count());
    }

    /** Bytes of segments in memory now. */
    double bytes() {
        return bytesIn.count() - bytesOut.count();
    }
}
