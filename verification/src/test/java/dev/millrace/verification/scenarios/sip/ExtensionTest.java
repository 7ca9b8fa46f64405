package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Story;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Path, GRUU and several flows, with phones that write their messages themselves. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class ExtensionTest {
    private static final Pattern GRUU = Pattern.compile("pub-gruu=\"([^\"]+)\"");

    /** RFC 3327: the request goes along the Path, not to the contact. */
    @Test
    void pathIsKeptAndFollowed(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "path");
        try (TestPhone edge = phone(node, phones.callee());
                TestPhone caller = phone(node, phones.caller())) {
            String path = "<" + edge.uri().replace(phones.callee() + "@", "edge@") + ";lr>";
            String registered = edge.ask(
                    "REGISTER",
                    "sip:" + SipNode.DOMAIN,
                    phones.callee(),
                    "Contact: <sip:" + phones.callee() + "@192.0.2.1:5060>",
                    "Supported: path",
                    "Path: " + path);
            assertThat(registered).startsWith("SIP/2.0 200");
            assertThat(Wire.header(registered, "Path")).isEqualTo(path);
            CompletableFuture<String> answer =
                    call(caller, "sip:" + phones.callee() + "@" + SipNode.DOMAIN, phones.callee());
            String invite = edge.wire().message();
            assertThat(invite).startsWith("INVITE sip:" + phones.callee() + "@192.0.2.1:5060 ");
            assertThat(Wire.header(invite, "Route")).isEqualTo(path);
            edge.answer(invite, "486 Busy Here");
            assertThat(answer.join()).startsWith("SIP/2.0 486");
        }
    }

    /** RFC 5627: of two phones, the one is rung whose GRUU was dialled. */
    @Test
    void gruuReachesItsInstance(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "gruu");
        try (TestPhone one = phone(node, phones.callee());
                TestPhone other = phone(node, phones.callee());
                TestPhone caller = phone(node, phones.caller())) {
            String registered = one.register(instance(1), "Supported: gruu");
            assertThat(other.register(instance(2), "Supported: gruu")).startsWith("SIP/2.0 200");
            Matcher gruu = GRUU.matcher(registered);
            assertThat(gruu.find()).as("a pub-gruu in %s", registered).isTrue();
            CompletableFuture<String> answer = call(caller, gruu.group(1), phones.callee());
            String invite = one.wire().message();
            assertThat(invite).startsWith("INVITE ");
            one.answer(invite, "603 Decline");
            // A 603 would also come if both had rung: the other one must have heard nothing until then.
            assertThat(answer.join()).startsWith("SIP/2.0 603");
            assertThat(other.heardNothing()).isTrue();
        }
    }

    /** RFC 5626: the second flow of an instance is the reserve of the first, not another phone. */
    @Test
    void oneInstanceIsRungOnce(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "outbound");
        try (TestPhone first = new TestPhone(Wire.tcp(node.port()), phones.callee());
                TestPhone second = new TestPhone(Wire.tcp(node.port()), phones.callee());
                TestPhone caller = phone(node, phones.caller())) {
            String registered = first.register(instance(1) + ";reg-id=1", "Supported: path, outbound");
            assertThat(Wire.header(registered, "Require")).contains("outbound");
            assertThat(Wire.header(registered, "Flow-Timer")).isNotEmpty();
            second.register(instance(1) + ";reg-id=2", "Supported: path, outbound");
            assertThat(node.bindings(phones.callee())).hasSize(2);
            // The flow that was registered last is tried first, and the phone's answer is the phone's.
            isBusy(second, caller, phones.callee());
            assertThat(first.heardNothing()).isTrue();
            // It is gone, and so the other one rings.
            second.close();
            isBusy(first, caller, phones.callee());
        }
    }

    /** A call to that user rings at this phone, which is busy. */
    static void isBusy(TestPhone phone, TestPhone caller, String callee) {
        CompletableFuture<String> answer = call(caller, "sip:" + callee + "@" + SipNode.DOMAIN, callee);
        String invite = phone.wire().message();
        assertThat(invite).startsWith("INVITE ");
        phone.answer(invite, "486 Busy Here");
        assertThat(answer.join()).startsWith("SIP/2.0 486");
        assertThat(phone.wire().message()).startsWith("ACK ");
    }

    static String instance(int number) {
        return ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-00000000000" + number + ">\"";
    }

    private static TestPhone phone(SipNode node, String user) {
        return node.phone(user);
    }

    /** Its final answer, later. */
    static CompletableFuture<String> call(TestPhone caller, String uri, String callee) {
        return CompletableFuture.supplyAsync(
                () -> caller.ask("INVITE", uri, callee, "Contact: <" + caller.uri() + ">"));
    }
}
