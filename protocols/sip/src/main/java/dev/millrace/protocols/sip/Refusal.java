package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;
import java.util.List;

/**
 * What an element answers to a request that it cannot take, RFC 3261 sections 8.2 and 16.3.
 *
 * @param status of the answer
 * @param reason its phrase
 * @param why what was wrong, for a counter
 * @param unsupported option tags that 420 names; else empty
 */
public record Refusal(int status, String reason, Malformed why, List<String> unsupported) {
    public Refusal {
        unsupported = List.copyOf(unsupported);
    }

    /** The refusal that fits a broken rule: 414 for a URI that is too long, 513 for a message, else 400. */
    public static Refusal of(Malformed why) {
        return switch (why.rule()) {
            case "uri-length" -> new Refusal(414, "Request-URI Too Long", why, List.of());
            case "message-length" -> new Refusal(513, "Message Too Large", why, List.of());
            default -> new Refusal(400, "Bad Request", why, List.of());
        };
    }

    static Refusal of(int status, String reason, String rule, String detail) {
        return new Refusal(status, reason, new Malformed(rule, detail), List.of());
    }

    /** The answer to the request. */
    public Response answer(Request request, String toTag) {
        Edit<Response> edit = Response.to(request, status, reason, toTag);
        for (String option : unsupported) {
            edit.append(Keys.UNSUPPORTEDS, option);
        }
        return edit.build();
    }
}
