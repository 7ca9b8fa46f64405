package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.doors.sip.transport.Transports;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Params;
import dev.millrace.protocols.sip.Refusal;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Validity;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.sip.transaction.Timing;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import dev.millrace.protocols.wire.Malformed;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one event loop: all those whose Call-ID hashes to it. Finds a message's transaction here or on another node,
 * and begins new ones: RFC 3261 sections 17.1.3, 17.2.3, 8.2.2.2 and 9.2. Owned by that loop.
 */
final class Desk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    /** Messages that other loops have received for this one and that it has not looked at; one more is dropped, as a socket does. */
    static final int HALLWAY = 10_000;

    /** How often INVITE transactions are looked for that nobody ends. */
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Exchange exchange;
    private final Loop loop;
    private final Chance chance;
    private final Admission admission;
    private final Stateless stateless = new Stateless(this);
    private final Elsewhere elsewhere;
    private final int limit;
    private final Map<TransactionKey, ServerShell> servers = new HashMap<>();
    private final Map<TransactionKey, Attempt> clients = new HashMap<>();
    private final Map<RequestId, ServerShell> byRequest = new HashMap<>();
    private final Answered answered;
    private final Deadlines deadlines;
    private final AtomicInteger hallway = new AtomicInteger();
    private final Timer sweeping;
    private final Timer turning;

    /** How a message came to this desk. */
    enum Path {
        /** From the network. */
        NETWORK,
        /** From another node that has not the role: it is not handed on. */
        TAKEN,
        /** From another node that takes it for ours: it goes to its transaction or nowhere. */
        PASSED
    }

    Desk(Exchange exchange, Loop loop, int limit) {
        this.exchange = exchange;
        this.loop = loop;
        this.limit = limit;
        this.chance = new Chance(exchange.node().ids());
        this.admission = new Admission(
                exchange.config().overload(),
                loop,
                exchange.node().loops().all().size(),
                exchange.node().clock());
        this.deadlines = new Deadlines(loop, exchange.node().clock(), this::bug);
        this.answered = new Answered(limit, new SipHash(chance.next(), chance.next()));
        this.elsewhere = new Elsewhere(this, exchange);
        this.sweeping = loop.every(SWEEP, () -> sweep(nanos() - Records.RINGING.toNanos()));
        this.turning = loop.every(Answered.span(exchange.timing().timeout()), answered::turn);
    }

    /** How many messages wait before this desk. Counted by all loops. */
    AtomicInteger hallway() {
        return hallway;
    }

    Loop loop() {
        return loop;
    }

    Chance chance() {
        return chance;
    }

    /** A tag for To or From: 65 random bits and this node. */
    String tag() {
        return branches().tag(chance);
    }

    DoorConfig config() {
        return exchange.config();
    }

    DoorMeters meters() {
        return exchange.meters();
    }

    Outlets outlets() {
        return exchange.outlets();
    }

    Transports transports() {
        return exchange.transports();
    }

    Branches branches() {
        return exchange.branches();
    }

    Records records() {
        return exchange.records();
    }

    Timing timing() {
        return exchange.timing();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Stateless stateless() {
        return stateless;
    }

    Admission admission() {
        return admission;
    }

    /** Client and server transactions of this loop that are at work. */
    int size() {
        return servers.size() + clients.size();
    }

    /** Those that only answer repetitions. */
    int answeredSize() {
        return answered.size();
    }

    /** INVITE transactions that wait for their final response. */
    int ringing() {
        int count = 0;
        for (ServerShell each : servers.values()) {
            count += each.isInvite() && !each.answered() ? 1 : 0;
        }
        return count;
    }

    void put(Attempt attempt) {
        clients.put(attempt.key(), attempt);
    }

    void remove(Attempt attempt) {
        clients.remove(attempt.key(), attempt);
    }

    void remove(ServerShell shell) {
        servers.remove(shell.key(), shell);
        RequestId id = shell.requestId();
        if (id != null) {
            byRequest.remove(id, shell);
        }
    }

    /** All that is left to do for it is to answer repetitions. */
    void keep(TransactionKey key, byte @Nullable [] response, Outlet back, @Nullable RequestId id) {
        answered.put(key, response, back, id);
    }

    /** The request with our Via on top, which has a new branch of this node. */
    Request withVia(Request request, Transport transport, InetSocketAddress peer, String suffix) {
        return withBranch(request, transport, peer, branches().next(chance, suffix));
    }

    /** The same for one that is forwarded without a transaction. */
    Request withSameVia(Request request, Transport transport, InetSocketAddress peer) {
        return withBranch(request, transport, peer, branches().same(request));
    }

    private Request withBranch(Request request, Transport transport, InetSocketAddress peer, String branch) {
        HostPort we = outlets().advertised(transport, peer);
        // RFC 3581 section 3: the answer comes back to where the request left; over a connection it does anyway.
        String params = ";branch=" + branch + (transport == Transport.UDP ? ";rport" : "");
        Via via = Via.of(transport.viaName(), we.host(), we.port());
        return request.under(new Via(via.transport(), via.host(), via.port(), Params.parse(params)));
    }

    void down(Hop hop) {
        exchange.down(hop);
    }

    /** A message for this loop. */
    void arrived(Message message, Inlet inlet, Path path) {
        try {
            switch (message) {
                case Request request -> request(request, inlet, path);
                case Response response -> response(response, inlet, path);
            }
        } catch (RuntimeException thrown) {
            bug(message, thrown);
        }
    }

    /** What a message led to threw: a header that only its role reads was malformed, or it is a bug of ours. */
    void bug(Message message, RuntimeException thrown) {
        if (thrown instanceof Malformed malformed) {
            meters().refused(malformed.rule());
        } else {
            meters().bug();
            LOG.error("sip message failed method={}", message.method(), thrown);
        }
    }

    private void bug(RuntimeException thrown) {
        meters().bug();
        LOG.error("sip timer failed", thrown);
    }

    /** Gives a role the ACK of a 2xx. */
    void ack(SipHandler handler, Request ack, Inlet inlet) {
        try {
            handler.ack(ack, inlet);
        } catch (RuntimeException thrown) {
            bug(ack, thrown);
        }
    }

    private void response(Response response, Inlet inlet, Path path) {
        Optional<Malformed> broken = Validity.check(response);
        if (broken.isPresent()) {
            meters().refused(broken.get().rule());
            return;
        }
        Attempt attempt = clients.get(TransactionKey.ofResponse(response));
        if (attempt != null) {
            attempt.answered(response);
            return;
        }
        switch (branches().owner(response.topVia().branch().orElse(""))) {
            case Branches.Owner.Here _ -> {
                if (response.method().equals(Methods.INVITE) && response.isSuccess()) {
                    exchange.roles().here(Role.PROXY).ifPresent(proxy -> proxy.response(response, inlet));
                }
            }
            case Branches.Owner.Node(var id) -> {
                if (path == Path.NETWORK) {
                    exchange.forward(id, response, inlet);
                }
            }
            case Branches.Owner.Gone _ -> exchange.passage().late(this, response, inlet);
            case Branches.Owner.Stranger _ -> meters().stranger();
        }
    }

    private void request(Request request, Inlet inlet, Path path) {
        Optional<Refusal> refusal = Validity.check(request);
        if (refusal.isPresent()) {
            refuse(request, inlet, refusal.get());
            return;
        }
        Request seen = seen(request, inlet);
        switch (seen.method()) {
            case Methods.ACK -> ack(seen, inlet, path);
            case Methods.CANCEL -> cancel(seen, inlet, path);
            default -> known(seen, inlet, path);
        }
    }

    /** A message too broken to be one, of which enough could be read for an answer. */
    void refuse(Request broken, Inlet inlet, Refusal refusal) {
        Request seen;
        try {
            seen = seen(broken, inlet);
        } catch (Malformed unanswerable) {
            meters().refused(refusal.why().rule());
            return;
        }
        stateless.refuse(seen, inlet, refusal);
    }

    /** With what we saw of the sender in its Via: RFC 3261 section 18.2.1, RFC 3581 section 4. */
    private static Request seen(Request request, Inlet inlet) {
        return request.seenFrom(inlet.sourceAddress(), inlet.source().getPort());
    }

    private void known(Request request, Inlet inlet, Path path) {
        TransactionKey key = TransactionKey.ofReceived(request);
        ServerShell shell = servers.get(key);
        if (shell != null) {
            shell.arrived(request);
        } else if (!answered.again(key) && path != Path.PASSED) {
            fresh(request, inlet, key, path);
        }
    }

    private void fresh(Request request, Inlet inlet, TransactionKey key, Path path) {
        if (!admission.admits(request)) {
            meters().overloaded();
            stateless.busy(request, inlet);
            return;
        }
        if (size() >= limit) {
            meters().full();
            stateless.busy(request, inlet);
            return;
        }
        Role role = exchange.roles().of(request);
        Optional<SipHandler> handler = exchange.roles().serving(role, request, path);
        if (handler.isEmpty() && path == Path.TAKEN) {
            // The role has just left this node: handing it on again could go round for ever.
            stateless.busy(request, inlet);
            return;
        }
        if (handler.isEmpty()) {
            exchange.roles().take(role, this, request, inlet);
            return;
        }
        begin(request, inlet, key, handler.get(), role);
    }

    /** Begins a transaction for a role of this node. */
    void begin(Request request, Inlet inlet, TransactionKey key, SipHandler handler, Role role) {
        ServerShell running = servers.get(key);
        if (running != null) {
            // It came again while another node was asked to take it.
            running.arrived(request);
            return;
        }
        boolean ends = role != Role.PROXY;
        boolean invite = request.method().equals(Methods.INVITE);
        RequestId id = ends || invite ? RequestId.of(request, request.method()) : null;
        // A proxy may meet a request again that has been round a loop of others; whoever ends it must take it once.
        if (ends && id != null && request.to().tag().isEmpty() && (byRequest.containsKey(id) || answered.has(id))) {
            stateless.answer(request, inlet, 482, "Loop Detected");
            return;
        }
        ServerShell shell = new ServerShell(this, request, inlet, key, id, handler);
        if (id != null) {
            byRequest.put(id, shell);
        }
        servers.put(key, shell);
        shell.begin();
    }

    /**
     * Whether another node may be at work on another copy of this INVITE. One without credentials from nobody we know is going to be
     * challenged, and two nodes that challenge it do no harm.
     */
    boolean shared(Request invite, Inlet inlet) {
        return records().active()
                && (inlet.trusted()
                        || invite.has(Keys.PROXY_AUTHORIZATION)
                        || invite.has(Keys.AUTHORIZATION)
                        || invite.to().params().has("tag"));
    }

    /** The transactions that are not here. */
    Elsewhere elsewhere() {
        return elsewhere;
    }

    private void ack(Request ack, Inlet inlet, Path path) {
        ServerShell shell = servers.get(TransactionKey.ofReceived(ack));
        if (shell != null) {
            shell.arrived(ack);
            return;
        }
        String tag = ack.to().tag().orElse("");
        if (path == Path.PASSED && !branches().tagsHere(tag) || stateless.acknowledged(ack)) {
            return;
        }
        Optional<String> tagged = path == Path.NETWORK ? branches().tagged(tag) : Optional.empty();
        if (tagged.isPresent()) {
            exchange.forward(tagged.get(), ack, inlet);
            return;
        }
        ServerShell invite = byRequest.get(RequestId.of(ack, Methods.INVITE));
        boolean nobodyElses = !records().active()
                || invite != null && invite.accepted()
                || invite == null && answered.has(RequestId.of(ack, Methods.INVITE));
        if (path != Path.NETWORK || nobodyElses) {
            success(ack, inlet, path);
        } else {
            elsewhere.ack(ack, inlet);
        }
    }

    /** An ACK that belongs to no transaction: for a 2xx, and so for a proxy. */
    void success(Request ack, Inlet inlet, Path path) {
        ServerShell invite = byRequest.get(RequestId.of(ack, Methods.INVITE));
        Optional<SipHandler> handler = invite != null
                ? Optional.of(invite.handler())
                : exchange.roles().here(Role.PROXY);
        if (handler.isPresent()) {
            ack(handler.get(), ack, inlet);
        } else if (path == Path.NETWORK) {
            exchange.roles().take(Role.PROXY, this, ack, inlet);
        }
    }

    private void cancel(Request cancel, Inlet inlet, Path path) {
        TransactionKey key = TransactionKey.ofCancelled(cancel);
        ServerShell shell = servers.get(key);
        if (shell == null && answered.has(key) && answered.has(RequestId.of(cancel, Methods.INVITE))) {
            // It has crossed the 2xx: nothing is left to cancel (RFC 3261 section 9.2).
            stateless.answer(cancel, inlet, 200, "OK");
        } else if (shell != null && !shell.cancelledBy(cancel)) {
            stateless.unknown(cancel, inlet);
        } else if (shell != null) {
            // The answer is the same each time it is asked for, so CANCEL needs no transaction.
            stateless.answer(cancel, inlet, 200, "OK");
            shell.cancel(cancel);
        } else if (path == Path.PASSED || !records().active()) {
            stateless.unknown(cancel, inlet);
        } else {
            elsewhere.cancel(cancel, inlet);
        }
    }

    /** Begins the transaction of a lost node's INVITE, to answer it in its place. */
    void adopt(Request invite, Inlet inlet, TransactionKey key, SipHandler answer) {
        if (!servers.containsKey(key)) {
            ServerShell shell = new ServerShell(this, invite, inlet, key, null, answer);
            servers.put(key, shell);
            shell.begin();
        }
    }

    /** This node is no longer alone: what rings is written down. */
    void record() {
        List.copyOf(servers.values()).forEach(ServerShell::record);
    }

    /** Ends the calls that rang since before then, whoever should have done it, and forgets what called for so long. */
    void sweep(long beforeNanos) {
        for (ServerShell each : List.copyOf(servers.values())) {
            if (each.isInvite() && !each.answered() && each.begunNanos() - beforeNanos < 0) {
                meters().expired();
                try {
                    each.expire();
                } catch (RuntimeException thrown) {
                    bug(each.request(), thrown);
                }
            }
        }
        for (Attempt each : List.copyOf(clients.values())) {
            if (each.begunNanos() - beforeNanos < 0) {
                meters().expired();
                each.forget();
            }
        }
    }

    long nanos() {
        return exchange.node().clock().nanos();
    }

    void close() {
        admission.close();
        sweeping.cancel();
        turning.cancel();
        deadlines.close();
        servers.values().forEach(ServerShell::stop);
        clients.values().forEach(Attempt::stop);
        servers.clear();
        clients.clear();
        byRequest.clear();
        answered.clear();
    }
}
