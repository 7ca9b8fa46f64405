package dev.millrace.protocols.sip.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Via;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 3261 sections 17.1.3 and 17.2.3, and the requests that a client transaction makes. */
class TransactionKeyTest {
    private static final String NEW = "SIP/2.0/UDP Host.example.com:5060;branch=z9hG4bKabc";
    private static final String OLD = "SIP/2.0/UDP host.example.com:5060";

    /** Whether the second request is found where the first one's transaction is. */
    record Row(String name, Request first, Request second, boolean same) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Request with(String method, String via, String toTag, long number) {
        return Requests.edit(method)
                .replace(Keys.VIA, Via.parse(via))
                .replace(Keys.TO, NameAddr.parse("<sip:bob@example.com>" + (toTag.isEmpty() ? "" : ";tag=" + toTag)))
                .replace(Keys.CSEQ, new CSeq(number, method))
                .build();
    }

    static List<Row> rows() {
        Request invite = with("INVITE", NEW, "", 1);
        Request old = with("INVITE", OLD, "", 1);
        String lower = NEW.replace("Host", "host");
        return List.of(
                new Row("retransmission", invite, with("INVITE", NEW, "", 1), true),
                new Row("ACK to a refusal", invite, with("ACK", NEW, "bobs", 1), true),
                new Row("host in other letters", invite, with("ACK", lower, "bobs", 1), true),
                new Row("CANCEL is a transaction of its own", invite, with("CANCEL", NEW, "", 1), false),
                new Row("another branch", invite, with("INVITE", NEW + "d", "", 1), false),
                new Row("another port", invite, with("INVITE", NEW.replace("5060", "5061"), "", 1), false),
                new Row("another host", invite, with("INVITE", NEW.replace("Host", "h"), "", 1), false),
                new Row("another method", invite, with("OPTIONS", NEW, "", 1), false),
                new Row("RFC 2543: retransmission", old, with("INVITE", OLD, "", 1), true),
                new Row("RFC 2543: ACK with the tag of the response", old, with("ACK", OLD, "bobs", 1), true),
                new Row("RFC 2543: ACK with another number", old, with("ACK", OLD, "bobs", 2), false),
                new Row("RFC 2543: another Via", old, with("INVITE", OLD + ";hidden", "", 1), false),
                new Row("RFC 2543: a branch without the cookie", old, with("INVITE", OLD + ";branch=1", "", 1), false),
                new Row(
                        "RFC 2543: another dialog's BYE",
                        with("BYE", OLD, "one", 2),
                        with("BYE", OLD, "two", 2),
                        false));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void serverSide(Row row) {
        assertThat(TransactionKey.ofReceived(row.second).equals(TransactionKey.ofReceived(row.first)))
                .isEqualTo(row.same);
    }

    @Test
    void cancelNamesItsInvite() {
        for (String via : List.of(NEW, OLD)) {
            assertThat(TransactionKey.ofCancelled(with("CANCEL", via, "", 1)))
                    .isEqualTo(TransactionKey.ofReceived(with("INVITE", via, "", 1)));
        }
    }

    @Test
    void clientSide() {
        Request invite = Requests.of("INVITE");
        Request cancel = Cancel.of(invite, "");
        Response toCancel = Requests.answer(cancel, 200);
        assertThat(TransactionKey.ofResponse(Requests.answer(invite, 180))).isEqualTo(TransactionKey.ofSent(invite));
        assertThat(TransactionKey.ofResponse(toCancel))
                .isEqualTo(TransactionKey.ofSent(cancel))
                .isNotEqualTo(TransactionKey.ofSent(invite));
    }

    @Test
    void ackAndCancelCopyTheInvite() {
        Request invite = Requests.edit("INVITE")
                .append(Keys.VIA, Via.parse("SIP/2.0/TCP 203.0.113.7;branch=z9hG4bKbefore"))
                .append(Keys.ROUTES, NameAddr.parse("<sip:p1.example.com;lr>"))
                .append(Keys.ROUTES, NameAddr.parse("<sip:p2.example.com;lr>"))
                .append(Keys.CONTACTS, Contact.parse("<sip:alice@192.0.2.1>"))
                .body("text/plain", new byte[] {'x'})
                .build();
        Request ack = Ack.of(invite, Requests.answer(invite, 486));
        Request cancel = Cancel.of(invite, "SIP;cause=200");
        for (Request made : List.of(ack, cancel)) {
            assertThat(made.uri()).isEqualTo(invite.uri());
            assertThat(made.vias()).containsExactly(invite.topVia());
            assertThat(made.routes()).isEqualTo(invite.routes());
            assertThat(made.from()).isEqualTo(invite.from());
            assertThat(made.callId()).isEqualTo(invite.callId());
            assertThat(made.cseq()).isEqualTo(new CSeq(314_159, made.method()));
            assertThat(made.maxForwards()).isEqualTo(70);
            assertThat(made.bodyLength()).isZero();
            assertThat(made.has(Keys.CONTACTS)).isFalse();
        }
        assertThat(ack.to().tag()).contains("bobs");
        assertThat(cancel.to().tag()).isEmpty();
        assertThat(cancel.first(Keys.REASON)).contains("SIP;cause=200");
        assertThat(Cancel.of(invite, "").has(Keys.REASON)).isFalse();
    }
}
