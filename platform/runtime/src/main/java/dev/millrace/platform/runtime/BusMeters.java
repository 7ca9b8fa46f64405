package dev.millrace.platform.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** What the bus counts. */
final class BusMeters {
    private final MeterRegistry metrics;
    private final Counter asked;
    private final Counter told;
    private final Counter retried;
    private final Map<Unanswered.Why, Counter> failed = new EnumMap<>(Unanswered.Why.class);

    BusMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        this.asked = Counter.builder("millrace.bus.asked")
                .description("Questions asked")
                .register(metrics);
        this.told = Counter.builder("millrace.bus.told")
                .description("One-way messages")
                .register(metrics);
        this.retried = Counter.builder("millrace.bus.retried")
                .description("Questions asked again of another node")
                .register(metrics);
        for (Unanswered.Why why : Unanswered.Why.values()) {
            failed.put(
                    why,
                    Counter.builder("millrace.bus.unanswered")
                            .description("Questions without an answer")
                            .tag("why", why.name())
                            .register(metrics));
        }
    }

    void openQuestions(IntSupplier size) {
        Gauge.builder("millrace.bus.open", size::getAsInt)
                .description("Questions that wait for their answer")
                .register(metrics);
    }

    void asked() {
        asked.increment();
    }

    void told() {
        told.increment();
    }

    void retried() {
        retried.increment();
    }

    void failed(Unanswered.Why why) {
        Counter counter = failed.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    /** @param rule one of the few names our own parsers give, so the label is bounded */
    void malformed(String rule) {
        metrics.counter("millrace.bus.malformed", "rule", rule).increment();
    }
}
