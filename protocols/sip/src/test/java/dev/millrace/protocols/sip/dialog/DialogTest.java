package dev.millrace.protocols.sip.dialog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 3261 sections 12.1 and 12.2. */
class DialogTest {
    private static final String ALICE = "<sip:alice@192.0.2.1>";
    private static final String BOB = "<sip:bob@192.0.2.9>";

    private static Edit<Request> request(String method, long number) {
        return Request.of(method, Uri.parse("sip:bob@example.com"))
                .append(Keys.VIA, Via.parse("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"))
                .append(Keys.RECORD_ROUTES, NameAddr.parse("<sip:p2.example;lr>"))
                .append(Keys.RECORD_ROUTES, NameAddr.parse("<sip:p1.example;lr>"))
                .append(Keys.FROM, NameAddr.parse("Alice <sip:alice@example.org>;tag=a"))
                .append(Keys.TO, NameAddr.parse("<sip:bob@example.com>"))
                .append(Keys.CALL_ID, "call")
                .append(Keys.CSEQ, new CSeq(number, method))
                .append(Keys.CONTACTS, Contact.parse(ALICE));
    }

    private static Response answer(Request invite, int status, String contact) {
        return Response.to(invite, status, "OK", "b")
                .append(Keys.CONTACTS, Contact.parse(contact))
                .build();
    }

    private static List<String> uris(List<NameAddr> addresses) {
        return addresses.stream().map(address -> address.uri().encode()).toList();
    }

    @Test
    void callersSide() {
        Request invite = request("INVITE", 7).build();
        Dialog early = Dialog.caller(invite, answer(invite, 180, BOB));
        assertThat(early.confirmed()).isFalse();
        assertThat(early.id()).isEqualTo(new DialogId("call", "a", "b"));
        assertThat(uris(early.routes())).containsExactly("sip:p1.example;lr", "sip:p2.example;lr");
        Dialog dialog = early.received(answer(invite, 200, "<sip:bob@192.0.2.10>"));
        assertThat(dialog.confirmed()).isTrue();
        assertThat(dialog.remoteTarget().encode()).isEqualTo("sip:bob@192.0.2.10");
        Request ack = dialog.ack(7);
        assertThat(ack.method()).isEqualTo("ACK");
        assertThat(ack.cseq()).isEqualTo(new CSeq(7, "ACK"));
        Dialog.Sent bye = dialog.request("BYE");
        assertThat(bye.request().uri().encode()).isEqualTo("sip:bob@192.0.2.10");
        assertThat(uris(bye.request().routes())).isEqualTo(uris(dialog.routes()));
        assertThat(bye.request().cseq()).isEqualTo(new CSeq(8, "BYE"));
        assertThat(bye.request().from()).isEqualTo(invite.from());
        assertThat(bye.request().to().tag()).contains("b");
        assertThat(bye.next().request("INFO").request().cseq().number()).isEqualTo(9);
    }

    @Test
    void calleesSide() {
        Request invite = request("INVITE", 7).build();
        Response ok = answer(invite, 200, BOB);
        Dialog dialog = Dialog.callee(invite, ok);
        assertThat(dialog.id()).isEqualTo(new DialogId("call", "b", "a"));
        assertThat(uris(dialog.routes())).containsExactly("sip:p2.example;lr", "sip:p1.example;lr");
        Request bye = dialog.request("BYE").request();
        assertThat(bye.uri().encode()).isEqualTo("sip:alice@192.0.2.1");
        assertThat(bye.cseq()).isEqualTo(new CSeq(1, "BYE"));
        assertThat(bye.from().tag()).contains("b");
        assertThat(bye.to().tag()).contains("a");
        assertThat(DialogId.ofReceived(ok)).isEqualTo(new DialogId("call", "a", "b"));
    }

    @Test
    void theCallersRoutesAreThoseOfThe2xx() {
        Request invite = request("INVITE", 7).build();
        Dialog early = Dialog.caller(invite, answer(invite, 180, BOB));
        Response ok = answer(invite, 200, BOB)
                .edit()
                .replace(Keys.RECORD_ROUTES, NameAddr.parse("<sip:p9.example;lr>"))
                .build();
        Dialog dialog = early.received(ok);
        assertThat(uris(dialog.routes())).containsExactly("sip:p9.example;lr");
        assertThat(uris(dialog.received(answer(invite, 200, BOB)).routes())).containsExactly("sip:p9.example;lr");
    }

    @Test
    void numbersOfThePeerMustGrow() {
        Request invite = request("INVITE", 7).build();
        Dialog dialog = Dialog.callee(invite, answer(invite, 180, BOB)).confirm();
        assertThat(dialog.confirmed()).isTrue();
        assertThat(dialog.received(request("INFO", 7).build())).isEmpty();
        assertThat(dialog.received(request("INFO", 6).build())).isEmpty();
        assertThat(dialog.received(request("ACK", 7).build())).contains(dialog);
        Dialog next = dialog.received(request("INFO", 12).build()).orElseThrow();
        assertThat(next.numbers().remote()).isEqualTo(12);
        assertThat(next.remoteTarget()).isEqualTo(dialog.remoteTarget());
    }

    @Test
    void onlyTargetRefreshRequestsRefreshTheTarget() {
        Request invite = request("INVITE", 7).build();
        Dialog dialog = Dialog.callee(invite, answer(invite, 200, BOB));
        Contact moved = Contact.parse("<sip:alice@192.0.2.77>");
        for (String method : List.of("INVITE", "UPDATE", "INFO", "BYE")) {
            Request request = request(method, 8).replace(Keys.CONTACTS, moved).build();
            String target =
                    dialog.received(request).orElseThrow().remoteTarget().encode();
            boolean refreshes = method.equals("INVITE") || method.equals("UPDATE");
            assertThat(target).isEqualTo(refreshes ? "sip:alice@192.0.2.77" : "sip:alice@192.0.2.1");
        }
    }

    @Test
    void throughAStrictRouter() {
        Request invite = request("INVITE", 7)
                .replace(Keys.RECORD_ROUTES, NameAddr.parse("<sip:strict.example>"))
                .build();
        Request bye =
                Dialog.callee(invite, answer(invite, 200, BOB)).request("BYE").request();
        assertThat(bye.uri().encode()).isEqualTo("sip:strict.example");
        assertThat(uris(bye.routes())).containsExactly("sip:alice@192.0.2.1");
    }

    @Test
    void noDialogWithoutAContact() {
        Request invite = request("INVITE", 7).remove(Keys.CONTACTS).build();
        Response ok = answer(invite, 200, BOB);
        assertThatThrownBy(() -> Dialog.callee(invite, ok)).isInstanceOf(Malformed.class);
    }
}
