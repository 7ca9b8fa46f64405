package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;

/** CANCEL, RFC 3261 section 9.1. {@link InviteClient} sends it only after a provisional response. */
public final class Cancel {
    /** RFC 3261 section 8.1.1.6. */
    static final long MAX_FORWARDS = 70;

    private Cancel() {}

    /** For this INVITE as it was sent; a Reason (RFC 3326) that is empty is left out. */
    public static Request of(Request invite, String reason) {
        Edit<Request> cancel = Request.of(Methods.CANCEL, invite.uri())
                .append(Keys.VIA, invite.topVia())
                .copy(invite, Keys.ROUTES, Keys.FROM, Keys.TO, Keys.CALL_ID)
                .append(Keys.CSEQ, new CSeq(invite.cseq().number(), Methods.CANCEL))
                .append(Keys.MAX_FORWARDS, MAX_FORWARDS);
        if (!reason.isEmpty()) {
            cancel.append(Keys.REASON, reason);
        }
        return cancel.build();
    }
}
