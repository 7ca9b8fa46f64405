package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Times;
import dev.millrace.services.proxy.core.CallRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the metrics say about calls. May be used from any thread. */
final class CallCounters {
    /** Every word of {@link CallRecord#word}. */
    private static final List<String> WORDS =
            List.of("answered", "busy", "cancelled", "unanswered", "unavailable", "refused", "failed");

    private final Map<String, Counter> outcomes = new HashMap<>();
    private final Timer ring;
    private final Timer setup;
    private final Timer talk;
    private final Counter expired;
    private final Counter unrecorded;

    CallCounters(MeterRegistry metrics) {
        for (String word : WORDS) {
            outcomes.put(
                    word,
                    Counter.builder("millrace.calls")
                            .tag("outcome", word)
                            .description("Calls that were answered and attempts that ended without an answer")
                            .register(metrics));
        }
        ring = Timer.builder("millrace.calls.ring")
                .description("From the INVITE to the first ringing")
                .register(metrics);
        setup = Timer.builder("millrace.calls.setup")
                .description("From the INVITE to the answer")
                .register(metrics);
        talk = Timer.builder("millrace.calls.talk")
                .description("From the answer to the end")
                .register(metrics);
        expired = Counter.builder("millrace.calls.expired")
                .description("Calls that ended without a BYE")
                .register(metrics);
        unrecorded = Counter.builder("millrace.calls.unrecorded")
                .description("Calls without a record because a limit was reached")
                .register(metrics);
    }

    void answered(Call call) {
        count(call);
        Times times = call.times();
        setup.record(Duration.ofMillis(Math.max(0, times.answer() - times.start())));
        if (times.ring() > 0) {
            ring.record(Duration.ofMillis(Math.max(0, times.ring() - times.start())));
        }
    }

    /** An attempt that nobody answered. */
    void failed(Call call) {
        count(call);
    }

    void ended(Call call) {
        Times times = call.times();
        talk.record(Duration.ofMillis(Math.max(0, times.end() - times.answer())));
    }

    void expired() {
        expired.increment();
    }

    void unrecorded() {
        unrecorded.increment();
    }

    private void count(Call call) {
        Counter counter = outcomes.get(CallRecord.word(call));
        if (counter != null) {
            counter.increment();
        }
    }
}
