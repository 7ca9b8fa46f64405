package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.sip.ServerTransaction;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.proxy.ProxyCounters.Fate;
import dev.millrace.services.proxy.core.Admission.Origin;
import dev.millrace.services.proxy.core.Destination;
import dev.millrace.services.proxy.core.Identity;
import dev.millrace.services.proxy.core.Names;
import dev.millrace.services.proxy.core.RecordRoute;
import dev.millrace.services.proxy.core.Side;
import dev.millrace.services.proxy.core.Strangers;
import dev.millrace.services.proxy.core.Way;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request outside a dialog: who sent it, whether it may go on, and whom it is for (RFC 3261 sections 16.3 step 6 and 16.5).
 * Owned by the transaction's loop.
 */
final class Entrance {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    private final Proxy proxy;
    private final ServerTransaction transaction;
    private final Request request;
    private final String suffix;
    private final Destination destination;

    /** The served domain that From names. */
    private final Optional<String> domain;

    private @Nullable Passage passage;
    private boolean cancelled;

    /** @param request with the routes of ours taken off */
    Entrance(Proxy proxy, ServerTransaction transaction, Request request, String suffix) {
        this.proxy = proxy;
        this.transaction = transaction;
        this.request = request;
        this.suffix = suffix;
        this.destination =
                Destination.of(request, proxy.places(), proxy.config().routes());
        this.domain = Identity.host(request.from()).flatMap(proxy.places()::served);
    }

    void open() {
        Origin origin = origin();
        switch (proxy.admission().entry(origin, destination.aim())) {
            case TRUSTED -> trusted(origin);
            case STRANGER -> stranger();
            case CHALLENGE_SERVED -> authenticate(domain.orElseGet(proxy.places()::defaultDomain));
            case CHALLENGE_DEFAULT -> authenticate(proxy.places().defaultDomain());
            case REFUSED -> forbidden();
        }
    }

    private Origin origin() {
        if (transaction.inlet().trusted()) {
            return Origin.PEER;
        }
        if (domain.isPresent()) {
            return Origin.SERVED;
        }
        return Identity.anonymous(request.from()) && request.has(Keys.PROXY_AUTHORIZATION)
                ? Origin.ANONYMOUS
                : Origin.FOREIGN;
    }

    /** A peer; or one of our users where nobody is challenged. */
    private void trusted(Origin origin) {
        boolean peer = origin == Origin.PEER;
        proxy.counters().count(peer ? Fate.PEER : Fate.USER);
        String caller = Identity.claimed(request.from(), domain);
        Side side = peer ? Side.ADDRESS : user();
        Request vouched = peer ? Identity.vouched(request) : Identity.asserted(request, caller, "");
        admitted(vouched, caller, side, true);
    }

    /** How one of our users is reached. Behind another proxy the flow is that proxy's, and Route says how to get back to it. */
    private Side user() {
        return request.vias().size() > 1
                ? Side.ADDRESS
                : Side.ofUser(request, transaction.inlet().flow());
    }

    /** Somebody whom nobody vouches for: may call and write to our users, and nothing that makes their phones act. */
    private void stranger() {
        if (destination instanceof Destination.Here || destination instanceof Destination.Unsupported) {
            here();
        } else if (!Strangers.may(request)) {
            proxy.counters().count(Fate.FORBIDDEN);
            respond(Strangers.refusal(request), request.to().tag().isPresent() ? "No Such Dialog" : "Forbidden");
        } else {
            proxy.counters().count(Fate.STRANGER);
            admitted(
                    Identity.asserted(request, "", ""),
                    Identity.claimed(request.from(), domain),
                    Side.confined(transaction.inlet().flow()),
                    false);
        }
    }

    private void authenticate(String realm) {
        transaction.onCancel(this::cancel);
        // The request as it came: the digest covers its Request-URI.
        proxy.authenticator()
                .check(transaction.request(), realm, true, transaction.inlet())
                .onSuccess(verdict -> {
                    if (cancelled) {
                        return;
                    }
                    try {
                        judged(verdict, realm);
                    } catch (RuntimeException bug) {
                        proxy.counters().count(Fate.BUG);
                        LOG.error("event=entrance-failed method={}", request.method(), bug);
                        respond(500, "Server Internal Error");
                    }
                });
    }

    private void judged(Authenticator.Verdict verdict, String realm) {
        switch (verdict) {
            case Authenticator.Accepted accepted -> known(accepted.addressOfRecord(), realm);
            case Authenticator.Denied denied -> {
                if (denied instanceof Authenticator.Challenged) {
                    proxy.counters().count(Fate.CHALLENGED);
                }
                transaction.respond(denied.answer(transaction.request(), proxy.door()));
            }
        }
    }

