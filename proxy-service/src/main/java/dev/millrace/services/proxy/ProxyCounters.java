package dev.millrace.services.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What became of requests. May be used from any thread. */
final class ProxyCounters {
    /** Their fates. */
    enum Fate {
        /** Inside a dialog, by a token of ours. */
        DIALOG,
        /** Outside a dialog and let in: one of our users. */
        USER,
        /** Let in: a configured peer. */
        PEER,
        /** Let in: a stranger who calls one of our users. */
        STRANGER,
        /** Answered by us. */
        HERE,
        /** 407. */
        CHALLENGED,
        /** 403, or 481 for a stranger inside no dialog of ours. */
        FORBIDDEN,
        /** An ACK without a token of ours, dropped. */
        STRAY_ACK,
        /** Malformed beyond what the door had looked at. */
        MALFORMED,
        /** 482, 483, 440, 420: refused by RFC 3261 section 16.3. */
        REFUSED,
        /** A 2xx after its transaction was over: the same once more, or that of one more callee. */
        LATE_ANSWER,
        /** Ended by a bug of ours, with 500. */
        BUG
    }

    private final Map<Fate, Counter> counters = new EnumMap<>(Fate.class);

    ProxyCounters(MeterRegistry metrics) {
        for (Fate fate : Fate.values()) {
            counters.put(
                    fate,
                    Counter.builder("millrace.proxy.requests")
                            .tag("fate", fate.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .description("Requests that reached the proxy")
                            .register(metrics));
        }
    }

    void count(Fate fate) {
        Counter counter = counters.get(fate);
        if (counter != null) {
            counter.increment();
        }
    }
}
