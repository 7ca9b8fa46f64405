package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What other people's dissector says of our messages: nothing is malformed. */
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class WiresharkTest {
    /** Worse than a note, to Wireshark. */
    private static final String BAD = "_ws.malformed || (sip && _ws.expert.severity >= 0x00600000)";

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
        int broken = sendsNonsense(node);
        try (TestPhone last = node.phone("the-last-one")) {
            last.once("OPTIONS", "sip:" + node.sip(), "nobody");
        }
        capture.awaitText("the-last-one");
        String ours = "(udp.srcport == " + node.port() + " || tcp.srcport == " + node.port() + ")";
        assertThat(capture.messages("sip && " + ours)).as("messages of ours").hasSizeGreaterThan(15);
        assertThat(capture.messages("(" + BAD + ") && " + ours))
                .as("malformed, or worse than a note")
                .isEmpty();
        assertThat(capture.messages("(" + BAD + ") && udp.srcport == " + broken))
                .as("the malformed one of the test itself")
                .isNotEmpty();
    }

    /** The positive control: what the dissector has to find. */
    private static int sendsNonsense(SipNode node) {
        try (TestPhone phone = node.phone("nonsense")) {
            phone.wire().sendLines(phone.wire().head("OPTIONS", "sip:" + node.sip(), "nonsense") + """
                    From: <sip:nonsense@example.com>;tag=f
                    To: <sip:nonsense@example.com>
                    Call-ID: nonsense
                    CSeq: 1 OPTIONS
                    a header without a colon
                    Content-Length: 0

                    """);
            return phone.wire().port();
        }
    }
}
