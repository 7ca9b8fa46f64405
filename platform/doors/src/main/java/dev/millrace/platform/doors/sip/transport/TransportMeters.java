package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Transport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the SIP ports count. Used from any thread. */
final class TransportMeters {
    private final MeterRegistry metrics;
    private final Map<Transport, Counter> received;
    private final Map<Transport, Counter> sent;
    private final Map<Transport, AtomicInteger> open = new EnumMap<>(Transport.class);
    private final Map<String, Counter> broken = new ConcurrentHashMap<>();
    private final Map<String, Counter> closed = new ConcurrentHashMap<>();
    final Counter keepAlives;
    final Counter empty;
    final Counter stun;
    final Counter limited;
    final Counter failures;
    final Counter refusedTotal;
    final Counter refusedSource;

    TransportMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        this.received = each("received", "Messages received");
        this.sent = each("sent", "Messages sent");
        this.keepAlives = counter("keepalives", "CRLF keep-alives received");
        this.empty = counter("empty", "Datagrams without a byte");
        this.stun = counter("stun", "STUN Binding requests answered");
        this.limited = counter("limited", "Requests dropped unread because their source is above sip.source.rate");
        this.failures = counter("failures", "Messages whose handling failed by a bug of ours");
        this.refusedTotal = refused("total");
        this.refusedSource = refused("source");
        for (Transport transport : Transport.values()) {
            AtomicInteger now = new AtomicInteger();
            open.put(transport, now);
            if (transport.reliable()) {
                Gauge.builder("millrace.sip.connections", now, AtomicInteger::get)
                        .description("Open SIP connections")
                        .tag("transport", transport.text())
                        .register(metrics);
            }
        }
    }

    /** Shows what the UDP sockets of a listener could not take. */
    void dropped(UdpEndpoint endpoint) {
        FunctionCounter.builder("millrace.sip.udp.dropped", endpoint, UdpEndpoint::dropped)
                .description("Datagrams not sent because the socket could not take them any more")
                .tag("listener", String.valueOf(endpoint.listener().index()))
                .register(metrics);
    }

    private Counter counter(String name, String description) {
        return Counter.builder("millrace.sip." + name).description(description).register(metrics);
    }

    private Counter refused(String limit) {
        return Counter.builder("millrace.sip.refused")
                .description("Connections closed at once because sip.connections or sip.source.connections were open")
                .tag("limit", limit)
                .register(metrics);
    }

    private Map<Transport, Counter> each(String name, String description) {
        Map<Transport, Counter> all = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            all.put(
                    transport,
                    Counter.builder("millrace.sip." + name)
                            .description(description)
                            .tag("transport", transport.text())
                            .register(metrics));
        }
        return all;
    }

    private static Counter of(Map<Transport, Counter> counters, Transport transport) {
        return java.util.Objects.requireNonNull(counters.get(transport));
    }

    void received(Transport transport) {
        of(received, transport).increment();
    }

    void sent(Transport transport) {
        of(sent, transport).increment();
    }

    AtomicInteger open(Transport transport) {
        return java.util.Objects.requireNonNull(open.get(transport));
    }

    /** @param rule of our own {@code Malformed}s, so a short list */
    void broken(String rule) {
        broken.computeIfAbsent(
                        rule,
                        name -> Counter.builder("millrace.sip.broken")
                                .description("What arrived and was no message, by the rule it breaks")
                                .tag("rule", name)
                                .register(metrics))
                .increment();
    }

    /** @param why one of our own words, so a short list */
    void closed(String why) {
        closed.computeIfAbsent(
                        why,
                        name -> Counter.builder("millrace.sip.closed")
                                .description("Connections that this node closed, by the reason")
                                .tag("why", name)
                                .register(metrics))
                .increment();
    }
}
