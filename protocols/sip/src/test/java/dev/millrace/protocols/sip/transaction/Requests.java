package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Via;

/** Requests and responses that the tests of the machines share. */
public final class Requests {
    private Requests() {}

    /** A request from alice to bob over one hop. */
    public static Request of(String method) {
        return edit(method).build();
    }

    /** The same, to be added to. */
    public static Edit<Request> edit(String method) {
        return Request.of(method, SipUri.parse("sip:bob@example.com"))
                .append(Keys.VIA, Via.parse("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKnashds8"))
                .append(Keys.MAX_FORWARDS, 70L)
                .append(Keys.FROM, NameAddr.parse("Alice <sip:alice@example.org>;tag=1928"))
                .append(Keys.TO, NameAddr.parse("<sip:bob@example.com>"))
                .append(Keys.CALL_ID, "a84b4c76e66710")
                .append(Keys.CSEQ, new CSeq(314_159, method));
    }

    /** Bob's response. */
    public static Response answer(Request request, int status) {
        return Response.to(request, status, "Reason", "bobs").build();
    }
}
