package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import java.time.Duration;

/** How long a session lives without a refresh: Session-Expires of RFC 4028, which this proxy reads and leaves alone. */
public final class SessionTimer {
    /** A refresh may be this late: 64*T1, the longest a transaction takes. */
    private static final long GRACE_SECONDS = 32;

    /** Longest value believed, seconds. */
    private static final long LIMIT_SECONDS = 864_000;

    private SessionTimer() {}

    /** From now on; zero where the response names none. */
    public static Duration of(Response response) {
        String text = response.text(Keys.SESSION_EXPIRES.name()).orElse("");
        long seconds = 0;
        int at = 0;
        for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
            seconds = Math.min(seconds * 10 + text.charAt(at) - '0', LIMIT_SECONDS);
        }
        return at == 0 ? Duration.ZERO : Duration.ofSeconds(seconds + GRACE_SECONDS);
    }
}
