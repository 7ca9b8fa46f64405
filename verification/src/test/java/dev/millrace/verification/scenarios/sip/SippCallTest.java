package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Story;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** sipp on both sides: registers with digest, calls, and everything that may become of a call. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class SippCallTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** {@code proxy.ring} and {@code proxy.timer-c} of {@link SipNode#plan}. */
    private static final Duration RING = Duration.ofSeconds(1);

    /** So long a phone waits before it says that it is busy. */
    private static final Duration THINKS = Duration.ofMillis(500);

    private static final Duration TIMER_C = Duration.ofSeconds(4);

    /** Reason of the CANCEL to a phone when another one has answered. */
    private static final String ELSEWHERE = "Call completed elsewhere";

    @Test
    void registersWithDigestAndUnregisters(Story story, SipNode node) {
        node.users("ann");
        Sipp.Plan plan = Sipp.Plan.to(story, node.sip());
        Sipp.run(plan, Scenario.caller("register", "ann", "").register("", 600));
        assertThat(node.bindings("ann")).hasSize(1);
        Sipp.run(plan, Scenario.caller("unregister", "ann", "").register("", 0));
        assertThat(node.bindings("ann")).isEmpty();
    }

    /** The digest decides: neither a registration nor a call of somebody who knows the name alone. */
    @Test
    void wrongPasswordGetsNowhere(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "password");
        node.users(List.of("thief@" + SipNode.DOMAIN + ",not " + SipNode.password("thief")));
        try (TestPhone thief = node.phone("thief");
                TestPhone callee = node.phone(phones.callee())) {
            assertThat(callee.register("")).startsWith("SIP/2.0 200");
            assertThat(thief.register("")).startsWith("SIP/2.0 401");
            assertThat(node.bindings("thief")).isEmpty();
            assertThat(thief.ask("INVITE", callee.aor(), phones.callee(), "Contact: <" + thief.uri() + ">"))
                    .startsWith("SIP/2.0 407");
            assertThat(callee.heardNothing()).isTrue();
        }
    }

    @Test
    void callIsAnsweredAndEnded(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "call");
        phones.call(
                Scenario.callee("callee").takesACall(200),
                caller(phones).ringing().answered().pause(300).bye());
    }

    @Test
    void callIsEndedByTheCallee(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "called");
        phones.call(
                Scenario.callee("callee").takesAndEndsACall(),
                caller(phones).ringing().answered().takesTheBye());
    }

    @Test
    void cancelledWhileRinging(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "cancel");
        phones.call(
                Scenario.callee("callee").ringsUntilCancelled(),
                caller(phones).ringing().pause(200).cancel().recv("487").ackOfFailure());
    }

    @Test
    void busy(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "busy");
        phones.call(refuses("486 Busy Here"), caller(phones).failed("486"));
    }

    /** Timer C (RFC 3261 section 16.8): the proxy ends the ringing, and the caller learns it. */
    @Test
    void noAnswer(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "silent");
        Sipp callee = phones.callee("callee", Scenario.callee("callee").ringsUntilCancelled());
        Sipp caller = phones.call(caller(phones).ringing().failed("408"));
        callee.succeed();
        assertThat(Duration.between(caller.at("SIP/2.0 180"), caller.at("SIP/2.0 408")))
                .isGreaterThan(TIMER_C.minusMillis(500));
    }

    @Test
    void nobodyIsRegistered(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "absent");
        phones.call(caller(phones).failed("480"));
    }

    @Test
    void threePhonesRingAndOneAnswers(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "fork");
        Sipp first = phones.callee("first", Scenario.callee("first").ringsUntilCancelled());
        Sipp second = phones.callee("second", Scenario.callee("second").ringsUntilCancelled());
        Sipp third = phones.callee("third", Scenario.callee("third").takesACall(400));
        assertThat(node.bindings(phones.callee())).hasSize(3);
        phones.call(caller(phones).ringing().answered().pause(300).bye());
        first.succeed();
        second.succeed();
        third.succeed();
        // One after the other they would be cancelled too, each by proxy.ring.
        for (Sipp ringing : List.of(first, second)) {
            assertThat(ringing.messages()).contains(ELSEWHERE);
            assertThat(ringing.at("INVITE ")).isBefore(third.at("SIP/2.0 200"));
        }
    }

    /** The phones of the highest q first; the busy one is passed over at once, the silent one after {@code proxy.ring}. */
    @Test
    void phonesRingInTheOrderOfQ(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "serial");
        Sipp busy = phones.callee(
                "busy",
                ";q=0.9",
                Scenario.callee("busy")
                        .takeInvite()
                        .pause((int) THINKS.toMillis())
                        .answer("486 Busy Here", "", false)
                        .take("ACK"));
        Sipp silent =
                phones.callee("silent", ";q=0.5", Scenario.callee("silent").ringsUntilCancelled());
        Sipp last = phones.callee("last", ";q=0.1", Scenario.callee("last").takesACall(100));
        phones.call(caller(phones).ringing().answered().pause(200).bye());
        busy.succeed();
        silent.succeed();
        last.succeed();
        assertThat(Duration.between(busy.at("INVITE "), silent.at("INVITE ")))
                .as("the second rings when the first is busy")
                .isGreaterThan(THINKS.minusMillis(100));
        assertThat(Duration.between(silent.at("INVITE "), silent.at("CANCEL ")))
                .as("the second rings for proxy.ring")
                .isGreaterThan(RING.minusMillis(200));
        assertThat(Duration.between(silent.at("INVITE "), last.at("INVITE ")))
                .as("the third rings then")
                .isGreaterThan(RING.minusMillis(200));
        assertThat(silent.messages()).doesNotContain(ELSEWHERE);
    }

    @Test
    void mediaIsChangedByReinvite(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "reinvite");
        Sipp callee = phones.callee(
                "callee",
                answers(Scenario.callee("callee"))
                        .takeInvite()
                        .answerInside("200 OK", true)
                        .take("ACK")
                        .takesTheBye());
        phones.call(caller(phones).answered().inside("INVITE", "").answered().bye());
        callee.succeed();
        assertThat(callee.messages()).contains(Scenario.HELD.strip());
    }

    /** RFC 4028 and 3311: both sides see what the other one wants of the timer. */
    @Test
    void sessionIsRefreshedByUpdate(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "update");
        phones.call(
                answers(Scenario.callee("callee"))
                        .take("UPDATE", Scenario.header("Session-Expires", "1800;refresher=uac"))
                        .answerInside("200 OK", "Session-Expires: 1800;refresher=uac\nRequire: timer\n", false)
                        .takesTheBye(),
                caller(phones)
                        .answered()
                        .inside("UPDATE", "Session-Expires: 1800;refresher=uac\nSupported: timer\n")
                        .recv("200", "", Scenario.header("Session-Expires", "1800;refresher=uac"))
                        .bye());
    }

    /** RFC 3262: the reliable 183, its PRACK and the answer to that pass through. */
    @Test
    void reliableProvisionalResponse(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "prack");
        phones.call(
                Scenario.callee("callee")
                        .takeInvite()
                        .answerReliably("183 Session Progress")
                        .take("PRACK", Scenario.header("RAck", "1 2 INVITE"))
                        .answerInside("200 OK", false)
                        .pause(100)
                        .answer("200 OK", "", true)
                        .take("ACK")
                        .takesTheBye(),
                caller(phones)
                        .provisional()
                        .recv("183", "rrs=\"true\"", Scenario.header("Require", "100rel"))
                        .inside("PRACK", "RAck: 1 2 INVITE\n")
                        .recv("200")
                        .answered()
                        .bye());
    }

    /** As it stands by default: a redirection is the caller's business. */
    @Test
    void redirectionIsPassed(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "moved");
        phones.call(
                Scenario.callee("callee")
                        .takeInvite()
                        .answer("302 Moved Temporarily", "Contact: <sip:elsewhere@example.net>\n", false)
                        .take("ACK"),
                caller(phones)
                        .provisional()
                        .recv("302", "", Scenario.header("Contact", "sip:elsewhere@example.net"))
                        .ackOfFailure());
    }

    /**
     * security.md class 18: who knows the Call-ID ends nobody's call. Without credentials a BYE gets nowhere, with those of
     * another user neither in the caller's name; in his own it is a stranger's at the phone, which knows its tags.
     */
    @Test
    void forgedByeEndsNothing(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "forged");
        node.users("mallory");
        Sipp callee = phones.callee(
                "callee",
                answers(Scenario.callee("callee"))
                        .take("BYE", Scenario.header("From", "sip:" + phones.caller() + "@"))
                        .answerInside("200 OK", false));
        Sipp caller = Sipp.start(
                Sipp.Plan.to(story, node.sip()),
                caller(phones).ringing().answered().pause(2500).bye());
        Await.until("the call stands", SOON, () -> callee.messages().contains("ACK sip:"));
        assertThat(node.calls(phones.caller())).hasSize(1);
        String answer = callee.message("SIP/2.0 200");
        String callId = Wire.header(answer, "Call-ID");
        String from = "<sip:" + phones.caller() + "@" + SipNode.DOMAIN + ">;tag=";
        String to = "<sip:" + phones.callee() + "@" + SipNode.DOMAIN + ">;tag=guessed";
        String contact = "sip:127.0.0.1:" + callee.port();
        try (TestPhone mallory = node.phone("mallory")) {
            for (String uri : List.of("sip:" + phones.callee() + "@" + SipNode.DOMAIN, contact)) {
                assertThat(mallory.bare("BYE", uri, from + "guessed", to, callId))
                        .startsWith("SIP/2.0 407");
                // As if the caller's own phone had been overheard, tags and all.
                assertThat(mallory.bare("BYE", uri, Wire.header(answer, "From"), Wire.header(answer, "To"), callId))
                        .startsWith("SIP/2.0 407");
                assertThat(mallory.known("BYE", uri, Wire.header(answer, "From"), Wire.header(answer, "To"), callId))
                        .startsWith("SIP/2.0 403");
            }
            String own = "<sip:mallory@" + SipNode.DOMAIN + ">;tag=";
            String overheard = Wire.header(answer, "From").replaceAll(".*;tag=", "");
            // Under her own name, with tags that she has guessed or overheard: it does not even reach the callee.
            for (String tag : List.of("guessed", overheard)) {
                assertThat(mallory.known(
                                "BYE",
                                "sip:" + phones.callee() + "@" + SipNode.DOMAIN,
                                own + tag,
                                tag.equals("guessed") ? to : Wire.header(answer, "To"),
                                callId))
                        .startsWith("SIP/2.0 481");
            }
        }
        assertThat(node.calls(phones.caller())).as("the call goes on").hasSize(1);
        caller.succeed();
        callee.succeed();
        Await.until("the call is over", SOON, () -> node.calls(phones.caller()).isEmpty());
    }

    private static Scenario caller(Phones phones) {
        return Scenario.caller("caller", phones.caller(), phones.callee()).challenged("INVITE");
    }

    private static Scenario answers(Scenario callee) {
        return callee.takeInvite()
                .answer("180 Ringing", "", false)
                .answer("200 OK", "", true)
                .take("ACK");
    }

    private static Scenario refuses(String status) {
        return Scenario.callee("callee").takeInvite().answer(status, "", false).take("ACK");
    }
}
