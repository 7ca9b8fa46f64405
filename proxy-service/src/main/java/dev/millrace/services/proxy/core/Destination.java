package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.OtherUri;
import dev.millrace.protocols.sip.Params;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.TelUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.services.proxy.core.Admission.Aim;
import dev.millrace.services.proxy.core.StaticRoutes.StaticRoute;
import java.util.List;
import java.util.Optional;

/** Where a request outside a dialog wants to go: RFC 3261 section 16.5. */
public sealed interface Destination {
    /** To us, not to somebody behind us. */
    record Here() implements Destination {}

    /**
     * To somebody of a served domain.
     *
     * @param addressOfRecord canonical
     * @param instance the {@code gr} parameter of a GRUU (RFC 5627); empty: all devices
     * @param secure whether it has to stay secure all the way ({@code sips})
     */
    record User(String addressOfRecord, String instance, boolean secure) implements Destination {}

    /** To the peers of a static route. */
    record ToPeers(StaticRoute route, Uri uri) implements Destination {}

    /** By RFC 3263: a foreign domain, or a Route that is not ours. */
    record Elsewhere() implements Destination {}

    /** A URI that nothing is known about: 416. */
    record Unsupported() implements Destination {}

    /** How the rules of admission see it. */
    default Aim aim() {
        return switch (this) {
            case Here _, Unsupported _ -> Aim.HERE;
            case User _ -> Aim.USER;
            case ToPeers _ -> Aim.PEER;
            case Elsewhere _ -> Aim.FOREIGN;
        };
    }

    /** @param request after RFC 3261 section 16.4: routes of ours are off its top */
    static Destination of(Request request, Places places, StaticRoutes routes) {
        List<NameAddr> left = request.routes();
        return left.isEmpty() ? of(request.uri(), places, routes) : new Elsewhere();
    }

    /** Where that URI leads when nothing else is said. */
    static Destination of(Uri uri, Places places, StaticRoutes routes) {
        return switch (uri) {
            case SipUri sip -> places.ours(sip) ? ours(sip, places, routes) : foreign(sip, routes);
            case TelUri tel -> number(tel, places, routes);
            case OtherUri _ -> new Unsupported();
        };
    }

    private static Destination ours(SipUri uri, Places places, StaticRoutes routes) {
        if (uri.user().isEmpty()) {
            return new Here();
        }
        Optional<StaticRoute> route = routes.forUser(uri.plainUser());
        if (route.isPresent()) {
            return new ToPeers(route.get(), uri);
        }
        String domain = places.served(uri.host()).orElseGet(places::defaultDomain);
        return new User(record(uri, domain), uri.params().value("gr").orElse(""), uri.secure());
    }

    private static Destination foreign(SipUri uri, StaticRoutes routes) {
        return routes.forDomain(uri.host())
                .<Destination>map(route -> new ToPeers(route, uri))
                .orElseGet(Elsewhere::new);
    }

    private static Destination number(TelUri uri, Places places, StaticRoutes routes) {
        SipUri asSip = SipUri.of(uri.digits(), places.defaultDomain(), -1);
        return routes.forUser(uri.digits())
                .<Destination>map(route -> new ToPeers(route, uri))
                .orElseGet(() -> new User(asSip.addressOfRecord(), "", false));
    }

    /** The address of record of that user in that domain. */
    static String record(SipUri uri, String domain) {
        return new SipUri(false, uri.user(), "", domain, -1, Params.NONE_OF_URI, "").addressOfRecord();
    }

    /** The Request-URI toward a peer: a number goes to the peer's own address, a foreign domain stays what it is. */
    static Uri toward(Peer peer, ToPeers destination) {
        return switch (destination.uri()) {
            case SipUri sip -> destination.route().prefix() ? numberAt(peer, sip.plainUser()) : sip;
            case TelUri tel -> numberAt(peer, tel.digits());
            case OtherUri other -> other;
        };
    }

    private static Uri numberAt(Peer peer, String number) {
        return SipUri.of(number, peer.host(), peer.port()).with("user", "phone");
    }
}
