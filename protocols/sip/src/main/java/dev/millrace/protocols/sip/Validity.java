package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an element can work with a message, RFC 3261 sections 8.1.1, 8.2, 16.3 and 18.1.2; what RFC 4475 and RFC 5118 ask
 * for. What has passed {@link #check} can be asked for Via, From, To, Call-ID, CSeq, Max-Forwards, Route and (a request) its URI
 * without a {@link Malformed}.
 */
public final class Validity {
    private static final HeaderName[] ONCE = {
        HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ, HeaderName.MAX_FORWARDS
    };

    private Validity() {}

    /** What any element answers to the request; nothing if it is sound. An ACK is never answered, only dropped. */
    public static Optional<Refusal> check(Request request) {
        if (!request.version().equalsIgnoreCase(Message.VERSION)) {
            return Optional.of(Refusal.of(505, "Version Not Supported", "version", Malformed.quote(request.version())));
        }
        try {
            common(request);
            request.maxForwards();
            request.routes();
            if (request.uri() instanceof SipUri uri && !uri.headers().isEmpty()) {
                throw new Malformed("request-uri", "headers in a Request-URI");
            }
            if (request.method().equals(Methods.REGISTER)) {
                request.contacts();
            }
        } catch (Malformed malformed) {
            return Optional.of(Refusal.of(malformed));
        }
        return methodOfCSeq(request);
    }

    /** RFC 4475 sections 3.1.2.17 and 3.1.2.18: of an unknown method 501 says more. */
    private static Optional<Refusal> methodOfCSeq(Request request) {
        if (request.cseq().method().equals(request.method())) {
            return Optional.empty();
        }
        if (Methods.known(request.method())) {
            return Optional.of(Refusal.of(new Malformed("cseq", "another method than the request")));
        }
        return Optional.of(Refusal.of(501, "Not Implemented", "cseq", "another method than the request"));
    }

    /** Why the response has to be dropped; nothing if it is sound. */
    public static Optional<Malformed> check(Response response) {
        if (!response.version().equalsIgnoreCase(Message.VERSION)) {
            return Optional.of(new Malformed("version", Malformed.quote(response.version())));
        }
        try {
            common(response);
            List<Via> vias = response.vias();
            for (int i = 1; i < vias.size(); i++) {
                notForMany(vias.get(i).host());
                vias.get(i).received().ifPresent(Validity::notForMany);
            }
            return Optional.empty();
        } catch (Malformed malformed) {
            return Optional.of(malformed);
        }
    }

    /** RFC 4475 section 3.3.10: who forwarded this would send to everybody. */
    private static void notForMany(String host) {
        int point = host.indexOf('.');
        if (point <= 0 || point > 3) {
            return;
        }
        int first = 0;
        for (int i = 0; i < point; i++) {
            char c = host.charAt(i);
            if (c < '0' || c > '9') {
                return;
            }
            first = first * 10 + c - '0';
        }
        if (first >= 224 && first < 240 || host.equals("255.255.255.255")) {
            throw new Malformed("via-address", "a broadcast or multicast address below the topmost Via");
        }
    }

    private static void common(Message message) {
        for (HeaderName name : ONCE) {
            int first = message.lines.find(name, 0);
            if (first >= 0 && message.lines.find(name, first + 1) >= 0) {
                throw new Malformed("doubled", name.spelling() + " more than once");
            }
        }
        bounded("branch", message.vias().getFirst().params());
        bounded("call-id", message.callId());
        message.cseq();
        bounded("tag", message.from().params());
        bounded("tag", message.to().params());
    }

    /** Parameters that are short altogether are not looked through. */
    private static void bounded(String name, Params params) {
        if (params.encode().length() > Limits.IDENTIFIER) {
            params.value(name).ifPresent(identifier -> bounded(name, identifier));
        }
    }

    private static void bounded(String rule, String identifier) {
        if (identifier.length() > Limits.IDENTIFIER) {
            throw new Malformed(rule, "longer than " + Limits.IDENTIFIER + " characters");
        }
    }

    /**
     * What a proxy answers before it forwards a request that has passed {@link #check}, RFC 3261 section 16.3 steps 2, 3 and 5.
     *
     * @param options the option tags that the proxy knows, in lower case
     */
    public static Optional<Refusal> forProxy(Request request, Set<String> options) {
        if (request.uri() instanceof OtherUri other) {
            return Optional.of(
                    Refusal.of(416, "Unsupported URI Scheme", "uri-scheme", Malformed.quote(other.scheme())));
        }
        if (request.maxForwards() == 0) {
            return Optional.of(Refusal.of(483, "Too Many Hops", "max-forwards", "no hop left"));
        }
        return options(request, Keys.PROXY_REQUIRES, options);
    }

    /** What a registrar answers besides, RFC 3261 section 10.3 steps 2 and 5: the address of record is a SIP or SIPS URI. */
    public static Optional<Refusal> forRegistrar(Request request, Set<String> options) {
        Optional<Refusal> refusal = forAgent(request, options);
        if (refusal.isEmpty() && !(request.to().uri() instanceof SipUri)) {
            return Optional.of(Refusal.of(400, "Bad Request", "uri-scheme", "To is no SIP URI"));
        }
        return refusal;
    }

    /** What an element answers that ends a request itself, RFC 3261 sections 8.2.2.1 and 8.2.2.3. */
    public static Optional<Refusal> forAgent(Request request, Set<String> options) {
        if (request.uri() instanceof OtherUri other) {
            return Optional.of(
                    Refusal.of(416, "Unsupported URI Scheme", "uri-scheme", Malformed.quote(other.scheme())));
        }
        boolean exempt =
                request.method().equals(Methods.CANCEL) || request.method().equals(Methods.ACK);
        return exempt ? Optional.empty() : options(request, Keys.REQUIRES, options);
    }

    private static Optional<Refusal> options(Request request, HeaderKey<String> key, Set<String> known) {
        if (!request.has(key)) {
            return Optional.empty();
        }
        List<String> unknown = new ArrayList<>();
        for (String option : request.all(key)) {
            if (!Grammar.isToken(option)) {
                return Optional.of(Refusal.of(new Malformed("option-tag", Malformed.quote(option))));
            }
            if (!known.contains(option.toLowerCase(Locale.ROOT))) {
                unknown.add(option);
            }
        }
        Malformed why = new Malformed("option-tag", unknown.size() + " unknown in " + key.name());
        return unknown.isEmpty() ? Optional.empty() : Optional.of(new Refusal(420, "Bad Extension", why, unknown));
    }
}
