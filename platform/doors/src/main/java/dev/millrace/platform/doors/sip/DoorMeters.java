package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Response;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the door counts. May be used from any thread. */
final class DoorMeters {
    private final MeterRegistry registry;
    private final Map<String, Counter> malformed = new ConcurrentHashMap<>();
    private final Counter[] answers = new Counter[7];
    private final Counter bugs;
    private final Counter unacknowledged;
    private final Counter unsent;
    private final Counter full;
    private final Counter overloaded;
    private final Counter taken;
    private final Counter untaken;
    private final Counter forwarded;
    private final Counter strangers;
    private final Counter late;
    private final Counter adopted;
    private final Counter hurried;
    private final Counter crowded;
    private final Counter expired;
    private final Counter dropped;

    DoorMeters(MeterRegistry registry) {
        this.registry = registry;
        for (int i = 1; i < answers.length; i++) {
            answers[i] = Counter.builder("millrace.sip.answers")
                    .description("Responses sent by server transactions, by class")
                    .tag("class", i + "xx")
                    .register(registry);
        }
        bugs = counter("failures", "Requests whose handler failed; each is logged once");
        unacknowledged = counter("unacknowledged", "Final responses to INVITE that no ACK came for");
        unsent = counter("unsent", "Responses that could not be sent");
        full = counter("full", "Requests answered 503 because sip.transactions were there");
        overloaded = counter("overloaded", "Requests answered 503 by overload control");
        taken = counter("taken", "Requests handed to a node that has their role");
        untaken = counter("untaken", "Requests that no node with their role took");
        forwarded = counter("forwarded", "Messages handed to the node of their transaction");
        strangers = counter("strangers", "Responses dropped because nobody of this cluster had asked");
        late = counter("late", "Responses to a lost node's requests, forwarded without a transaction");
        adopted = counter("adopted", "Calls of lost nodes that were ended here");
        hurried = counter(
                "hurried",
                "Calls of lost nodes that were ended at once, because too many waited for phones that may have answered");
        crowded = counter("crowded", "CANCEL and ACK whose record was not looked for, because too many were");
        dropped = counter("dropped", "Messages dropped because their event loop had too many to look at");
        expired = counter("expired", "INVITE transactions that were ended because nobody else did in half an hour");
    }

    private Counter counter(String name, String text) {
        return Counter.builder("millrace.sip." + name).description(text).register(registry);
    }

    void answered(Message message) {
        if (message instanceof Response response) {
            answers[response.status() / 100].increment();
        }
    }

    /** A request refused without a transaction; by rule, of which there are few. */
    void refused(String rule) {
        malformed
                .computeIfAbsent(
                        rule,
                        name -> Counter.builder("millrace.sip.malformed")
                                .description("Messages refused or dropped because they break a rule")
                                .tag("rule", name)
                                .register(registry))
                .increment();
    }

    void bug() {
        bugs.increment();
    }

    void unacknowledged() {
        unacknowledged.increment();
    }

    void unsent() {
        unsent.increment();
    }

    void full() {
        full.increment();
    }

    void overloaded() {
        overloaded.increment();
    }

    void taken() {
        taken.increment();
    }

    void untaken() {
        untaken.increment();
    }

    void forwarded() {
        forwarded.increment();
    }

    void stranger() {
        strangers.increment();
    }

    void late() {
        late.increment();
    }

    void adopted() {
        adopted.increment();
    }

    void hurried() {
        hurried.increment();
    }

    void crowded() {
        crowded.increment();
    }

    void dropped() {
        dropped.increment();
    }

    void expired() {
        expired.increment();
    }
}
