package dev.millrace.protocols.sip.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.sip.proxy.Forwarding.Check;
import dev.millrace.protocols.sip.proxy.Forwarding.Copy;
import dev.millrace.protocols.sip.proxy.Forwarding.Own;
import dev.millrace.protocols.sip.proxy.Forwarding.Plan;
import dev.millrace.protocols.sip.proxy.Forwarding.Routed;
import dev.millrace.protocols.wire.HeaderKey;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 3261 sections 16.3, 16.4, 16.6 and 16.11; RFC 5393. */
class ForwardingTest {
    private static final Own OWN = new Own(
            uri -> uri.host().equals("ours.example"), via -> via.host().equals("ours.example"), Set.of("known"));
    private static final String TARGET = "sip:bob@192.0.2.9";

    /** A table's row: what is done to the plain request, and what must come of it. */
    record Row(String name, UnaryOperator<Edit<Request>> change, String expected) {
        Request request(String method) {
            return change.apply(Script.edit(method, "sip:bob@example.com")).build();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static NameAddr address(String text) {
        return NameAddr.parse(text);
    }

    static List<Row> checks() {
        return List.of(
                new Row("plain", edit -> edit, "pass"),
                new Row("one hop left", edit -> edit.replace(Keys.MAX_FORWARDS, 1L), "pass"),
                new Row("no hop left", edit -> edit.replace(Keys.MAX_FORWARDS, 0L), "483"),
                new Row("no Max-Forwards", edit -> edit.remove(Keys.MAX_FORWARDS), "pass"),
                new Row("breadth used up", edit -> edit.append(Keys.MAX_BREADTH, 0L), "440"),
                new Row("a scheme that nobody knows", edit -> edit.uri(Uri.parse("mailto:a@b")), "416"),
                new Row("a telephone number", edit -> edit.uri(Uri.parse("tel:+49301234")), "pass"),
                new Row("known extension", edit -> edit.append(Keys.PROXY_REQUIRES, "known"), "pass"),
                new Row(
                        "unknown extension",
                        edit -> edit.append(Keys.PROXY_REQUIRES, "known, strange"),
                        "420 strange"));
    }

    @ParameterizedTest
    @MethodSource("checks")
    void check(Row row) {
        assertThat(show(Forwarding.check(row.request("INVITE"), OWN, () -> "ours")))
                .isEqualTo(row.expected);
    }

    @Test
    void optionsWithoutHopsIsForUs() {
        Request options = Script.edit("OPTIONS", "sip:bob@example.com")
                .replace(Keys.MAX_FORWARDS, 0L)
                .build();
        assertThat(Forwarding.check(options, OWN, () -> "ours")).isInstanceOf(Check.AnswerHere.class);
    }

    private static String show(Check check) {
        return switch (check) {
            case Check.Pass _ -> "pass";
            case Check.AnswerHere _ -> "answer here";
            case Check.Refuse(var response) ->
                (response.status() + " " + String.join(" ", response.all(Keys.UNSUPPORTEDS))).strip();
        };
    }

    /** What happens to a request between two visits; loop or spiral, RFC 5393 section 4.2. */
    static List<Row> visits() {
        return List.of(
                new Row("nothing has changed: a loop", edit -> edit, "482"),
                new Row(
                        "a loop over another proxy",
                        edit -> edit.prepend(Keys.VIA, Via.parse("SIP/2.0/UDP other.example;branch=z9hG4bKother")),
                        "482"),
                new Row(
                        "other Vias on top and another Record-Route",
                        edit -> edit.prepend(Keys.VIA, Via.parse("SIP/2.0/TCP x.example;branch=z9hG4bKy"))
                                .prepend(Keys.RECORD_ROUTES, address("<sip:x.example;lr>")),
                        "482"),
                new Row("another Request-URI: a spiral", edit -> edit.uri(Uri.parse("sip:carol@example.com")), "pass"),
                new Row("another Route", edit -> edit.prepend(Keys.ROUTES, address("<sip:x.example;lr>")), "pass"),
                new Row("another To tag", edit -> edit.replace(Keys.TO, address("<sip:bob@x.example>;tag=1")), "pass"),
                new Row("another number", edit -> edit.replace(Keys.CSEQ, new CSeq(2, "INVITE")), "pass"),
                new Row("another Call-ID", edit -> edit.replace(Keys.CALL_ID, "other"), "pass"),
                new Row("another Proxy-Require", edit -> edit.append(Keys.PROXY_REQUIRES, "known"), "pass"),
                new Row(
                        "other credentials, for we take them off on the way: a loop",
                        edit -> edit.append(Keys.PROXY_AUTHORIZATION, "Digest realm=\"x\""),
                        "482"));
    }

    @ParameterizedTest
    @MethodSource("visits")
    void loopOrSpiral(Row row) {
        Request first = Script.request("INVITE");
        Check check = Forwarding.check(first, OWN, () -> "ours");
        assertThat(check).isInstanceOf(Check.Pass.class);
        String branch = Via.COOKIE + "node1" + ((Check.Pass) check).loopHash();
        Request sent = first.edit()
                .prepend(Keys.VIA, Via.parse("SIP/2.0/UDP ours.example;branch=" + branch))
                .build();
        assertThat(show(Forwarding.check(row.change.apply(sent.edit()).build(), OWN, () -> "ours")))
                .isEqualTo(row.expected);
    }

    @Test
    void aStrangersViaWithOurHashIsNoLoop() {
        Request first = Script.request("INVITE");
        Request sent = first.edit()
                .prepend(Keys.VIA, Via.parse("SIP/2.0/UDP x.example;branch=z9hG4bK" + LoopHash.of(first)))
                .build();
        assertThat(show(Forwarding.check(sent, OWN, () -> "ours"))).isEqualTo("pass");
    }

    /**
     * The attack of RFC 5393 section 3: two addresses, each with two contacts that are both addresses again. Without a bound 70
     * hops give 2^71 requests; the breadth that comes in is all that ever runs at once.
     */
    @Test
    void amplificationIsBounded() {
        int running = fork(Forwarding.MAX_BREADTH, Forwarding.MAX_FORWARDS);
        assertThat(running).isLessThanOrEqualTo(Forwarding.MAX_BREADTH);
    }

    /** How many requests are under way at once below a proxy that forks to two others like it. */
    private static int fork(int breadth, int hops) {
        if (hops == 0) {
            return 1;
        }
        Request request = Script.edit("INVITE", "sip:a@example.com")
                .append(Keys.MAX_BREADTH, (long) breadth)
                .build();
        Script script = new Script(new ResponseContext(request, "ours", ResponseContext.Terms.DEFAULT));
        script.event(new Event.Targets(
                List.of(List.of(
                        new Target(Uri.parse("sip:a@example.com"), 0), new Target(Uri.parse("sip:b@example.com"), 1))),
                404));
        int running = 0;
        for (Effect effect : script.effects()) {
            running += effect instanceof Effect.Fork next ? fork(next.breadth(), hops - 1) : 0;
        }
        return running;
    }

    /** Request-URI and routes, before and after section 16.4, and what was taken off. */
    record Routing(String name, String uri, List<String> routes, String after, List<String> left, List<String> own) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Routing> routings() {
        String bob = "sip:bob@example.com";
        String ours = "sip:token@ours.example;lr";
        String second = "sip:two@ours.example;transport=tls;lr";
        String next = "sip:next.example;lr";
        return List.of(
                new Routing("no routes", bob, List.of(), bob, List.of(), List.of()),
                new Routing("one of ours", bob, List.of(ours), bob, List.of(), List.of(ours)),
                new Routing(
                        "double Record-Route",
                        bob,
                        List.of(ours, second, next),
                        bob,
                        List.of(next),
                        List.of(ours, second)),
                new Routing("ours behind another stays", bob, List.of(next, ours), bob, List.of(next, ours), List.of()),
                new Routing("a strict router before us", ours, List.of(next, bob), bob, List.of(next), List.of(ours)),
                new Routing(
                        "a strict router before a double Record-Route",
                        ours,
                        List.of(second, bob),
                        bob,
                        List.of(),
                        List.of(ours, second)),
                new Routing(
                        "our address without lr is no route",
                        "sip:x@ours.example",
                        List.of(next),
                        "sip:x@ours.example",
                        List.of(next),
                        List.of()),
                new Routing(
                        "maddr of ours",
                        "sip:bob@example.com:5070;maddr=ours.example;transport=tcp",
                        List.of(),
                        bob,
                        List.of(),
                        List.of()),
                new Routing(
                        "maddr of another",
                        "sip:bob@example.com;maddr=other.example",
                        List.of(),
                        "sip:bob@example.com;maddr=other.example",
                        List.of(),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("routings")
    void preprocess(Routing row) {
        Edit<Request> edit = Script.edit("BYE", row.uri);
        row.routes.forEach(route -> edit.append(Keys.ROUTES, address("<" + route + ">")));
        Routed routed = Forwarding.preprocess(edit.build(), OWN);
        assertThat(routed.request().uri().encode()).isEqualTo(row.after);
        assertThat(uris(routed.request().routes())).isEqualTo(row.left);
        assertThat(uris(routed.own())).isEqualTo(row.own);
    }

    private static List<String> uris(List<NameAddr> addresses) {
        return addresses.stream().map(address -> address.uri().encode()).toList();
    }

    @Test
    void copyForABranch() {
        Request request = Script.edit("INVITE", "sip:bob@example.com")
                .append(Keys.RECORD_ROUTES, address("<sip:before.example;lr>"))
                .body("text/plain", new byte[] {'x', 'y'})
                .build();
        Copy copy = Forwarding.copy(
                request,
                new Plan(
                        Uri.parse(TARGET),
                        List.of(address("<sip:out@ours.example;lr>"), address("<sip:in@ours.example;lr>")),
                        List.of(address("<sip:edge1.example;lr>"), address("<sip:edge2.example;lr>")),
                        30));
        Request made = copy.request();
        assertThat(made.uri().encode()).isEqualTo(TARGET);
        assertThat(made.maxForwards()).isEqualTo(69);
        assertThat(made.first(Keys.MAX_BREADTH)).contains(30L);
        assertThat(uris(made.all(Keys.RECORD_ROUTES)))
                .containsExactly("sip:out@ours.example;lr", "sip:in@ours.example;lr", "sip:before.example;lr");
        assertThat(uris(made.routes())).containsExactly("sip:edge1.example;lr", "sip:edge2.example;lr");
        assertThat(copy.nextHop().encode()).isEqualTo("sip:edge1.example;lr");
        assertThat(made.vias()).isEqualTo(request.vias());
        assertThat(made.body()).isEqualTo(request.body());
    }

    @Test
    void copyWithoutMaxForwardsAndRoutes() {
        Request request = Script.edit("INVITE", "sip:bob@example.com")
                .remove(Keys.MAX_FORWARDS)
                .build();
        Copy copy = Forwarding.copy(request, new Plan(Uri.parse(TARGET), List.of(), List.of(), 60));
        assertThat(copy.request().maxForwards()).isEqualTo(70);
        assertThat(copy.nextHop().encode()).isEqualTo(TARGET);
    }

    @Test
    void aStrictRouterGetsItselfInTheRequestUri() {
        Request request = Script.edit("INVITE", "sip:bob@example.com")
                .append(Keys.ROUTES, address("<sip:strict.example>"))
                .append(Keys.ROUTES, address("<sip:next.example;lr>"))
                .build();
        Copy copy = Forwarding.copy(request, new Plan(Uri.parse(TARGET), List.of(), List.of(), 60));
        assertThat(copy.request().uri().encode()).isEqualTo("sip:strict.example");
        assertThat(uris(copy.request().routes())).containsExactly("sip:next.example;lr", TARGET);
        assertThat(copy.nextHop().encode()).isEqualTo("sip:strict.example");
    }

    @Test
    void breadthThatCannotBeRead() {
        for (String text : List.of("x", "", "99999999999", "-1")) {
            Request request = Script.edit("INVITE", "sip:bob@example.com")
                    .append(HeaderKey.text("Max-Breadth"), text)
                    .build();
            assertThat(Forwarding.breadth(request)).isEqualTo(Forwarding.MAX_BREADTH);
        }
    }

    @Test
    void nothingIsLeftOfAResponseForUs() {
        Response response = Response.to(
                        Script.edit("INVITE", "sip:bob@example.com")
                                .replace(Keys.VIA, Via.parse("SIP/2.0/UDP ours.example;branch=z9hG4bK1"))
                                .build(),
                        200,
                        "OK")
                .build();
        assertThat(Forwarding.stripVia(response)).isEmpty();
    }
}
