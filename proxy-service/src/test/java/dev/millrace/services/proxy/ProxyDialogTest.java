package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.HeaderKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call goes through between its INVITE and its end, over real sockets, and what its record says about it. */
class ProxyDialogTest {
    private static final String BOB = "sip:bob@example.com";

    @AutoClose
    private static House house;

    @TempDir
    static Path folder;

    private static Path lines;

    private Phone alice;
    private Phone bob;

    @BeforeAll
    static void start() {
        lines = folder.resolve("calls.json");
        house = House.registering(
                1,
                Map.of(
                        "proxy.timer-c",
                        "2s",
                        "calls.longest",
                        "3s",
                        "calls.file",
                        lines.toString(),
                        "proxy.user-calls",
                        "8"));
    }

    @BeforeEach
    void pickUp() {
        alice = phone("alice");
        bob = phone("bob");
        bob.register();
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    private Phone phone(String user) {
        return house.udp(user, "A");
    }

    /** The record's line of a call, once it is written. */
    private static JsonObject line(String id) {
        List<JsonObject> found = new ArrayList<>();
        Await.until("the line of " + id, () -> {
            try {
                Files.readAllLines(lines, StandardCharsets.UTF_8).stream()
                        .map(JsonObject::new)
                        .filter(line -> line.getString("id").equals(id))
                        .forEach(found::add);
            } catch (IOException | io.vertx.core.json.DecodeException half) {
                return false;
            }
            return !found.isEmpty();
        });
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static Call call(String caller) {
        return house.calls("A").stream()
                .filter(call -> call.parties().caller().equals("sip:" + caller + "@example.com"))
                .findFirst()
                .orElseThrow();
    }

    private Request invite(String... lines) {
        var edit = alice.request("INVITE", BOB);
        for (String line : lines) {
            int colon = line.indexOf(':');
            edit.append(
                    HeaderKey.text(line.substring(0, colon)),
                    line.substring(colon + 1).strip());
        }
        return alice.sendKnown(edit.build());
    }

    private void bye(Response ok) {
        alice.hangsUp(ok, bob);
    }

    @Test
    void prackAndUpdateGoThroughTheEarlyDialog() {
        invite("Supported: 100rel");
        Request invited = bob.expect("INVITE");
        assertThat(invited.text("Supported")).contains("100rel");
        bob.answer(bob.response(invited, 183, "b")
                .edit()
                .append(HeaderKey.text("Require"), "100rel")
                .append(HeaderKey.text("RSeq"), "1")
                .build());
        Response progress = alice.expect(183);
        assertThat(progress.text("RSeq")).contains("1");
        alice.send(alice.inDialogAsCaller("PRACK", progress)
                .edit()
                .append(HeaderKey.text("RAck"), "1 2 INVITE")
                .build());
        Request prack = bob.expect("PRACK");
        assertThat(prack.text("RAck")).contains("1 2 INVITE");
        bob.answer(bob.response(prack, 200, "b"));
        alice.expect(200);
        bob.send(bob.inDialogAsCallee("UPDATE", invited, progress));
        alice.answer(alice.response(alice.expect("UPDATE"), 200, ""));
        bob.expect(200);
        Response ok = bob.picksUp(invited, alice, "b");
        bye(ok);
    }

    /** RFC 4028 sections 8.1 and 8.2: what the two sides agree on is theirs; the record lives as long as they say. */
    @Test
    void sessionTimersPass() {
        invite("Supported: timer", "Session-Expires: 90;refresher=uac", "Min-SE: 90");
        Request refused = bob.expect("INVITE");
        assertThat(refused.text("Session-Expires")).contains("90;refresher=uac");
        assertThat(refused.text("Min-SE")).contains("90");
        bob.answer(Response.to(refused, 422, "Session Interval Too Small", "b")
                .append(HeaderKey.text("Min-SE"), "1800")
                .build());
        assertThat(alice.expect(422).text("Min-SE")).contains("1800");
        invite("Supported: timer", "Session-Expires: 1800;refresher=uac", "Min-SE: 1800");
        Request invited = bob.expect("INVITE");
        bob.answer(bob.response(invited, 200, "b")
                .edit()
                .append(HeaderKey.text("Session-Expires"), "1800;refresher=uac")
                .append(HeaderKey.text("Require"), "timer")
                .build());
        Response ok = alice.expect(200);
        assertThat(ok.text("Session-Expires")).contains("1800;refresher=uac");
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        Call call = call("alice");
        assertThat(call.expiresAt() - call.times().answer()).isEqualTo((1800 + 32) * 1000);
        alice.send(alice.inDialogAsCaller("UPDATE", ok)
                .edit()
                .append(HeaderKey.text("Session-Expires"), "3600;refresher=uac")
                .build());
        bob.answer(bob.response(bob.expect("UPDATE"), 200, "b")
                .edit()
                .append(HeaderKey.text("Session-Expires"), "3600;refresher=uac")
                .build());
        alice.expect(200);
        assertThat(call("alice").expiresAt()).isGreaterThan(call.expiresAt() + 1_700_000);
        // Section 7.2: an answer without the header ends the timer.
        alice.send(alice.inDialogAsCaller("UPDATE", ok));
        bob.answer(bob.response(bob.expect("UPDATE"), 200, "b"));
        alice.expect(200);
        assertThat(call("alice").expiresAt()).isLessThan(call.expiresAt());
        bye(ok);
    }

    /** NAT right by default: nothing in Contact or body is rewritten, and the flow leads back all the same. */
    @Test
    void aPhoneBehindNatIsReachedAndItsContactIsNotTouched() {
        String hidden = "<sip:alice@192.168.1.5:5060;ob>;+sip.instance=\"<urn:uuid:1>\"";
        byte[] body = "v=0\r\nc=IN IP4 192.168.1.5\r\n".getBytes(StandardCharsets.UTF_8);
        alice.sendKnown(alice.request("INVITE", BOB)
                .replace(Keys.CONTACTS, Contact.parse(hidden))
                .body("application/sdp", body)
                .build());
        Request invited = bob.expect("INVITE");
        assertThat(invited.text("Contact")).contains(hidden);
        assertThat(invited.body()).isEqualTo(body);
        Response accepted = bob.picksUp(invited, alice, "b");
        bob.send(bob.inDialogAsCallee("BYE", invited, accepted));
        Request bye = alice.expect("BYE");
        assertThat(bye.uri().encode()).isEqualTo("sip:alice@192.168.1.5:5060;ob");
        alice.answer(alice.response(bye, 200, ""));
        bob.expect(200);
    }

    @Test
    void sixHundredEndsAllBranches() {
        Phone mobile = phone("bob");
        mobile.register();
        invite();
        Request atBob = bob.expect("INVITE");
        Request atMobile = mobile.rings(alice, "m");
        bob.answer(bob.response(atBob, 603, "b"));
        mobile.stopsRinging(atMobile, "m");
        alice.expect(603);
        mobile.expect("ACK");
    }

    /** RFC 6228: the end of an early dialog passes, and does not count as an answer. */
    @Test
    void oneNinetyNinePasses() {
        invite();
        Request invited = bob.rings(alice, "one");
        bob.answer(bob.response(invited, 199, "one"));
        alice.expect(199);
        bob.answer(bob.response(invited, 486, "two"));
        alice.expect(486);
    }

    /** RFC 6026: the callee repeats its 2xx until the ACK reaches it, and each one has to reach the caller. */
    @Test
    void everyTwoHundredReachesTheCallerAlsoOneOfAnotherCallee() {
        invite();
        Request invited = bob.expect("INVITE");
        Response ok = bob.response(invited, 200, "b");
        bob.answer(ok);
        Response first = alice.expect(200);
        bob.answer(ok);
        bob.answer(ok);
        Await.until("three of them are there", () -> alice.quiet(5).isEmpty() && alice.heard("200/INVITE") == 3);
        // A proxy behind us has forked as well.
        bob.answer(bob.response(invited, 200, "other"));
        Response second = alice.expect(200);
        assertThat(second.to().tag()).contains("other");
        alice.send(alice.inDialogAsCaller("ACK", second));
        assertThat(bob.expect("ACK").to().tag()).contains("other");
        alice.hangsUp(second, bob);
        assertThat(call("alice").talking()).isTrue();
        alice.send(alice.inDialogAsCaller("ACK", first));
        bob.expect("ACK");
        bye(first);
    }

    /** RFC 3261 section 16.10: the answer was on its way when the caller gave up, and it wins. */
    @Test
    void anAnswerThatCrossesTheCancelGoesThrough() {
        Request invite = invite();
        Request invited = bob.rings(alice, "b");
        alice.send(alice.cancelOf(invite));
        bob.answer(bob.response(bob.expect("CANCEL"), 200, "b"));
        assertThat(alice.expect(200).method()).isEqualTo("CANCEL");
        bob.answer(bob.response(invited, 200, "b"));
        Response ok = alice.expect(200);
        assertThat(ok.method()).isEqualTo("INVITE");
        alice.send(alice.inDialogAsCaller("ACK", ok));
        bob.expect("ACK");
        assertThat(call("alice").talking()).isTrue();
        bye(ok);
    }

    /** RFC 3261 sections 16.6 step 11 and 16.8. */
    @Test
    void aPhoneThatRingsTooLongIsCalledOff() {
        invite();
        Request invited = bob.rings(alice, "b");
        String id = call("alice").id();
        bob.stopsRinging(invited, "b");
        alice.expect(408);
        JsonObject line = line(id);
        assertThat(line.getInteger("code")).isEqualTo(408);
        assertThat(line.getString("state")).isEqualTo("ended");
    }

    /** RFC 5393 section 5: with breadth 1 phones are tried one after the other, with none nobody is. */
    @Test
    void breadthIsShared() {
        Phone mobile = phone("bob");
        mobile.register();
        invite("Max-Breadth: 1");
        Request first = bob.expect("INVITE");
        assertThat(first.text("Max-Breadth")).contains("1");
        assertThat(mobile.quiet(60)).isEmpty();
        bob.answer(bob.response(first, 486, "b"));
        mobile.answer(mobile.response(mobile.expect("INVITE"), 480, "m"));
        alice.expect(486);
        alice.send(alice.request("INVITE", BOB)
                .append(HeaderKey.text("Max-Breadth"), "0")
                .build());
        assertThat(alice.expectFinal().status()).isEqualTo(440);
    }

    /** RFC 4320 section 4.2: 408 to another request than INVITE helps nobody. Its repetition is no new request. */
    @Test
    void aRequestThatTimedOutFurtherOnIsNotAnswered() {
        Request message = alice.sendKnown(alice.request("MESSAGE", BOB).build());
        bob.answer(bob.response(bob.expect("MESSAGE"), 408, "b"));
        assertThat(alice.quiet(60)).isEmpty();
        alice.send(message);
        assertThat(alice.quiet(60)).isEmpty();
        assertThat(bob.heard("MESSAGE")).isEqualTo(1);
        assertThat(house.nodes.node("A").running()).isTrue();
    }

    @Test
    void aRedirectionIsPassed() {
        invite();
        bob.answer(Response.to(bob.expect("INVITE"), 302, "Moved", "b")
                .append(Keys.CONTACTS, Contact.parse("<sip:bob@elsewhere.example>;q=0.5"))
                .build());
        assertThat(alice.expect(302).text("Contact")).contains("<sip:bob@elsewhere.example>;q=0.5");
    }

    @Test
    void theRecordSaysWhoCalledWhomAndWhoEndedIt() {
        invite();
        Request invited = bob.rings(alice, "b");
        String id = call("alice").id();
        Response accepted = bob.picksUp(invited, alice, "b");
        bob.hangsUp(invited, accepted, alice);
        JsonObject line = line(id);
        assertThat(line.getString("caller")).isEqualTo("sip:alice@example.com");
        assertThat(line.getString("callee")).isEqualTo(BOB);
        assertThat(line.getString("endedBy")).isEqualTo("callee");
        assertThat(line.getInteger("code")).isEqualTo(200);
        assertThat(line.getInteger("branches")).isEqualTo(1);
        assertThat(line.getLong("start")).isPositive().isLessThanOrEqualTo(line.getLong("ring"));
        assertThat(line.getLong("ring")).isLessThanOrEqualTo(line.getLong("answer"));
        assertThat(line.getLong("answer")).isLessThanOrEqualTo(line.getLong("end"));
    }

    @Test
    void aCallWithoutByeEndsInTheRecordByExpiry() {
        Phone carol = phone("carol");
        carol.sendKnown(carol.request("INVITE", BOB).build());
        bob.picksUp(bob.expect("INVITE"), carol, "b");
        JsonObject line = line(call("carol").id());
        assertThat(line.getString("endedBy")).isEqualTo("expiry");
        assertThat(line.getLong("talkMillis")).isBetween(2_900L, 8_000L);
    }

    @Test
    void oneUserHasSoManyCallsAtOnceAndNoMore() {
        Phone carol = phone("carol");
        List<Request> ringing = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            carol.sendKnown(carol.request("INVITE", BOB).build());
            ringing.add(bob.expect("INVITE"));
        }
        carol.sendKnown(carol.request("INVITE", BOB).build());
        carol.expect(403);
        assertThat(bob.quiet(30)).doesNotContain("INVITE");
        bob.answer(bob.response(ringing.getFirst(), 486, "b"));
        carol.expect(486);
        // The Call-ID and tag of a call that is there are no way round that.
        Request again = ringing.getLast();
        carol.sendKnown(carol.request("INVITE", BOB)
                .replace(Keys.FROM, again.from())
                .replace(Keys.CALL_ID, again.callId())
                .build());
        carol.expect(482);
        assertThat(bob.quiet(30)).doesNotContain("INVITE");
        carol.sendKnown(carol.request("INVITE", BOB).build());
        ringing.set(0, bob.expect("INVITE"));
        ringing.forEach(each -> bob.answer(bob.response(each, 486, "b")));
        Await.until("all are over", () -> carol.quiet(1).size() >= 8);
    }

    @Test
    void withoutAnAnswerOfTheStoreTheCallerIsToldToComeBack() {
        alice.sendKnown(alice.request("INVITE", "sip:lost@example.com").build());
        assertThat(Integer.parseInt(alice.expect(503).text("Retry-After").orElseThrow()))
                .isBetween(1, 10);
        assertThat(house.calls("A")).noneMatch(call -> call.parties().callee().contains("lost"));
    }

    @Test
    void operatorsSeeWhatGoesOn() {
        Request invite = invite();
        Request invited = bob.rings(alice, "b");
        JsonObject shown = ask("?user=alice&state=ringing&limit=1");
        JsonArray calls = shown.getJsonArray("calls");
        assertThat(calls).hasSize(1);
        JsonObject call = calls.getJsonObject(0);
        assertThat(call.getString("caller")).isEqualTo("alice@example.com");
        assertThat(call.getString("callee")).isEqualTo("bob@example.com");
        assertThat(call.getString("node")).isEqualTo("A");
        assertThat(call.getString("state")).isEqualTo("ringing");
        assertThat(call.getString("ring")).isNotEmpty();
        assertThat(call.containsKey("answer")).isFalse();
        assertThat(shown.getJsonArray("missing")).isEmpty();
        assertThat(ask("?user=alice&state=ringing&after=" + shown.getString("next"))
                        .getJsonArray("calls"))
                .isEmpty();
        assertThat(ask("?user=nobody").getLong("total")).isZero();
        assertThat(ask("?node=B").getJsonArray("calls")).isEmpty();
        assertThat(get("?state=dreaming").statusCode()).isEqualTo(400);
        assertThat(get("?after=x").statusCode()).isEqualTo(400);
        alice.send(alice.cancelOf(invite));
        bob.stopsRinging(invited, "b");
        alice.expect(487);
    }

    private static JsonObject ask(String query) {
        HttpResponse<String> answer = get(query);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static HttpResponse<String> get(String query) {
        return house.nodes.admin("A", "GET", "/calls" + query, "");
    }

    /** The route that a strict router leaves in the Request-URI (RFC 3261 section 16.4) is known by its token. */
    @Test
    void aStrictRouterBeforeUs() {
        invite();
        Request invited = bob.expect("INVITE");
        Response ok = bob.picksUp(invited, alice, "b");
        Request loose = alice.inDialogAsCaller("BYE", ok);
        Request strict = loose.edit()
                .uri(loose.routes().getFirst().uri())
                .replace(Keys.ROUTES, NameAddr.of(loose.uri()))
                .build();
        alice.send(strict);
        Request bye = bob.expect("BYE");
        assertThat(bye.uri().encode()).isEqualTo(bob.contact());
        bob.answer(bob.response(bye, 200, ""));
        alice.expect(200);
    }
}
