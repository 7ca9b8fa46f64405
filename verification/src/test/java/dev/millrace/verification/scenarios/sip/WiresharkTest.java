package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What other people's dissector says of our messages: nothing is malformed. */
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class WiresharkTest {
    @Test
    void noMessageIsMalformed(Story story, SipNode node) {
        Tools.need("tshark");
        Capture capture = Capture.start(story, node.port());
        Phones phones = Phones.of(story, node, "shark");
        Sipp callee = phones.callee("callee", Scenario.callee("callee").takesACall(50));
        phones.call(Scenario.caller("caller", phones.caller(), phones.callee())
                .challenged("INVITE")
                .ringing()
                .answered()
                .pause(50)
                .bye());
        callee.succeed();
        Phones others = Phones.of(story, node, "shark-tcp");
        Sipp cancelled = others.callee("cancelled", Scenario.callee("cancelled").ringsUntilCancelled());
        Sipp.run(
                Sipp.Plan.to(story, node.sip()).by("t1"),
                Scenario.caller("cancels", others.caller(), others.callee())
                        .challenged("INVITE")
                        .ringing()
                        .cancel()
                        .recv("487")
                        .ackOfFailure());
        cancelled.succeed();
        try (TestPhone last = node.phone("the-last-one")) {
            last.once("OPTIONS", "sip:" + node.sip(), "nobody");
        }
        capture.awaitText("the-last-one");
        assertThat(capture.messages("sip")).as("messages seen").hasSizeGreaterThan(30);
        assertThat(capture.messages("_ws.malformed || (sip && _ws.expert.severity >= 0x00600000)"))
                .as("malformed, or worse than a note")
                .isEmpty();
    }
}
