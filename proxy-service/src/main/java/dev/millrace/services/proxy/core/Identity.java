package dev.millrace.services.proxy.core;

import dev.millrace.protocols.digest.AuthParam;
import dev.millrace.protocols.digest.Credentials;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Who a request is from: what it may claim (RFC 3261 section 22.3), and what others are told (RFC 3325, RFC 3323). */
public final class Identity {
    private static final String ANONYMOUS = "anonymous.invalid";

    private Identity() {}

    /** RFC 3323 section 4.1.1.3. */
    public static boolean anonymous(NameAddr from) {
        return from.uri() instanceof SipUri sip && sip.plainHost().equals(ANONYMOUS);
    }

    /** The host that From names, where it is a SIP URI. */
    public static Optional<String> host(NameAddr from) {
        return from.uri() instanceof SipUri sip ? Optional.of(sip.host()) : Optional.empty();
    }

    /**
     * Whether the owner of that address of record may write this From.
     *
     * @param domain the served one that it names
     */
    public static boolean mayClaim(NameAddr from, String identity, Optional<String> domain) {
        return anonymous(from) || claimed(from, domain).equals(identity);
    }

    /** The address of record that From names; an address of ours stands for the default domain. */
    public static String claimed(NameAddr from, Optional<String> domain) {
        return from.uri() instanceof SipUri sip
                ? Destination.record(sip, domain.orElseGet(sip::plainHost))
                : from.uri().encode();
    }

    /**
     * The request without what a stranger claims and without the credentials that were for us.
     *
     * @param identity the address of record that credentials proved; empty for a stranger
     * @param realm of those credentials
     */
    public static Request asserted(Request request, String identity, String realm) {
        boolean claims = claims(request);
        if (!claims && identity.isEmpty()) {
            return request;
        }
        Edit<Request> edit = request.edit();
        if (claims) {
            edit.remove(Keys.P_ASSERTED_IDENTITY).remove(Keys.P_PREFERRED_IDENTITY);
        }
        if (!identity.isEmpty()) {
            strip(edit, request, realm::equalsIgnoreCase);
            edit.append(Keys.P_ASSERTED_IDENTITY, NameAddr.of(Uri.parse(identity)));
        }
        return edit.build();
    }

    /** A request inside a dialog: phones send their credentials for us along, and the other side could use them. */
    public static Request consumed(Request request, Places places) {
        if (!request.has(Keys.PROXY_AUTHORIZATION)) {
            return request;
        }
        Edit<Request> edit = request.edit();
        strip(edit, request, named -> places.served(named).isPresent());
        return edit.build();
    }

    /** Takes out the credentials for realms of ours; those that cannot be read may be for one. */
    private static void strip(Edit<Request> edit, Request request, Predicate<String> ours) {
        List<String> credentials = request.all(Keys.PROXY_AUTHORIZATION);
        if (!credentials.isEmpty()) {
            edit.remove(Keys.PROXY_AUTHORIZATION);
            credentials.stream()
                    .filter(value -> forOthers(value, ours))
                    .forEach(value -> edit.append(Keys.PROXY_AUTHORIZATION, value));
        }
    }

    private static boolean forOthers(String credentials, Predicate<String> ours) {
        try {
            return !AuthParam.isDigest(credentials)
                    || !ours.test(Credentials.parse(credentials).realm());
        } catch (Malformed unreadable) {
            return false;
        }
    }

    /** A peer's request: what it asserts stays, what it prefers has been decided. */
    public static Request vouched(Request request) {
        return request.has(Keys.P_PREFERRED_IDENTITY)
                ? request.edit().remove(Keys.P_PREFERRED_IDENTITY).build()
                : request;
    }

    /** The copy for somebody who is not a peer: whoever asked for privacy is not named (RFC 3325 section 7). */
    public static Request leaving(Request copy) {
        boolean hidden = copy.has(Keys.P_ASSERTED_IDENTITY)
                && copy.has(Keys.PRIVACY)
                && copy.all(Keys.PRIVACY).stream()
                        .flatMap(value -> Arrays.stream(value.split("[;,]", -1)))
                        .anyMatch(value -> value.strip().equalsIgnoreCase("id"));
        return hidden ? copy.edit().remove(Keys.P_ASSERTED_IDENTITY).build() : copy;
    }

    /** A response of somebody who is not a peer asserts nothing. */
    public static Response heard(Response response) {
        return claims(response)
                ? response.edit()
                        .remove(Keys.P_ASSERTED_IDENTITY)
                        .remove(Keys.P_PREFERRED_IDENTITY)
                        .build()
                : response;
    }

    private static boolean claims(Message message) {
        return message.has(Keys.P_ASSERTED_IDENTITY) || message.has(Keys.P_PREFERRED_IDENTITY);
    }
}
