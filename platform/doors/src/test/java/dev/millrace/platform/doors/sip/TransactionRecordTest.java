package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.TransactionRecord.Branch;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The record as nodes of different versions write and read it. */
class TransactionRecordTest {
    private static final FlowRef FLOW = new FlowRef("node-a", Transport.UDP, 0, 1, "192.0.2.7", 5060);
    private static final Inlet INLET = new Inlet(
            FLOW, new InetSocketAddress("192.0.2.7", 5060), new HostPort("sip.example.com", 5060), false, List.of());
    private static final Request INVITE = invite("""
            INVITE sip:bob@example.com SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1;rport=5060;received=192.0.2.7
            v: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK0
            Max-Forwards: 70
            From: <sip:alice@example.com>;tag=1
            To: <sip:bob@example.com>
            Call-ID: call-1
            CSeq: 1 INVITE
            Contact: <sip:alice@192.0.2.7>
            User-Agent: a phone with much to say
            Content-Type: application/sdp
            Content-Length: 5

            v=0
            """);

    private static Request invite(String text) {
        byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Request request, int _)) {
            return request;
        }
        throw new AssertionError(text);
    }

    private static TransactionRecord ringing() {
        Branch overFlow = new Branch("CANCEL 1".getBytes(StandardCharsets.UTF_8), FLOW, true, "");
        FlowRef hop = new FlowRef("", Transport.TLS, 0, 0, "198.51.100.1", 5061);
        Branch toHop = new Branch("CANCEL 2".getBytes(StandardCharsets.UTF_8), hop, false, "example.net");
        return TransactionRecord.of("node-a", 77, INVITE, INLET).with(List.of(overFlow, toHop));
    }

    @Test
    void theBytesOfVersionOneStayAsTheyAre() {
        Golden.check(
                TransactionRecordTest.class,
                "sip-transactions.v1.txt",
                "ringing\n" + Hex.show(TransactionRecord.CODEC.toBytes(ringing())) + "\nended\n"
                        + Hex.show(TransactionRecord.CODEC.toBytes(ringing().ended("node-b", 78, 503))));
    }

    @Test
    void thereAndBackAtAnyOffsetTornAndWithANewersFieldsBehind() {
        byte[] bytes = TransactionRecord.CODEC.toBytes(ringing());
        assertThat(TransactionRecord.CODEC.toBytes(TransactionRecord.CODEC.fromBytes(bytes)))
                .isEqualTo(bytes);
        TransactionRecord inside = TransactionRecord.CODEC.decode(Reader.of(Torn.atOffset(bytes)));
        assertThat(TransactionRecord.CODEC.toBytes(inside)).isEqualTo(bytes);
        TransactionRecord newer = TransactionRecord.CODEC.fromBytes(Arrays.copyOf(bytes, bytes.length + 5));
        assertThat(TransactionRecord.CODEC.toBytes(newer)).isEqualTo(bytes);
        Torn.everyPrefix(
                bytes,
                prefix -> assertThatThrownBy(() -> TransactionRecord.CODEC.fromBytes(prefix))
                        .isInstanceOf(Malformed.class));
    }

    @Test
    void itHoldsWhatAnAnswerNeedsAndNoMore() {
        TransactionRecord record = ringing();
        byte[] head = record.caller().message();
        Request kept = invite(new String(head, StandardCharsets.UTF_8).replace("\r\n", "\n"));
        assertThat(kept.bodyLength()).isZero();
        assertThat(kept.names())
                .containsExactlyInAnyOrder(
                        "Via", "v", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Content-Length");
        Response there = Response.to(kept, 503, "Service Unavailable", "t").build();
        Response here = Response.to(INVITE, 503, "Service Unavailable", "t").build();
        assertThat(new String(there.encode(), StandardCharsets.UTF_8))
                .isEqualTo(new String(here.encode(), StandardCharsets.UTF_8));
    }

    @Test
    void eachWriteIsNewerThanTheOneBefore() {
        TransactionRecord first = TransactionRecord.of("node-a", 77, INVITE, INLET);
        assertThat(first.running()).isTrue();
        assertThat(ringing().version()).isGreaterThan(first.version());
        TransactionRecord ended = ringing().ended("node-b", 1, 486);
        assertThat(ended.version()).isGreaterThan(ringing().version());
        assertThat(ended.running()).isFalse();
        assertThat(ended.branches()).isEmpty();
    }

    @Test
    void whateverATableHoldsIsNeverAnythingButMalformed() {
        Mutator.of(4).run("transaction record", 200_000, List.of(TransactionRecord.CODEC.toBytes(ringing())), input -> {
            try {
                TransactionRecord read = TransactionRecord.CODEC.fromBytes(input);
                assertThat(Inlet.of(read.caller()).source().getPort()).isNotNegative();
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
