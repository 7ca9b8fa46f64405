package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import java.util.Set;

/**
 * What somebody without credentials may send to our users: what a person reads or answers. Not what makes a phone act by itself:
 * REFER would make it call, NOTIFY reboot it, and what belongs into a dialog has to be inside one of ours.
 */
public final class Strangers {
    private static final Set<String> ALLOWED =
            Set.of(Methods.INVITE, Methods.MESSAGE, Methods.OPTIONS, Methods.SUBSCRIBE);

    private static final int FORBIDDEN = 403;
    private static final int NO_SUCH_DIALOG = 481;

    private Strangers() {}

    /** Whether the request, which is inside no dialog that we know, goes on. */
    public static boolean may(Request request) {
        return request.to().tag().isEmpty() && ALLOWED.contains(request.method());
    }

    /** The answer to one that does not. */
    public static int refusal(Request request) {
        return request.to().tag().isPresent() ? NO_SUCH_DIALOG : FORBIDDEN;
    }
}
