package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.NodeProcess;
import dev.millrace.verification.scenarios.Story;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** RFC 5626: one phone with a flow to each of two nodes; the node of one is killed, and calls come by the other. */
@ExtendWith(Story.Frame.class)
final class OutboundTest {
    @Test
    void theOtherFlowServesWhenANodeIsKilled(Story story) {
        NodeProcess.Plan plan = SipNode.plan("left").with("sip.bind", "127.0.0.1");
        SipNode left = SipNode.start(story, plan).users("flows-a", "flows-b");
        SipNode right = SipNode.start(
                story, SipNode.plan("right").with("sip.bind", "127.0.0.1").join(left.process()));
        try (TestPhone one = new TestPhone(Wire.tcp(left.port()), "flows-b");
                TestPhone two = new TestPhone(Wire.tcp(right.port()), "flows-b");
                TestPhone caller = new TestPhone(Wire.udp(right.port()), "flows-a")) {
            assertThat(two.register(ExtensionTest.instance(5) + ";reg-id=2", "Supported: path, outbound"))
                    .startsWith("SIP/2.0 200");
            // Registered last, this flow is tried first.
            assertThat(one.register(ExtensionTest.instance(5) + ";reg-id=1", "Supported: path, outbound"))
                    .startsWith("SIP/2.0 200");
            ExtensionTest.isBusy(one, caller, "flows-b");
            // The other flow is the reserve of this one, not another phone.
            assertThat(two.heardNothing()).isTrue();
            left.process().kill();
            ExtensionTest.isBusy(two, caller, "flows-b");
        }
    }
}
