package dev.millrace.edges.rtsp;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the RTSP door counts. Any thread. */
final class EdgeCounters {
    private final MeterRegistry metrics;
    private final Counter stray;
    private final Counter foreign;
    private final Counter invalid;
    private final Counter lossReports;
    private final Counter bugs;

    EdgeCounters(MeterRegistry metrics) {
        this.metrics = metrics;
        this.stray = Counter.builder("millrace.rtsp.packets.stray")
                .description("packets on a channel or port that no session uses")
                .register(metrics);
        this.foreign = Counter.builder("millrace.rtsp.packets.foreign")
                .description("packets from another address than the publisher's")
                .register(metrics);
        this.invalid = Counter.builder("millrace.rtsp.packets.invalid")
                .description("packets that are no RTP or RTCP")
                .register(metrics);
        this.lossReports = Counter.builder("millrace.rtsp.reader.loss-reports")
                .description("reports of readers that tell of lost packets")
                .register(metrics);
        this.bugs = Counter.builder("millrace.rtsp.bugs")
                .description("sessions ended by an error of our own")
                .register(metrics);
    }

    void response(int status) {
        metrics.counter("millrace.rtsp.responses", "status", Integer.toString(status))
                .increment();
    }

    void malformed(String rule) {
        metrics.counter("millrace.rtsp.malformed", "rule", rule).increment();
    }

    void bug() {
        bugs.increment();
    }

    void begun(String mode) {
        metrics.counter("millrace.rtsp.sessions.begun", "mode", mode).increment();
    }

    void ended(String reason) {
        metrics.counter("millrace.rtsp.sessions.ended", "reason", reason).increment();
    }

    void stray() {
        stray.increment();
    }

    void foreign() {
        foreign.increment();
    }

    void invalid() {
        invalid.increment();
    }

    void lossReported() {
        lossReports.increment();
    }
}
