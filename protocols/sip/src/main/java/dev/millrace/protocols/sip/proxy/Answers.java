package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;

/** Responses that a proxy makes itself. */
final class Answers {
    private Answers() {}

    static Edit<Response> of(Request request, int status, String toTag) {
        return Response.to(request, status, reason(status), toTag);
    }

    private static String reason(int status) {
        return switch (status) {
            case 404 -> "Not Found";
            case 408 -> "Request Timeout";
            case 410 -> "Gone";
            case 420 -> "Bad Extension";
            case 440 -> "Max-Breadth Exceeded";
            case 480 -> "Temporarily Unavailable";
            case 482 -> "Loop Detected";
            case 483 -> "Too Many Hops";
            case 487 -> "Request Terminated";
            case 500 -> "Server Internal Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Not Reachable";
        };
    }
}