    private void known(String identity, String realm) {
        if (!Identity.mayClaim(request.from(), identity, domain)) {
            forbidden();
            return;
        }
        if (request.to().tag().isPresent()) {
            // Inside a dialog our token says who speaks. Whoever has overheard the tags of one has none, user of ours
            // or not.
            proxy.counters().count(Fate.FORBIDDEN);
            respond(481, "No Such Dialog");
            return;
        }
        proxy.counters().count(Fate.USER);
        Side side = user();
        try {
            admitted(Identity.asserted(request, identity, realm), identity, side, true);
        } catch (Malformed malformed) {
            proxy.counters().count(Fate.MALFORMED);
            respond(400, "Bad Request (" + malformed.rule() + ")");
        }
    }

    /** @param vouched whether the caller is known, so that he may learn who exists */
    private void admitted(Request admitted, String caller, Side side, boolean vouched) {
        switch (destination) {
            case Destination.Here _, Destination.Unsupported _ -> here();
            case Destination.User user -> {
                Passage opened = open(admitted, caller, user.addressOfRecord(), side, vouched);
                if (opened != null) {
                    find(opened, user, vouched);
                }
            }
            case Destination.ToPeers peers -> {
                Passage opened = open(admitted, caller, admitted.uri().encode(), side, vouched);
                if (opened != null) {
                    List<Way> ways = Way.of(
                            peers,
                            proxy.state(transaction.loop()).order(peers.route().peers()));
                    opened.device(ways);
                }
            }
            case Destination.Elsewhere _ -> {
                Passage opened = open(admitted, caller, admitted.uri().encode(), side, vouched);
                if (opened != null) {
                    opened.device(Way.of(Side.ADDRESS, admitted.uri()));
                }
            }
        }
    }

    private void here() {
        proxy.counters().count(Fate.HERE);
        if (destination instanceof Destination.Unsupported) {
            respond(416, "Unsupported URI Scheme");
        } else if (request.method().equals(Methods.OPTIONS)) {
            transaction.respond(ProxyHandler.capabilities(transaction.request(), proxy.tag()));
        } else {
            respond(404, "Not Found");
        }
    }

    /** Begins the passage and, for an INVITE, the call's record; null when the caller has too many calls. */
    private @Nullable Passage open(Request admitted, String caller, String callee, Side side, boolean vouched) {
        Track track = new Track.None();
        if (admitted.method().equals(Methods.INVITE)) {
            CallBook book = proxy.state(transaction.loop()).book();
            String tag = admitted.from().tag().orElse("");
            String key = Names.call(admitted.callId(), tag);
            // A peer brings the calls of many, often under one name; strangers are bounded by their source.
            boolean counted = vouched && !transaction.inlet().trusted();
            if (counted && book.has(key)) {
                respond(482, "Call In Progress");
                return null;
            }
            if (counted && book.crowded(caller)) {
                respond(403, "Too Many Calls");
                return null;
            }
            if (book.begin(key, new Parties(caller, callee, Names.tag(tag), ""), counted)) {
                track = new Track.NewCall(book, key);
            }
        }
        boolean begins = RecordRoute.wanted(admitted.method());
        Passage opened =
                new Passage(proxy, transaction, admitted, suffix, new Passage.Routing(side, begins, List.of()), track);
        passage = opened;
        transaction.onCancel(this::cancel);
        return opened;
    }

    /** RFC 3261 section 9.2: without effect on other requests than INVITE. */
    private void cancel() {
        if (!request.method().equals(Methods.INVITE)) {
            return;
        }
        cancelled = true;
        if (passage != null) {
            passage.cancelled();
        } else {
            respond(487, "Request Terminated");
        }
    }

    private void find(Passage opened, Destination.User user, boolean vouched) {
        opened.phones(user)
                .onSuccess(groups -> opened.resume(() -> {
                    if (groups.isEmpty()) {
                        absent(opened, user.addressOfRecord(), vouched);
                    } else {
                        opened.targets(groups, 480);
                    }
                }))
                .onFailure(failure -> opened.refuse(proxy.door().busy(transaction.request())));
    }

    /** Nobody there: who is not known gets the same answer for users that exist and those that do not. */
    private void absent(Passage opened, String addressOfRecord, boolean vouched) {
        int at = addressOfRecord.lastIndexOf('@');
        if (!vouched || at < 0) {
            opened.targets(List.of(), 480);
            return;
        }
        String username = addressOfRecord.substring(addressOfRecord.indexOf(':') + 1, at);
        Subscribers.Name name = new Subscribers.Name(username, addressOfRecord.substring(at + 1));
        proxy.node()
                .bus()
                .ask(Subscribers.FIND, username, name)
                .onSuccess(found -> opened.targets(List.of(), found.isPresent() ? 480 : 404))
                .onFailure(failure -> opened.targets(List.of(), 480));
    }

    private void forbidden() {
        proxy.counters().count(Fate.FORBIDDEN);
        respond(403, "Forbidden");
    }

    private void respond(int status, String reason) {
        transaction.respond(
                Response.to(transaction.request(), status, reason, proxy.tag()).build());
    }
}
