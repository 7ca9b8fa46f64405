package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.doors.sip.TransactionRecord.Branch;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.transaction.Cancel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a target: one client transaction after the other, until a hop answers (RFC 3263 section 4.3). Owned by
 * one event loop.
 */
final class ClientShell implements ClientTransaction, Attempt.Owner {
    /** RFC 3261 section 18.1.1: a longer request must not go by UDP when the path's MTU is unknown. */
    static final int UDP_LIMIT = 1_300;

    /** How long a TCP connection may take before a long request goes by UDP after all. */
    private static final Duration TCP_WAIT = Duration.ofSeconds(2);

    private final Desk desk;
    private final Request bare;
    private final Target target;
    private final String suffix;
    private final ClientListener listener;
    private @Nullable Keeper keeper;
    private @Nullable Request sent;
    private @Nullable Attempt attempt;
    private dev.millrace.platform.runtime.@Nullable Timer patience;
    private Transport transport = Transport.UDP;
    private int hop;
    private boolean udpAfterAll;
    private boolean heard;
    private boolean cancelled;
    private boolean over;

    ClientShell(Desk desk, Request bare, Target target, String suffix, ClientListener listener) {
        this.desk = desk;
        this.bare = bare;
        this.target = target;
        this.suffix = suffix;
        this.listener = listener;
    }

    /** From now on changes of hop are written down before they are made. */
    void keptBy(Keeper writes) {
        keeper = writes;
    }

    /** Decides on the transport and puts our Via on top. */
    void plan() {
        InetSocketAddress peer;
        switch (target) {
            case Target.ToFlow(var flow, var _) -> {
                transport = flow.transport();
                peer = Outlets.remote(flow);
            }
            case Target.ToHops(var hops, var pinned) -> {
                if (hops.isEmpty()) {
                    return;
                }
                Hop next = hops.get(hop);
                // The Via that is still missing is about as long as what the limit leaves for it.
                boolean tooLong = next.transport() == Transport.UDP && bare.length() > UDP_LIMIT - 100;
                transport = tooLong && !pinned && !udpAfterAll ? Transport.TCP : next.transport();
                peer = next.address();
            }
        }
        sent = desk.withVia(bare, transport, peer, suffix);
    }

    /** What another node needs to end this branch; empty when there is nothing left to end. */
    Optional<Branch> branch() {
        if (over || sent == null) {
            return Optional.empty();
        }
        byte[] cancel = Cancel.of(sent, "").encode();
        return switch (target) {
            case Target.ToFlow(var flow, var _) -> Optional.of(new Branch(cancel, flow, true, ""));
            case Target.ToHops(var hops, boolean _) -> {
                Hop next = hops.get(hop);
                InetSocketAddress peer = next.address();
                FlowRef way = new FlowRef("", transport, 0, 0, peer.getAddress().getHostAddress(), peer.getPort());
                yield Optional.of(new Branch(cancel, way, false, next.serverName()));
            }
        };
    }

    /** Sends what was planned. */
    void start() {
        if (over) {
            return;
        }
        if (sent == null) {
            fail(503, "there is no hop to send to");
            return;
        }
        if (cancelled) {
            fail(487, "cancelled before it was sent");
            return;
        }
        switch (target) {
            case Target.ToFlow(var flow, var instead) ->
                desk.outlets()
                        .to(flow, instead, desk.loop())
                        .ifPresentOrElse(this::run, () -> fail(430, "the flow is gone"));
            case Target.ToHops(var hops, boolean _) -> start(hops.get(hop));
        }
    }

    private void start(Hop next) {
        if (transport == Transport.UDP) {
            run(desk.outlets().to(desk.transports().udp(next.address()), desk.loop()));
            return;
        }
        boolean instead = transport != next.transport();
        Request planned = sent;
        if (instead) {
            patience = desk.deadlines().after(TCP_WAIT, () -> byUdp(planned));
        }
        desk.transports()
                .connect(transport, next.address(), next.serverName())
                .onComplete(connected -> desk.loop().run(() -> {
                    if (over || attempt != null || planned != sent) {
                        return;
                    }
                    if (connected.succeeded()) {
                        relax();
                        run(desk.outlets().to(connected.result(), desk.loop()));
                    } else if (instead) {
                        byUdp(planned);
                    } else {
                        next(503, "no connection");
                    }
                }));
    }

