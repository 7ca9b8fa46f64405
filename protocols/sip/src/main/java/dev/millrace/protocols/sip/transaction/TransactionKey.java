package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Via;
import java.util.Comparator;
import java.util.Locale;

/**
 * What finds a message's transaction: RFC 3261 sections 17.1.3 (client) and 17.2.3 (server). A client's key has neither host nor
 * port; a server's key of a request in the manner of RFC 2543 has a composed text in place of the branch. Comparable, so that a
 * hash table stays quick with keys that somebody has made to share their hash.
 *
 * @param branch of the topmost Via
 * @param host of the topmost Via in lower case; empty in a client's key
 * @param port of the topmost Via, -1 where it has none
 * @param method of the request, INVITE for ACK
 */
public record TransactionKey(String branch, String host, int port, String method)
        implements Comparable<TransactionKey> {
    private static final Comparator<TransactionKey> ORDER = Comparator.comparing((TransactionKey key) -> key.branch)
            .thenComparing(TransactionKey::host)
            .thenComparingInt(TransactionKey::port)
            .thenComparing(TransactionKey::method);

    @Override
    public int compareTo(TransactionKey other) {
        return ORDER.compare(this, other);
    }

    /** Where responses to this request of ours are looked for; our Via is on top. */
    public static TransactionKey ofSent(Request request) {
        return new TransactionKey(branch(request), "", -1, request.method());
    }

    /** The client transaction that this response belongs to. */
    public static TransactionKey ofResponse(Response response) {
        return new TransactionKey(branch(response), "", -1, response.method());
    }

    /** The server transaction of this request; for ACK that of its INVITE. */
    public static TransactionKey ofReceived(Request request) {
        String method = request.method().equals("ACK") ? "INVITE" : request.method();
        return of(request, method);
    }

    /** Section 9.2: the server transaction that this CANCEL wants to end. */
    public static TransactionKey ofCancelled(Request cancel) {
        return of(cancel, "INVITE");
    }

    /** The server transaction of an INVITE whose topmost Via was this one; none that was written in the manner of RFC 2543 has it. */
    public static TransactionKey ofInvite(Via via) {
        return new TransactionKey(via.branch().orElse(""), via.host().toLowerCase(Locale.ROOT), via.port(), "INVITE");
    }

    private static TransactionKey of(Request request, String method) {
        Via via = request.topVia();
        String branch = via.branch().orElse("");
        String host = via.host().toLowerCase(Locale.ROOT);
        return new TransactionKey(
                branch.startsWith(Via.COOKIE) ? branch : composed(request, via, method), host, via.port(), method);
    }

    private static String branch(Message message) {
        return message.topVia().branch().orElse("");
    }

    /**
     * RFC 2543: Request-URI, tags, Call-ID, CSeq number and topmost Via. The tag in To is left out for INVITE, because its ACK
     * carries the one that the response gave.
     */
    private static String composed(Request request, Via via, String method) {
        StringBuilder text = new StringBuilder(160)
                .append(request.uri().encode())
                .append('\n')
                .append(request.from().tag().orElse(""))
                .append('\n')
                .append(request.callId())
                .append('\n')
                .append(request.cseq().number())
                .append('\n')
                .append(via.encode());
        if (!method.equals("INVITE")) {
            text.append('\n').append(request.to().tag().orElse(""));
        }
        return text.toString();
    }
}
