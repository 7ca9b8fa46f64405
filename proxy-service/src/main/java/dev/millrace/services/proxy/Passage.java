package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.doors.sip.ClientListener;
import dev.millrace.platform.doors.sip.ClientTransaction;
import dev.millrace.platform.doors.sip.Inlet;
import dev.millrace.platform.doors.sip.ServerTransaction;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.doors.sip.Target.ToFlow;
import dev.millrace.platform.doors.sip.Target.ToHops;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.proxy.Effect;
import dev.millrace.protocols.sip.proxy.Event;
import dev.millrace.protocols.sip.proxy.Forwarding;
import dev.millrace.protocols.sip.proxy.ResponseContext;
import dev.millrace.protocols.sip.proxy.State;
import dev.millrace.protocols.sip.proxy.Target;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Step;
import dev.millrace.services.proxy.ProxyCounters.Fate;
import dev.millrace.services.proxy.Stops.Stop;
import dev.millrace.services.proxy.core.Destination;
import dev.millrace.services.proxy.core.Identity;
import dev.millrace.services.proxy.core.Peer;
import dev.millrace.services.proxy.core.RecordRoute;
import dev.millrace.services.proxy.core.RouteToken;
import dev.millrace.services.proxy.core.Side;
import dev.millrace.services.proxy.core.Way;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through this node: the shell of a {@link ResponseContext}. Sends its branches, keeps its timers and
 * answers the server transaction. Owned by the transaction's loop; decides nothing but which way of a device is next.
 */
final class Passage {
    private static final Logger LOG = LoggerFactory.getLogger(Passage.class);

    /** A lost flow, RFC 5626 section 11.2. */
    private static final int FLOW_FAILED = 430;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int UNAVAILABLE = 480;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final Proxy proxy;
    private final ServerTransaction transaction;
    private final Request request;
    private final String suffix;
    private final Routing routing;
    private final Track track;
    private final ResponseContext context;
    private final Stops stops = new Stops();
    private final Set<String> sought = new HashSet<>(2);
    private final List<Branch> branches = new ArrayList<>(2);
    private final Queue<Event> waiting = new ArrayDeque<>();
    private State state;
    private boolean busy;
    private boolean refused;
    private boolean over;
    private @Nullable Timer ring;

    /**
     * How the copies are routed in.
     *
     * @param caller how the sender is reached by requests inside the dialog, where one begins
     * @param entries our entries as the request brought them, for a request inside a dialog, topmost first
     */
    record Routing(Side caller, boolean begins, List<NameAddr> entries) {}

    /** One branch as the shell sees it. */
    private static final class Branch {
        private final Stop stop;
        private final Way way;
        private @Nullable ClientTransaction client;
        private @Nullable Timer timerC;
        private boolean trusted;
        private boolean cancelled;

        Branch(Stop stop) {
            this.stop = stop;
            this.way = stop.way();
        }

        boolean last() {
            return stop.next() == Stops.NONE;
        }
    }

    Passage(Proxy proxy, ServerTransaction transaction, Request request, String suffix, Routing routing, Track track) {
        this.proxy = proxy;
        this.transaction = transaction;
        this.request = request;
        this.suffix = suffix;
        this.routing = routing;
        this.track = track;
        this.context = new ResponseContext(request, proxy.tag(), proxy.terms());
        this.state = context.begin();
        proxy.state(transaction.loop()).begin();
        transaction.onEnd(this::onEnd);
    }

    /** Tries the ways of one device. */
    void device(List<Way> ways) {
        targets(stops.device(ways).stream().map(List::of).toList(), UNAVAILABLE);
    }

    /** Where the phones of that user are, the best first, those of one q together. */
    Future<List<List<Target>>> phones(Destination.User user) {
        String addressOfRecord = user.addressOfRecord();
        sought.add(addressOfRecord);
        return proxy.node()
                .bus()
                .ask(Location.LOOKUP, addressOfRecord, addressOfRecord)
                .map(found ->
                        stops.phones(user, found.bindings(), proxy.config().forks()));
    }

    /** Whom to try, the best first; what to say if that is nobody. */
    void targets(List<List<Target>> groups, int absent) {
        on(new Event.Targets(groups, absent));
    }

