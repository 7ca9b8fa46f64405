package dev.millrace.services.registrar.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Validity;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a REGISTER looks like, it is decided on or malformed, and its answer is a message again. */
final class MutatedRegistersTest {
    private static final Rules RULES = new Rules(new Grants(60, 7200, 3600), 10);
    private static final FlowRef FLOW = new FlowRef("n1", Transport.TCP, 7, 0, "192.0.2.1", 5060);

    @Test
    void noRegisterBringsARuleDown() {
        List<byte[]> samples = List.of(
                Registers.with("Contact: <sip:a@10.0.0.1:5062;transport=tcp;x=1>;q=0.5;expires=300", "Supported: path")
                        .encode(),
                Registers.with("Contact: *", "Expires: 0").encode(),
                Registers.with(
                                "m: \"A, B\" <sip:%61@[2001:db8::1];ob>;reg-id=2;+sip.instance=\"<urn:uuid:1>\";methods=\"INVITE\"",
                                "k: outbound, gruu, path",
                                "Path: <sip:t@edge;lr;ob>, <sip:edge2;lr>",
                                "Require: path",
                                "Expires: 4294967296")
                        .encode());
        Mutator.of(0x4E6157E5L).run("register", 100_000, samples, MutatedRegistersTest::decide);
    }

    private static void decide(byte[] bytes) {
        if (!(Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _))
                || !(message instanceof Request request)) {
            return;
        }
        Wish wish;
        Rules.Decision decision;
        try {
            Validity.forRegistrar(request, Wish.UNDERSTOOD);
            wish = Wish.of(request).in("served.example");
            decision = RULES.decide(request, wish, FLOW, uri -> false, new Rules.Moment(1_000, 0.3));
        } catch (Malformed malformed) {
            return;
        }
        if (decision instanceof Rules.Save save) {
            save.saving().put().forEach(binding -> {
                byte[] answer = Answers.ok(
                                request, wish, new Bindings(wish.addressOfRecord(), 1, List.of(binding)), "t", 1_000)
                        .build()
                        .encode();
                if (!(Parser.parse(answer, 0, answer.length) instanceof Framed.Message<Message>(Message _, int _))) {
                    throw new AssertionError("the answer is no message");
                }
            });
        }
    }
}