    /** RFC 3261 section 18.1.1: where TCP is refused, the long request may go by UDP all the same. */
    private void byUdp(@Nullable Request planned) {
        relax();
        if (!over && attempt == null && planned == sent) {
            udpAfterAll = true;
            again();
        }
    }

    private void run(Outlet outlet) {
        Request request = sent;
        if (over || request == null) {
            return;
        }
        if (cancelled) {
            fail(487, "cancelled before it was sent");
            return;
        }
        Attempt now = new Attempt(desk, request, transport.reliable(), outlet, this);
        attempt = now;
        if (more()) {
            patience = desk.deadlines().after(desk.config().failover(), () -> onSilence(now));
        }
        now.start();
    }

    private boolean more() {
        return target instanceof Target.ToHops(var hops, boolean _) && hop + 1 < hops.size();
    }

    private void onSilence(Attempt silent) {
        if (attempt == silent && !heard && !over && !cancelled) {
            // Should it wake up later, its call is cancelled: another server has it by then.
            silent.cancel("");
            silent.leave();
            next(408, "no answer");
        }
    }

    /** The next hop, or the end. */
    private void next(int status, String why) {
        relax();
        if (target instanceof Target.ToHops(var hops, boolean _) && hop + 1 < hops.size() && !cancelled) {
            desk.down(hops.get(hop));
            hop++;
            attempt = null;
            udpAfterAll = false;
            heard = false;
            again();
            return;
        }
        // A server that has rung, or whose call was given up, is not to blame for a missing end.
        if (target instanceof Target.ToHops(var hops, boolean _) && hop < hops.size() && !cancelled && !heard) {
            desk.down(hops.get(hop));
        }
        if (status == 408) {
            over = true;
            listener.timedOut();
        } else {
            fail(status, why);
        }
    }

    private void again() {
        plan();
        if (keeper == null) {
            start();
        } else {
            keeper.add(this);
        }
    }

    private void fail(int status, String why) {
        relax();
        if (!over) {
            over = true;
            listener.failed(status, why);
        }
    }

    private void relax() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    @Override
    public void response(Attempt from, Response response) {
        if (from != attempt) {
            return;
        }
        heard = true;
        relax();
        if (response.status() == 503 && more() && !cancelled) {
            next(503, "it is overloaded");
            return;
        }
        if (response.isFinal()) {
            over = true;
        }
        if (response.status() > 100) {
            listener.response(response);
        }
    }

    @Override
    public void timedOut(Attempt from) {
        if (from == attempt && !over) {
            next(408, "no answer");
        }
    }

    @Override
    public void failed(Attempt from) {
        if (from == attempt && !over) {
            boolean flow = target instanceof Target.ToFlow;
            next(flow ? 430 : 503, flow ? "the flow is gone" : "the transport failed");
        }
    }

    /** Whether its final response has come, or none can come any more. */
    boolean over() {
        return over;
    }

    /** Its call goes on without this transaction. */
    void retire() {
        if (attempt != null) {
            attempt.retire();
        }
    }

    @Override
    public Request sent() {
        return sent == null ? bare : sent;
    }

    @Override
    public void cancel(String reason) {
        if (over || cancelled || !bare.method().equals(Methods.INVITE)) {
            return;
        }
        cancelled = true;
        if (attempt != null) {
            attempt.cancel(reason);
        } else if (keeper == null) {
            fail(487, "cancelled before it was sent");
        }
    }

    @Override
    public void abandon() {
        over = true;
        relax();
        if (attempt != null) {
            attempt.leave();
        }
    }
}
