package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.doors.sip.Inlet;
import dev.millrace.platform.doors.sip.ServerTransaction;
import dev.millrace.platform.doors.sip.SipHandler;
import dev.millrace.platform.doors.sip.Target.ToFlow;
import dev.millrace.platform.doors.sip.Target.ToHops;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.proxy.Forwarding;
import dev.millrace.protocols.sip.proxy.Forwarding.Check;
import dev.millrace.protocols.sip.proxy.Forwarding.Routed;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.proxy.ProxyCounters.Fate;
import dev.millrace.services.proxy.core.Destination;
import dev.millrace.services.proxy.core.Identity;
import dev.millrace.services.proxy.core.RecordRoute;
import dev.millrace.services.proxy.core.RecordRoute.InDialog;
import dev.millrace.services.proxy.core.Side;
import dev.millrace.services.proxy.core.Targets;
import dev.millrace.services.proxy.core.Way;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Sorts what the door hands over (RFC 3261 sections 16.3 and 16.4): inside a dialog that began here, outside of one, or not to be
 * forwarded at all. Called on the loop of each Call-ID; keeps nothing itself.
 */
final class ProxyHandler implements SipHandler {
    private static final String METHODS =
            "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH, REFER, INFO, UPDATE, PRACK";

    private final Proxy proxy;

    ProxyHandler(Proxy proxy) {
        this.proxy = proxy;
    }

    @Override
    public void request(ServerTransaction transaction) {
        Request request = transaction.request();
        try {
            switch (Forwarding.check(request, proxy.own(), proxy::tag)) {
                case Check.Refuse(var response) -> {
                    proxy.counters().count(Fate.REFUSED);
                    transaction.respond(response);
                }
                case Check.AnswerHere() -> capabilities(transaction);
                case Check.Pass(var loopHash) -> route(transaction, loopHash);
            }
        } catch (Malformed malformed) {
            proxy.counters().count(Fate.MALFORMED);
            transaction.respond(Response.to(request, 400, "Bad Request (" + malformed.rule() + ")", proxy.tag())
                    .build());
        }
    }

    private void route(ServerTransaction transaction, String loopHash) {
        Routed routed = Forwarding.preprocess(transaction.request(), own(transaction.request()));
        Optional<InDialog> dialog = RecordRoute.read(proxy.seal(), routed.request(), routed.own());
        if (dialog.isPresent()) {
            inside(transaction, routed, dialog.get(), loopHash);
        } else {
            new Entrance(proxy, transaction, routed.request(), loopHash).open();
        }
    }

    /**
     * A route with a token for this very dialog is ours whatever address it names: that of a node which is lost, or one of
     * several front addresses that only the balancer knows.
     */
    private Forwarding.Own own(Request request) {
        Forwarding.Own own = proxy.own();
        return new Forwarding.Own(
                uri -> own.uri().test(uri) || RecordRoute.ours(proxy.seal(), request, uri),
                own.via(),
                own.extensions());
    }

    /** OPTIONS to ourselves, RFC 3261 section 11.2. */
    private void capabilities(ServerTransaction transaction) {
        proxy.counters().count(Fate.HERE);
        transaction.respond(capabilities(transaction.request(), proxy.tag()));
    }

    static Response capabilities(Request request, String tag) {
        return Response.to(request, 200, "OK", tag)
                .append(Keys.ALLOW, METHODS)
                .append(Keys.ACCEPT, "*/*")
                .build();
    }

    private void inside(ServerTransaction transaction, Routed routed, InDialog dialog, String loopHash) {
        proxy.counters().count(Fate.DIALOG);
        Request request = passed(routed.request(), transaction.inlet());
        boolean again = RecordRoute.again(request.method());
        List<NameAddr> entries = again ? routed.own().reversed() : List.of();
        Track track = Track.of(
                request,
                dialog.fromCaller(),
                proxy.books(),
                proxy.state(transaction.loop()).book(),
                proxy.node().clock().millis());
        Passage passage = new Passage(
                proxy, transaction, request, loopHash, new Passage.Routing(dialog.sender(), false, entries), track);
        transaction.onCancel(passage::cancelled);
        ways(request, dialog.recipient()).onSuccess(ways -> passage.resume(() -> passage.device(ways)));
    }

