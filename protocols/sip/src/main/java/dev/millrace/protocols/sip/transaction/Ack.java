package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;

/** The ACK to a final response other than 2xx, RFC 3261 section 17.1.1.3: part of the INVITE's own transaction. */
public final class Ack {
    private Ack() {}

    /** For this INVITE as it was sent and this response to it. */
    public static Request of(Request invite, Response response) {
        return Request.of(Methods.ACK, invite.uri())
                .append(Keys.VIA, invite.topVia())
                .copy(invite, Keys.ROUTES, Keys.FROM, Keys.CALL_ID)
                .copy(response, Keys.TO)
                .append(Keys.CSEQ, new CSeq(invite.cseq().number(), Methods.ACK))
                .append(Keys.MAX_FORWARDS, Cancel.MAX_FORWARDS)
                .build();
    }
}
