package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Refusal;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Validity;
import dev.millrace.protocols.sip.Via;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A request's way through a proxy: RFC 3261 sections 16.3 (checks), 16.4 (routes of ours), 16.6 (the copy for a branch) and
 * 16.11 (stateless), with RFC 5393. Pure functions; the order of use is {@link #check}, {@link #preprocess}, the caller's
 * choice of targets, {@link #copy} for each of them.
 */
public final class Forwarding {
    /** Max-Forwards of a request that comes without, section 16.6 step 3. */
    public static final int MAX_FORWARDS = 70;

    /** Max-Breadth of a request that comes without, RFC 5393 section 5.3.1. */
    public static final int MAX_BREADTH = 60;

    private Forwarding() {}

    /**
     * What a proxy knows of itself.
     *
     * @param uri whether a Route, or a Request-URI that a strict router left, is an address of ours
     * @param via whether a Via was put on by us: by any node of the cluster
     * @param extensions option tags that Proxy-Require may name
     */
    public record Own(Predicate<SipUri> uri, Predicate<Via> via, Set<String> extensions) {}

    /** What the checks of section 16.3 say. */
    public sealed interface Check {
        /**
         * Go on.
         *
         * @param loopHash suffix for the branch of each copy
         */
        record Pass(String loopHash) implements Check {}

        /** OPTIONS whose hops are used up: this proxy may answer for itself, section 16.3 step 3 and section 11. */
        record AnswerHere() implements Check {}

        /** Answer with this. */
        record Refuse(Response response) implements Check {}
    }

    /** The request after section 16.4, and the routes of ours that were taken off, topmost first. */
    public record Routed(Request request, List<NameAddr> own) {
        public Routed {
            own = List.copyOf(own);
        }
    }

    /**
     * How a branch's copy differs from the request.
     *
     * @param target the Request-URI
     * @param recordRoutes Record-Route values to put on top, topmost first
     * @param path Route values to put on top, topmost first: the Path of a binding, or a configured next hop
     * @param breadth value of Max-Breadth
     */
    public record Plan(Uri target, List<NameAddr> recordRoutes, List<NameAddr> path, int breadth) {
        public Plan {
            recordRoutes = List.copyOf(recordRoutes);
            path = List.copyOf(path);
        }
    }

    /** A copy without our Via yet, and the URI that says where it goes, section 16.6 step 7. */
    public record Copy(Request request, Uri nextHop) {}

    /**
     * Section 16.3 steps 2 to 5, and RFC 5393 section 5.3.3; syntax is checked before, identity after.
     *
     * @param toTag makes the tag of a refusal
     */
    public static Check check(Request request, Own own, Supplier<String> toTag) {
        if (request.maxForwards() == 0 && request.method().equals(Methods.OPTIONS)) {
            return new Check.AnswerHere();
        }
        Optional<Refusal> refusal = Validity.forProxy(request, own.extensions());
        if (refusal.isPresent()) {
            return new Check.Refuse(refusal.get().answer(request, toTag.get()));
        }
        String hash = LoopHash.of(request);
        if (LoopHash.looped(request, hash, own.via())) {
            return refuse(request, 482, toTag);
        }
        return breadth(request) == 0 ? refuse(request, 440, toTag) : new Check.Pass(hash);
    }

    private static Check refuse(Request request, int status, Supplier<String> toTag) {
        return new Check.Refuse(Answers.of(request, status, toTag.get()).build());
    }

    /** Value of Max-Breadth, 60 where the request brings none or none that can be read. */
    public static int breadth(Request request) {
        String text = request.text("Max-Breadth").orElse("");
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return MAX_BREADTH;
        }
        return Integer.parseInt(text);
    }

    /**
     * Section 16.4: undoes what a strict router before us did, follows {@code maddr} where it is ours, and takes our routes off
     * the top: both of a double Record-Route.
     */
    public static Routed preprocess(Request request, Own own) {
        List<NameAddr> routes = request.routes();
        List<NameAddr> mine = new ArrayList<>(2);
        Request routed = request;
        // Only a Record-Route of ours has lr: a strict router put it into the Request-URI and the real one behind all
        // routes.
        if (request.uri() instanceof SipUri uri
                && uri.loose()
                && !routes.isEmpty()
                && own.uri().test(uri)) {
            mine.add(NameAddr.of(uri));
            Edit<Request> edit = request.edit().uri(routes.getLast().uri()).remove(Keys.ROUTES);
            routes.subList(0, routes.size() - 1).forEach(route -> edit.append(Keys.ROUTES, route));
            routed = edit.build();
            routes = routed.routes();
        }
        if (routed.uri() instanceof SipUri uri && uri.maddr().isPresent() && atOurAddress(uri, own)) {
            routed = routed.edit().uri(withoutAddress(uri)).build();
        }
        int count = 0;
        while (count < routes.size()
                && routes.get(count).uri() instanceof SipUri uri
                && own.uri().test(uri)) {
            mine.add(routes.get(count++));
        }
        if (count > 0) {
            Edit<Request> edit = routed.edit();
            for (int i = 0; i < count; i++) {
                edit.removeFirst(Keys.ROUTES);
            }
            routed = edit.build();
        }
        return new Routed(routed, mine);
    }

    private static SipUri withoutAddress(SipUri uri) {
        SipUri plain = uri.without("maddr").without("transport");
        return new SipUri(
                plain.secure(), plain.user(), plain.password(), plain.host(), -1, plain.params(), plain.headers());
    }

    private static boolean atOurAddress(SipUri uri, Own own) {
        return own.uri().test(SipUri.of("", uri.maddr().orElse(""), uri.port()));
    }

    /** Section 16.6 steps 1 to 7. The Via of step 8 is put on by whoever owns the client transaction. */
    public static Copy copy(Request request, Plan plan) {
        Edit<Request> edit = request.edit().uri(plan.target());
        int hops = request.maxForwards();
        edit.replace(Keys.MAX_FORWARDS, (long) (hops < 0 ? MAX_FORWARDS : hops - 1));
        edit.replace(Keys.MAX_BREADTH, (long) plan.breadth());
        plan.recordRoutes().reversed().forEach(value -> edit.prepend(Keys.RECORD_ROUTES, value));
        plan.path().reversed().forEach(value -> edit.prepend(Keys.ROUTES, value));
        List<NameAddr> routes = request.routes();
        NameAddr first = !plan.path().isEmpty() ? plan.path().getFirst() : routes.isEmpty() ? null : routes.getFirst();
        if (first == null) {
            return new Copy(edit.build(), plan.target());
        }
        if (!(first.uri() instanceof SipUri next) || !next.loose()) {
            // Step 6: a strict router wants itself in the Request-URI and the target behind all routes.
            edit.removeFirst(Keys.ROUTES);
            edit.append(Keys.ROUTES, NameAddr.of(plan.target()));
            edit.uri(first.uri());
        }
        return new Copy(edit.build(), first.uri());
    }

    /** Section 16.7 step 3: without the topmost Via, which is ours; nothing if no other is left. */
    public static Optional<Response> stripVia(Response response) {
        Response stripped = response.withoutTopVia();
        return stripped.has(Keys.VIA) ? Optional.of(stripped) : Optional.empty();
    }
}