    void cancelled() {
        on(new Event.Cancelled(transaction.cancelReason()));
    }

    /** Answers without trying anybody. */
    void refuse(Response response) {
        refused = true;
        if (!over && !transaction.answered()) {
            forward(Effect.OURSELVES, response);
        }
        end();
    }

    /**
     * An effect may bring the next event before it returns; that one has to wait for its turn. Events go on after the end: more
     * 2xx of an INVITE are passed as long as its client transactions last (RFC 6026 section 7.2).
     */
    private void on(Event event) {
        waiting.add(event);
        if (busy || refused) {
            return;
        }
        busy = true;
        try {
            for (Event next = waiting.poll(); next != null; next = waiting.poll()) {
                Step<State, Effect> step = context.on(state, next);
                state = step.next();
                step.effects().forEach(this::perform);
            }
        } catch (RuntimeException bug) {
            failed(bug);
        } finally {
            busy = false;
        }
    }

    /** Runs what was waited for. */
    void resume(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            failed(bug);
        }
    }

    /** A bug ends this request and no other. */
    private void failed(RuntimeException bug) {
        proxy.counters().count(Fate.BUG);
        LOG.error("event=passage-failed method={}", request.method(), bug);
        waiting.clear();
        for (Branch branch : branches) {
            if (branch.client != null) {
                branch.client.cancel("");
            }
        }
        refuse(Response.to(request, 500, "Server Internal Error", context.toTag())
                .build());
    }

    /** Another node has the transaction after all: nobody here is to be answered. */
    private void onEnd() {
        if (!transaction.answered() && !over) {
            refused = true;
            branches.forEach(branch -> {
                if (branch.client != null) {
                    branch.client.abandon();
                }
            });
            track.lost();
            end();
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Fork(var number, var target, var breadth) -> fork(number, target, breadth);
            case Effect.CancelBranch(var number, var reason) -> cancel(number, reason);
            case Effect.Forward(var number, var response) -> forward(number, response);
            case Effect.StartTimerC(var number, var after) -> {
                stop(branches.get(number).timerC);
                branches.get(number).timerC = transaction.loop().after(after, () -> on(new Event.TimerC(number)));
            }
            case Effect.StopTimerC(var number) -> stop(branches.get(number).timerC);
            case Effect.StartRing(var round, var after) -> {
                stop(ring);
                ring = transaction.loop().after(after, () -> on(new Event.RingOver(round)));
            }
            case Effect.Silence() -> {
                track.silent();
                // The transaction swallows it (RFC 4320 section 4.2), and knows that no answer will come.
                transaction.respond(Response.to(request, REQUEST_TIMEOUT, "Request Timeout", context.toTag())
                        .build());
            }
            case Effect.Ended() -> end();
        }
    }

    private static void stop(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            stop(ring);
            branches.forEach(branch -> stop(branch.timerC));
            proxy.state(transaction.loop()).end();
        }
    }

    private void cancel(int number, String reason) {
        Branch branch = branches.get(number);
        branch.cancelled = true;
        if (branch.client != null) {
            branch.client.cancel(reason);
        }
    }

    private void forward(int number, Response response) {
        track.answered(number, response);
        transaction.respond(number < 0 || branches.get(number).trusted ? response : Identity.heard(response));
    }

    private void fork(int number, Target target, int breadth) {
        Branch branch = new Branch(stops.of(target));
        branches.add(branch);
        if (target.place() == Target.NEW) {
            redirected(number, branch, breadth);
        } else {
            send(number, branch, breadth);
        }
    }

    private void send(int number, Branch branch, int breadth) {
        track.branched();
        try {
            switch (branch.way) {
                case Way.OverFlow(Uri _, FlowRef flow) -> overFlow(number, branch, flow, breadth);
                case Way.AtAddress(Uri _, FlowRef flow) -> toHops(number, branch, List.of(hop(flow)), true, breadth);
                case Way.Near(Uri uri, FlowRef _) -> resolved(number, branch, nextHop(uri, List.of()), false, breadth);
                case Way.ByAddress(var uri, var path, var pinned) ->
                    resolved(number, branch, nextHop(uri, path), pinned, breadth);
                case Way.ToPeer(Uri _, Peer peer) -> resolved(number, branch, peer.uri(), false, breadth);
            }
        } catch (Malformed nowhere) {
            failed(number, branch, SERVICE_UNAVAILABLE);
        }
    }

    /**
     * A 3xx that names somebody here: one of our users is looked up, each once, so that two who point at each other come to an end.
     * It leads to nobody else: a callee cannot have us call numbers that cost the caller money.
     */
    private void redirected(int number, Branch branch, int breadth) {
        switch (Destination.of(branch.way.uri(), proxy.places(), proxy.config().routes())) {
            case Destination.Elsewhere _ -> send(number, branch, breadth);
            case Destination.User user when !sought.contains(user.addressOfRecord()) -> lookUp(number, branch, user);
            case Destination.User _, Destination.ToPeers _, Destination.Here _, Destination.Unsupported _ ->
                on(new Event.Resolved(number, List.of()));
        }
    }

    private void lookUp(int number, Branch branch, Destination.User user) {
        phones(user)
                .onSuccess(groups -> resume(() -> {
                    List<Target> best = groups.isEmpty() ? List.of() : groups.getFirst();
                    on(new Event.Targets(groups.stream().skip(1).toList(), UNAVAILABLE));
                    on(new Event.Resolved(number, best));
                }))
                .onFailure(failure -> failed(number, branch, SERVICE_UNAVAILABLE));
    }

    /** RFC 3261 section 16.6 step 7: the topmost Route, else the Request-URI. */
    private Uri nextHop(Uri uri, List<NameAddr> path) {
        if (!path.isEmpty()) {
            return path.getFirst().uri();
        }
        List<NameAddr> routes = request.routes();
        return routes.isEmpty() ? uri : routes.getFirst().uri();
    }

    private void overFlow(int number, Branch branch, FlowRef flow, int breadth) {
        if (!proxy.lives(flow.node())) {
            failed(number, branch, FLOW_FAILED);
            return;
        }
        SipUri out = route(flow.transport(), hop(flow).address());
        Request copy = copy(branch, List.of(), callee(flow), out, breadth);
        branch.client = transaction.fork(copy, new ToFlow(flow, instead(branch)), suffix, listener(number, branch));
    }

    private Optional<InetSocketAddress> instead(Branch branch) {
        return branch.last()
                ? Optional.empty()
                : Way.instead(
                        branch.way, stops.of(stops.target(branch.stop.next())).way());
    }

    /** The far end of a flow. */
    static Hop hop(FlowRef flow) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(flow.host()), flow.port());
        return new Hop(flow.transport(), address, flow.host());
    }

    private void resolved(int number, Branch branch, Uri uri, boolean pinned, int breadth) {
        if (!(uri instanceof SipUri next)) {
            failed(number, branch, SERVICE_UNAVAILABLE);
            return;
        }
        proxy.resolver().resolve(next).onComplete(found -> {
            if (!over) {
                List<Hop> hops = found.succeeded() ? allowed(branch.way, found.result()) : List.of();
                resume(() -> toHops(number, branch, hops, pinned || Way.pinned(next), breadth));
            }
        });
    }

    /** A way that is bound to an address goes there alone. */
    static List<Hop> allowed(Way way, List<Hop> hops) {
        if (!(way instanceof Way.Near(Uri _, FlowRef flow))) {
            return hops;
        }
        InetAddress address = InetAddress.ofLiteral(flow.host());
        return hops.stream()
                .filter(hop -> address.equals(hop.address().getAddress()))
                .toList();
    }

    private void toHops(int number, Branch branch, List<Hop> hops, boolean pinned, int breadth) {
        if (hops.isEmpty() || branch.cancelled) {
            failed(number, branch, SERVICE_UNAVAILABLE);
            return;
        }
        branch.trusted = branch.way instanceof Way.ToPeer && hops.stream().allMatch(proxy.door()::trusts);
        Hop first = hops.getFirst();
        List<NameAddr> path = branch.way instanceof Way.ByAddress by ? by.path() : List.of();
        Request copy;
        try {
            copy = copy(branch, path, callee(first), route(first.transport(), first.address()), breadth);
        } catch (Malformed unwritable) {
            failed(number, branch, SERVICE_UNAVAILABLE);
            return;
        }
        branch.client = transaction.fork(copy, new ToHops(hops, pinned), suffix, listener(number, branch));
    }

    /** A stranger's requests inside the dialog go where his INVITE went: he cannot choose whom we send to. */
    private Side callee(FlowRef flow) {
        return routing.caller().stranger() ? Side.confined(flow) : Side.of(flow);
    }

    private Side callee(Hop first) {
        return routing.caller().stranger()
                ? Side.at(
                        first.transport(),
                        first.address().getAddress().getHostAddress(),
                        first.address().getPort())
                : Side.ADDRESS;
    }

    private SipUri route(Transport transport, InetSocketAddress peer) {
        return SipDoor.route("", transport, proxy.door().front(transport, peer));
    }

    private Request copy(Branch branch, List<NameAddr> path, Side callee, SipUri out, int breadth) {
        List<NameAddr> recordRoutes = routing.begins() ? entries(callee, out) : routing.entries();
        Forwarding.Plan plan = new Forwarding.Plan(branch.way.uri(), recordRoutes, path, breadth);
        Request copy = Forwarding.copy(request, plan).request();
        return branch.trusted ? copy : Identity.leaving(copy);
    }

    private List<NameAddr> entries(Side callee, SipUri out) {
        Inlet inlet = transaction.inlet();
        SipUri in = SipDoor.route("", inlet.transport(), inlet.front());
        return RecordRoute.entries(proxy.seal(), request, new RouteToken(routing.caller(), callee), in, out);
    }

    private ClientListener listener(int number, Branch branch) {
        return new ClientListener() {
            @Override
            public void response(Response response) {
                int status = response.status();
                told(branch, status);
                if (!branch.last() && status >= 300 && another(branch, status)) {
                    onwards(number, branch);
                } else {
                    on(new Event.Received(number, response));
                }
            }

            @Override
            public void timedOut() {
                told(branch, REQUEST_TIMEOUT);
                if (!branch.last() && branch.way instanceof Way.ToPeer && !branch.cancelled) {
                    onwards(number, branch);
                } else {
                    on(new Event.TimedOut(number));
                }
            }

            @Override
            public void failed(int status, String why) {
                told(branch, status == FLOW_FAILED ? FLOW_FAILED : SERVICE_UNAVAILABLE);
                Passage.this.failed(number, branch, status);
            }
        };
    }

    /** Whether that answer of this way is a reason to try the device's next one. */
    private static boolean another(Branch branch, int status) {
        return !branch.cancelled
                && (status == FLOW_FAILED || branch.way instanceof Way.ToPeer && status == SERVICE_UNAVAILABLE);
    }

    /** A flow that is over takes its binding with it (RFC 5626 section 5.3), and a peer counts as up or down. */
    private void told(Branch branch, int status) {
        if (status == FLOW_FAILED) {
            branch.stop
                    .binding()
                    .ifPresent(over -> proxy.node().bus().ask(Location.REMOVE, over.addressOfRecord(), over));
        }
        if (branch.way instanceof Way.ToPeer toPeer
                && status >= 200
                && !proxy.state(transaction.loop()).told(toPeer.peer(), status)) {
            proxy.peers().answered(toPeer.peer(), status);
        }
    }

    private void onwards(int number, Branch branch) {
        on(new Event.Resolved(number, List.of(stops.target(branch.stop.next()))));
    }

    /** The way cannot be gone. A device whose last flow is lost is not there, which is not our fault. */
    private void failed(int number, Branch branch, int status) {
        if (!branch.last() && !branch.cancelled) {
            onwards(number, branch);
        } else if (status == FLOW_FAILED) {
            Response gone = Response.to(request, UNAVAILABLE, "Temporarily Unavailable", context.toTag())
                    .prepend(Keys.VIA, request.topVia())
                    .build();
            on(new Event.Received(number, gone));
        } else {
            on(new Event.Failed(number));
        }
    }
}
