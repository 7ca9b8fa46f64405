package dev.millrace.services.proxy;

import dev.millrace.platform.doors.resolve.Resolver;
import dev.millrace.platform.doors.sip.ClientListener;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.doors.sip.Target.ToHops;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Params;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.services.proxy.core.Peer;
import dev.millrace.services.proxy.core.PeerHealth;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which configured peers live: asks each by OPTIONS, rarer while it is down, and hears what becomes of calls to it. Owned by the
 * service's loop, which tells the others; {@link #answered} may be called from any loop of the node.
 */
final class PeerBook {
    private static final Logger LOG = LoggerFactory.getLogger(PeerBook.class);
    private static final int TIMED_OUT = 408;
    private static final int FAILED = 503;

    private final NodeContext node;
    private final SipDoor door;
    private final Resolver resolver;
    private final Loop own;
    private final Duration period;
    private final List<LoopState> states;
    private final Map<Peer, PeerHealth> health = new LinkedHashMap<>();
    private final Map<Peer, Timer> timers = new LinkedHashMap<>();
    private final Counter probes;
    private final Counter silent;
    private boolean closed;

    PeerBook(NodeContext node, SipDoor door, Resolver resolver, Loop own, ProxyConfig config, List<LoopState> states) {
        this.node = node;
        this.door = door;
        this.resolver = resolver;
        this.own = own;
        this.period = config.probe();
        this.states = states;
        config.routes().peers().forEach(peer -> health.put(peer, PeerHealth.NEW));
        probes = Counter.builder("millrace.proxy.probes")
                .description("OPTIONS sent to configured peers")
                .register(node.metrics());
        silent = Counter.builder("millrace.proxy.probes.silent")
                .description("OPTIONS to configured peers that found no answer")
                .register(node.metrics());
        for (Peer peer : health.keySet()) {
            Gauge.builder("millrace.proxy.peer.up", this, book -> book.now(peer).up() ? 1 : 0)
                    .tag("peer", peer.toString())
                    .description("Whether a configured peer answers")
                    .register(node.metrics());
        }
    }

    private PeerHealth now(Peer peer) {
        return health.getOrDefault(peer, PeerHealth.NEW);
    }

    /** Begins to ask. */
    void open() {
        if (period.isPositive()) {
            health.keySet().forEach(this::probe);
        }
    }

    void close() {
        closed = true;
        timers.values().forEach(Timer::cancel);
        timers.clear();
    }

    /** A request to that peer found this status; 408 or 503 where it found none. */
    void answered(Peer peer, int status) {
        own.run(() -> heard(peer, status));
    }

    private void heard(Peer peer, int status) {
        PeerHealth before = now(peer);
        PeerHealth now = before.answered(status);
        if (closed || now.equals(before)) {
            return;
        }
        health.put(peer, now);
        if (now.up() != before.up()) {
            LOG.info("event=peer-{} peer={} status={}", now.up() ? "up" : "down", peer, status);
        }
        List<Loop> loops = node.loops().all();
        for (int i = 0; i < loops.size(); i++) {
            LoopState state = states.get(i);
            loops.get(i).run(() -> state.told(peer, now));
        }
    }

    private void probe(Peer peer) {
        if (closed) {
            return;
        }
        probes.increment();
        SipUri uri = peer.uri();
        resolver.resolve(uri).onComplete(found -> {
            if (closed) {
                return;
            }
            if (found.failed() || found.result().isEmpty()) {
                done(peer, FAILED);
                return;
            }
            ToHops target = new ToHops(found.result());
            HostPort front = door.front(
                    target.hops().getFirst().transport(),
                    target.hops().getFirst().address());
            Request question = question(uri, front);
            // Transactions belong to the loop of their Call-ID.
            door.loopOf(question.callId()).run(() -> door.send(question, target, listener(peer)));
        });
    }

    private ClientListener listener(Peer peer) {
        return new ClientListener() {
            @Override
            public void response(Response response) {
                if (response.isFinal()) {
                    own.run(() -> done(peer, response.status()));
                }
            }

            @Override
            public void timedOut() {
                own.run(() -> done(peer, TIMED_OUT));
            }

            @Override
            public void failed(int status, String why) {
                own.run(() -> done(peer, FAILED));
            }
        };
    }

    private Request question(SipUri uri, HostPort front) {
        NameAddr from = new NameAddr(
                "",
                SipUri.of("", front.host(), front.port()),
                Params.parse(";tag=" + node.ids().publicId()));
        return Request.of(Methods.OPTIONS, uri)
                .append(Keys.MAX_FORWARDS, 1L)
                .append(Keys.FROM, from)
                .append(Keys.TO, NameAddr.of(uri))
                .append(Keys.CALL_ID, node.ids().session())
                .append(Keys.CSEQ, new CSeq(1, Methods.OPTIONS))
                .build();
    }

    private void done(Peer peer, int status) {
        if (status == TIMED_OUT || status == FAILED) {
            silent.increment();
        }
        if (!closed) {
            heard(peer, status);
            timers.put(peer, own.after(now(peer).pause(period), () -> probe(peer)));
        }
    }

    /** For the status: which peers live. */
    Map<String, Object> status() {
        Map<String, Object> shown = new TreeMap<>();
        new ArrayList<>(health.entrySet())
                .forEach(entry ->
                        shown.put(entry.getKey().toString(), entry.getValue().up() ? "up" : "down"));
        return shown;
    }
}
