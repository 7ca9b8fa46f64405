package dev.millrace.protocols.sip.dialog;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;

/**
 * What finds a dialog, RFC 3261 section 12: each side has its own view of the tags. A tag that a peer in the manner of RFC 2543
 * does not give is the empty text.
 *
 * @param localTag of our side
 * @param remoteTag of the peer
 */
public record DialogId(String callId, String localTag, String remoteTag) {
    /** The dialog of a request that a peer sent. */
    public static DialogId ofReceived(Request request) {
        return new DialogId(request.callId(), toTag(request), fromTag(request));
    }

    /** The dialog of a response that a peer sent. */
    public static DialogId ofReceived(Response response) {
        return new DialogId(response.callId(), fromTag(response), toTag(response));
    }

    private static String fromTag(Message message) {
        return message.from().tag().orElse("");
    }

    private static String toTag(Message message) {
        return message.to().tag().orElse("");
    }
}
