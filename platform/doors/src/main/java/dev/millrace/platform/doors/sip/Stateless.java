package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Rendezvous;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Refusal;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.time.Duration;

/**
 * Answers without a transaction, RFC 3261 section 8.2.7: the same answer with the same tag for each repetition, nothing kept. Its
 * tag is made from the request, so that any node knows the ACK of such an answer and drops it. Owned by one desk.
 */
final class Stateless {
    private final Desk desk;

    Stateless(Desk desk) {
        this.desk = desk;
    }

    /** Refuses a request that breaks a rule. */
    void refuse(Request request, Inlet inlet, Refusal refusal) {
        desk.meters().refused(refusal.why().rule());
        send(request, inlet, refusal.answer(request, tag(request)));
    }

    /**
     * A 503 with a Retry-After of its own, so that those who are refused together do not come back together.
     *
     * @param longest wait
     * @param fraction of it, from 0 to below 1
     */
    static Response busy(Request request, String tag, Duration longest, double fraction) {
        long seconds = 1 + (long) (longest.toSeconds() * fraction);
        return Response.to(request, 503, "Service Unavailable", tag)
                .append(Keys.RETRY_AFTER, String.valueOf(seconds))
                .build();
    }

    void busy(Request request, Inlet inlet) {
        Duration longest = desk.config().overload().retryAfter();
        send(request, inlet, busy(request, tag(request), longest, desk.chance().fraction()));
    }

    void answer(Request request, Inlet inlet, int status, String reason) {
        send(request, inlet, Response.to(request, status, reason, tag(request)).build());
    }

    /** 481: nobody has what the CANCEL is for. */
    void unknown(Request cancel, Inlet inlet) {
        answer(cancel, inlet, 481, "Call/Transaction Does Not Exist");
    }

    private void send(Request request, Inlet inlet, Response response) {
        if (!request.method().equals(Methods.ACK)) {
            desk.meters().answered(response);
            desk.outlets()
                    .back(inlet, request.topVia(), desk.loop())
                    .send(response.encode(), () -> desk.meters().unsent());
        }
    }

    /** Whether the ACK is for such an answer. */
    boolean acknowledged(Request ack) {
        return ack.to().params().value("tag").filter(tag(ack)::equals).isPresent();
    }

    /** The same for a request, its repetitions and its ACK; no secret. Only what is readable in a broken request, too. */
    private static String tag(Request request) {
        String branch = request.topVia().branch().orElse("");
        return "x"
                + Long.toHexString(
                        Rendezvous.weight(branch, request.text("Call-ID").orElse("")));
    }
}
