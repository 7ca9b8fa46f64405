package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Story;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two phones of people: baresip registers, calls baresip, and both hear each other. */
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class BaresipTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LIFE = Duration.ofSeconds(12);

    @ParameterizedTest
    @CsvSource({"udp, tcp", "tcp, udp"})
    void bothHearEachOther(String callerBy, String calleeBy, Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "baresip-" + callerBy);
        Baresip callee = Baresip.start(story, phones.callee(), "sip:" + node.sip() + ";transport=" + calleeBy, LIFE);
        Await.until("the callee is registered", SOON, callee::registered, callee.process()::tail);
        Baresip caller = Baresip.start(
                story,
                phones.caller(),
                "sip:" + node.sip() + ";transport=" + callerBy,
                Duration.ofSeconds(7),
                "/dial sip:" + phones.callee() + "@" + SipNode.DOMAIN);
        caller.process().exit(LIFE);
        callee.process().exit(LIFE);
        assertThat(caller.process().output()).contains("Call established");
        assertThat(caller.heard()).as("seconds of tone at the caller").isGreaterThan(1.0);
        assertThat(callee.heard()).as("seconds of tone at the callee").isGreaterThan(1.0);
    }
}