    /** The ways to the other side; to one that named itself by a GRUU, those of its device (RFC 5627 section 6.1). */
    private Future<List<Way>> ways(Request request, Side recipient) {
        List<Way> known = Way.of(recipient, request.uri());
        boolean gruu = request.uri() instanceof SipUri uri
                && uri.params().value("gr").isPresent()
                && recipient.reach() != Side.Reach.CONFINED;
        if (!gruu
                || !(Destination.of(request, proxy.places(), proxy.config().routes())
                        instanceof Destination.User user)) {
            return Future.succeededFuture(known);
        }
        // By address it would lead back to us.
        List<Way> flow =
                known.stream().filter(way -> way instanceof Way.OverFlow).toList();
        return proxy.node()
                .bus()
                .ask(Location.LOOKUP, user.addressOfRecord(), user.addressOfRecord())
                .map(found -> Targets.of(found.bindings(), user.instance(), 1).ways(user.secure()))
                .map(found -> found.isEmpty() ? flow : found)
                .otherwise(flow);
    }

    /** Inside a dialog nobody asserts an identity but a peer. */
    private Request passed(Request request, Inlet inlet) {
        return inlet.trusted()
                ? Identity.vouched(request)
                : Identity.consumed(Identity.asserted(request, "", ""), proxy.places());
    }

    /** The ACK to a 2xx travels by itself. It cannot be challenged, so without a token of ours only a peer's goes on. */
    @Override
    public void ack(Request ack, Inlet inlet) {
        try {
            if (ack.maxForwards() == 0) {
                return;
            }
            Routed routed = Forwarding.preprocess(ack, own(ack));
            Optional<InDialog> dialog = RecordRoute.read(proxy.seal(), routed.request(), routed.own());
            if (dialog.isEmpty() && !inlet.trusted()) {
                proxy.counters().count(Fate.STRAY_ACK);
                return;
            }
            Request request = passed(routed.request(), inlet);
            ways(request, dialog.map(InDialog::recipient).orElse(Side.ADDRESS)).onSuccess(ways -> {
                for (int i = 0; i < ways.size(); i++) {
                    if (alive(ways.get(i))) {
                        forward(request, ways.get(i), Way.instead(ways, i));
                        return;
                    }
                }
            });
        } catch (Malformed malformed) {
            proxy.counters().count(Fate.MALFORMED);
        }
    }

    /**
     * The callee repeats its 2xx until the ACK reaches it, or one more callee has answered when all seemed over, whose dialog the
     * caller will end (RFC 3261 sections 16.7 and 13.2.2.4).
     */
    @Override
    public void response(Response stray, Inlet inlet) {
        proxy.counters().count(Fate.LATE_ANSWER);
        proxy.door().forward(inlet.trusted() ? stray : Identity.heard(stray));
    }

    @Override
    public Optional<FlowRef> callerFlow(Response late) {
        try {
            return RecordRoute.callerFlow(proxy.seal(), late);
        } catch (Malformed malformed) {
            return Optional.empty();
        }
    }

    @Override
    public List<NameAddr> onwards(Response success) {
        try {
            return RecordRoute.onwards(proxy.seal(), success);
        } catch (Malformed malformed) {
            return List.of();
        }
    }

    private boolean alive(Way way) {
        return !(way instanceof Way.OverFlow(Uri _, FlowRef flow)) || proxy.lives(flow.node());
    }

    private void forward(Request ack, Way way, Optional<InetSocketAddress> instead) {
        Forwarding.Copy copy =
                Forwarding.copy(ack, new Forwarding.Plan(way.uri(), List.of(), List.of(), Forwarding.breadth(ack)));
        switch (way) {
            case Way.OverFlow(Uri _, FlowRef flow) -> proxy.door().forward(copy.request(), new ToFlow(flow, instead));
            case Way.AtAddress(Uri _, FlowRef flow) ->
                proxy.door().forward(copy.request(), new ToHops(List.of(Passage.hop(flow)), true));
            case Way.Near _, Way.ByAddress _, Way.ToPeer _ -> {
                if (copy.nextHop() instanceof SipUri next) {
                    proxy.resolver()
                            .resolve(next)
                            .map(hops -> Passage.allowed(way, hops))
                            .onSuccess(
                                    hops -> proxy.door().forward(copy.request(), new ToHops(hops, Way.pinned(next))));
                }
            }
        }
    }
}
