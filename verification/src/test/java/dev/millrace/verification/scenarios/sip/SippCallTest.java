package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Story;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** sipp on both sides: registers with digest, calls, and everything that may become of a call. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class SippCallTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void registersWithDigestAndUnregisters(Story story, SipNode node) {
        node.users("ann");
        Sipp.Plan plan = Sipp.Plan.to(story, node.sip());
        Sipp.run(plan, Scenario.caller("register", "ann", "").register("", 600));
        assertThat(node.bindings("ann")).hasSize(1);
        Sipp.run(plan, Scenario.caller("unregister", "ann", "").register("", 0));
        assertThat(node.bindings("ann")).isEmpty();
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
                Scenario.callee("callee")
                        .takeInvite()
                        .answer("180 Ringing", "", false)
                        .answer("200 OK", "", true)
                        .take("ACK")
                        .insideOfCallee("BYE")
                        .recv("200"),
                caller(phones).ringing().answered().take("BYE").answerInside("200 OK", false));
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
        phones.call(
                Scenario.callee("callee").ringsUntilCancelled(),
                caller(phones).ringing().failed("408"));
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
    }

    /** The phones of the highest q first; the busy one is passed over at once, the silent one after {@code proxy.ring}. */
    @Test
    void phonesRingInTheOrderOfQ(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "serial");
        Sipp busy = phones.callee("busy", ";q=0.9", refuses("486 Busy Here", "busy"));
        Sipp silent =
                phones.callee("silent", ";q=0.5", Scenario.callee("silent").ringsUntilCancelled());
        Sipp last = phones.callee("last", ";q=0.1", Scenario.callee("last").takesACall(100));
        phones.call(caller(phones).ringing().answered().pause(200).bye());
        busy.succeed();
        silent.succeed();
        last.succeed();
    }

    @Test
    void mediaIsChangedByReinvite(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "reinvite");
        phones.call(
                answers(Scenario.callee("callee"))
                        .takeInvite()
                        .answerInside("200 OK", true)
                        .take("ACK")
                        .takesTheBye(),
                caller(phones).answered().inside("INVITE", "").answered().bye());
    }

    @Test
    void sessionIsRefreshedByUpdate(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "update");
        phones.call(
                answers(Scenario.callee("callee"))
                        .take("UPDATE")
                        .answerInside("200 OK", false)
                        .takesTheBye(),
                caller(phones)
                        .answered()
                        .inside("UPDATE", "Session-Expires: 1800;refresher=uac\nSupported: timer\n")
                        .recv("200")
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
                        .take("PRACK")
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

    /** security.md class 18: the right Call-ID and wrong tags end nobody's call. */
    @Test
    void forgedByeEndsNothing(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "forged");
        node.users("mallory");
        Sipp callee = phones.callee("callee", Scenario.callee("callee").takesACall(0));
        Sipp caller = Sipp.start(
                Sipp.Plan.to(story, node.sip()),
                caller(phones).ringing().answered().pause(2500).bye());
        Await.until("the call stands", SOON, () -> callee.messages().contains("ACK sip:"));
        String callId = Wire.header(callee.messages(), "Call-ID");
        String contact = "sip:127.0.0.1:" + callee.port();
        try (Wire mallory = Wire.udp(node.port())) {
            for (String uri : new String[] {"sip:" + phones.callee() + "@" + SipNode.DOMAIN, contact}) {
                mallory.sendLines("""
                        BYE %s SIP/2.0
                        Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKforged%d;rport
                        Max-Forwards: 70
                        Route: <sip:127.0.0.1:%d;lr>
                        From: <sip:%s@%s>;tag=guessed
                        To: <sip:%s@%s>;tag=guessed-too
                        Call-ID: %s
                        CSeq: 99 BYE
                        Content-Length: 0

                        """.formatted(
                                uri,
                                mallory.local().getPort(),
                                uri.length(),
                                node.port(),
                                phones.caller(),
                                SipNode.DOMAIN,
                                phones.callee(),
                                SipNode.DOMAIN,
                                callId));
                assertThat(mallory.message()).startsWith("SIP/2.0 4");
            }
        }
        caller.succeed();
        callee.succeed();
        assertThat(callee.messages()).doesNotContain("guessed");
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
        return refuses(status, "callee");
    }

    private static Scenario refuses(String status, String name) {
        return Scenario.callee(name).takeInvite().answer(status, "", false).take("ACK");
    }
}
