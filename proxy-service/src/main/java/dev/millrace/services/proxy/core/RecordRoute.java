package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.services.proxy.core.RouteToken.Opened;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Our Record-Route (RFC 3261 section 16.6 step 4): one entry, or two where the sides of the dialog reach us by different
 * transports or addresses (RFC 5658), and how a request inside the dialog is known by them. It names the front, so that any node
 * may get that request.
 */
public final class RecordRoute {
    /** Requests that begin no dialog and belong to none; everything else, also what nobody knows, may begin one. */
    private static final Set<String> OUTSIDE =
            Set.of(Methods.MESSAGE, Methods.OPTIONS, Methods.PUBLISH, Methods.REGISTER, Methods.INFO, Methods.BYE);

    /** Requests inside a dialog that are routed in again: a NOTIFY may begin the subscriber's dialog (RFC 6665 section 4.3). */
    private static final Set<String> AGAIN = Set.of(Methods.INVITE, Methods.SUBSCRIBE, Methods.NOTIFY);

    private RecordRoute() {}

    /** Whether a request outside a dialog gets our entries. */
    public static boolean wanted(String method) {
        return !OUTSIDE.contains(method);
    }

    /** Whether a request inside a dialog gets them again. */
    public static boolean again(String method) {
        return AGAIN.contains(method);
    }

    /**
     * The entries for a branch, topmost first: the callee's, then the caller's.
     *
     * @param in a route to where the caller reaches us
     * @param out and to where the callee does
     */
    public static List<NameAddr> entries(Seal seal, Request request, RouteToken sides, SipUri in, SipUri out) {
        String callId = request.callId();
        String tag = request.from().tag().orElse("");
        if (in.equals(out)) {
            return List.of(entry(in, sides.encode(seal, callId, tag)));
        }
        RouteToken callee = new RouteToken(Side.UNSAID, sides.callee());
        RouteToken caller = new RouteToken(sides.caller(), Side.UNSAID);
        return List.of(entry(out, callee.encode(seal, callId, tag)), entry(in, caller.encode(seal, callId, tag)));
    }

    private static NameAddr entry(SipUri route, String token) {
        return NameAddr.of(new SipUri(route.secure(), token, "", route.host(), route.port(), route.params(), ""));
    }

    /**
     * A request inside a dialog that came through us when it began.
     *
     * @param fromCaller whether the one who began the dialog sent it
     * @param sender how the one who sent it is reached
     * @param recipient how the other one is
     */
    public record InDialog(boolean fromCaller, Side sender, Side recipient) {}

    /**
     * What our own routes on top of a request say; empty if it has no tag in To, or none of the routes was made for its dialog.
     *
     * @param own the routes of ours that were taken off
     */
    public static Optional<InDialog> read(Seal seal, Request request, List<NameAddr> own) {
        String toTag = request.to().tag().orElse("");
        String fromTag = request.from().tag().orElse("");
        if (toTag.isEmpty() || fromTag.isEmpty()) {
            return Optional.empty();
        }
        Opened all = null;
        for (NameAddr route : own) {
            if (route.uri() instanceof SipUri uri && !uri.user().isEmpty()) {
                Optional<Opened> one = RouteToken.open(seal, uri.user(), request.callId(), fromTag, toTag);
                if (one.isPresent()) {
                    all = all == null
                            ? one.get()
                            : new Opened(all.token().with(one.get().token()), all.fromCaller());
                }
            }
        }
        return all == null ? Optional.empty() : inDialog(all);
    }

    /** Whether that URI carries a token of ours for the request's dialog. */
    public static boolean ours(Seal seal, Request request, SipUri uri) {
        return !uri.user().isEmpty()
                && RouteToken.open(
                                seal,
                                uri.user(),
                                request.callId(),
                                request.from().tag().orElse(""),
                                request.to().tag().orElse(""))
                        .isPresent();
    }

    /** The caller's flow that an entry of ours in a response names, if one does. */
    public static Optional<FlowRef> callerFlow(Seal seal, Response response) {
        String tag = response.from().tag().orElse("");
        for (NameAddr entry : response.all(Keys.RECORD_ROUTES)) {
            if (entry.uri() instanceof SipUri uri && !uri.user().isEmpty()) {
                Optional<FlowRef> flow = RouteToken.open(seal, uri.user(), response.callId(), tag, "")
                        .flatMap(opened -> opened.token().caller().flow());
                if (flow.isPresent()) {
                    return flow;
                }
            }
        }
        return Optional.empty();
    }

    /** The Route headers that lead from us to the callee: the entries above ours in his response, the other way round. */
    public static List<NameAddr> onwards(Seal seal, Response response) {
        String tag = response.from().tag().orElse("");
        return response.all(Keys.RECORD_ROUTES).stream()
                .takeWhile(entry -> !(entry.uri() instanceof SipUri uri
                        && RouteToken.open(seal, uri.user(), response.callId(), tag, "")
                                .isPresent()))
                .toList()
                .reversed();
    }

    private static Optional<InDialog> inDialog(Opened opened) {
        RouteToken token = opened.token();
        boolean fromCaller = opened.fromCaller();
        InDialog known = new InDialog(
                fromCaller, fromCaller ? token.caller() : token.callee(), fromCaller ? token.callee() : token.caller());
        return known.recipient().reach() == Side.Reach.UNSAID ? Optional.empty() : Optional.of(known);
    }
}
