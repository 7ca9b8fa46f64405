package dev.millrace.protocols.sip.dialog;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Optional;

/**
 * A dialog as one of its two sides sees it, RFC 3261 section 12. Immutable: its owner keeps the newest.
 *
 * @param id with the tags as this side has them
 * @param confirmed whether a 2xx has been sent or received; else the dialog is early
 * @param local the From of our requests, with our tag
 * @param remote the To of our requests, with the peer's tag
 * @param remoteTarget where requests to the peer go: its newest Contact
 * @param routes what they go through, the nearest first; fixed once the dialog is confirmed
 * @param numbers the sequence numbers
 */
public record Dialog(
        DialogId id,
        boolean confirmed,
        NameAddr local,
        NameAddr remote,
        Uri remoteTarget,
        List<NameAddr> routes,
        Numbers numbers) {
    /** What a sequence number is that no request has set yet. */
    public static final long NONE = -1;

    /**
     * The sequence numbers of the two directions.
     *
     * @param local of our last request other than ACK and CANCEL, or {@link #NONE}
     * @param remote of the peer's last one, or {@link #NONE}
     */
    public record Numbers(long local, long remote) {}

    /** A request of ours and the dialog after it. The Via is put on by whoever sends it. */
    public record Sent(Dialog next, Request request) {}

    public Dialog {
        routes = List.copyOf(routes);
    }

    /** Section 12.1.2: the caller's side, out of the request as it was sent and a response with a tag in To. */
    public static Dialog caller(Request request, Response response) {
        return new Dialog(
                DialogId.ofReceived(response),
                response.status() >= 200,
                request.from(),
                response.to(),
                target(response).orElseGet(request::uri),
                response.all(Keys.RECORD_ROUTES).reversed(),
                new Numbers(request.cseq().number(), NONE));
    }

    /** Section 12.1.1: the callee's side, out of the request as it was received and our response with a tag in To. */
    public static Dialog callee(Request request, Response response) {
        Uri target =
                target(request).orElseThrow(() -> new Malformed("contact", "no Contact in a request for a dialog"));
        return new Dialog(
                new DialogId(
                        request.callId(),
                        response.to().tag().orElse(""),
                        request.from().tag().orElse("")),
                response.status() >= 200,
                response.to(),
                request.from(),
                target,
                request.all(Keys.RECORD_ROUTES),
                new Numbers(NONE, request.cseq().number()));
    }

    private static Optional<Uri> target(Message message) {
        return message.first(Keys.CONTACTS).flatMap(Dialog::uri);
    }

    private static Optional<Uri> uri(Contact contact) {
        return contact instanceof Contact.Address address ? Optional.of(address.uri()) : Optional.empty();
    }

    /** Section 12.2.1.1: the next request of ours; not for ACK and CANCEL. */
    public Sent request(String method) {
        long number = numbers.local == NONE ? 1 : numbers.local + 1;
        Dialog next = with(remoteTarget, confirmed, new Numbers(number, numbers.remote));
        return new Sent(next, build(method, number));
    }

    /** Section 13.2.2.4: the ACK to a 2xx that answered the request of this number. */
    public Request ack(long inviteNumber) {
        return build(Methods.ACK, inviteNumber);
    }

    private Request build(String method, long number) {
        boolean loose = routes.isEmpty() || routes.getFirst().uri() instanceof SipUri uri && uri.loose();
        Edit<Request> request = Request.of(
                method, loose ? remoteTarget : requestUri(routes.getFirst().uri()));
        for (NameAddr route : loose ? routes : routes.subList(1, routes.size())) {
            request.append(Keys.ROUTES, route);
        }
        if (!loose) {
            request.append(Keys.ROUTES, NameAddr.of(remoteTarget));
        }
        request.append(Keys.MAX_FORWARDS, 70L);
        request.append(Keys.FROM, local);
        request.append(Keys.TO, remote);
        request.append(Keys.CALL_ID, id.callId());
        request.append(Keys.CSEQ, new CSeq(number, method));
        return request.build();
    }

    /** Parameters that may not stand in a Request-URI are left out. */
    private static Uri requestUri(Uri route) {
        return route instanceof SipUri uri ? uri.asRequestUri() : route;
    }

    /**
     * Section 12.2.2: the dialog after a request of the peer, or nothing if its number is too low: answer 500. ACK and CANCEL
     * carry the number of their INVITE and change nothing.
     */
    public Optional<Dialog> received(Request request) {
        if (request.method().equals(Methods.ACK) || request.method().equals(Methods.CANCEL)) {
            return Optional.of(this);
        }
        long number = request.cseq().number();
        if (numbers.remote != NONE && number <= numbers.remote) {
            return Optional.empty();
        }
        return Optional.of(with(refreshed(request), confirmed, new Numbers(numbers.local, number)));
    }

    /**
     * Sections 12.2.1.2 and 13.2.2.4: the dialog after a response to a request of ours in it. The 2xx that confirms it sets the
     * routes anew, because a provisional response need not have gone the whole way.
     */
    public Dialog received(Response response) {
        if (!response.isSuccess()) {
            return this;
        }
        boolean first = !confirmed && response.method().equals(Methods.INVITE);
        List<NameAddr> path = first ? response.all(Keys.RECORD_ROUTES).reversed() : routes;
        return new Dialog(id, confirmed || first, local, remote, refreshed(response), path, numbers);
    }

    /** The dialog after our 2xx to its first request. */
    public Dialog confirm() {
        return with(remoteTarget, true, numbers);
    }

    /** Only these refresh the target: INVITE, UPDATE (RFC 3311), SUBSCRIBE, NOTIFY and REFER (RFC 6665). */
    private Uri refreshed(Message message) {
        return switch (message.method()) {
            case Methods.INVITE, Methods.UPDATE, Methods.SUBSCRIBE, Methods.NOTIFY, Methods.REFER ->
                target(message).orElse(remoteTarget);
            default -> remoteTarget;
        };
    }

    private Dialog with(Uri target, boolean nowConfirmed, Numbers now) {
        return new Dialog(id, nowConfirmed, local, remote, target, routes, now);
    }
}
