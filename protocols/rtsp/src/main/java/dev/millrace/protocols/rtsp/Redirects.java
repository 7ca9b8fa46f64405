package dev.millrace.protocols.rtsp;

import java.util.List;
import java.util.Locale;

/**
 * Which clients may be sent to another node by 302 (RFC 2326 section 11.2.2): those known to follow it. Everyone else is
 * served where it knocked. A URL that carries a valid token was redirected already and is not redirected again.
 */
public final class Redirects {
    /** Query parameter of the token that guards against loops. */
    public static final String TOKEN = "millrace-token";

    /**
     * Parts of a User-Agent, in small letters. ExoPlayer and Media3 are left out with intent: they send the new DESCRIBE down
     * the old connection.
     */
    private static final List<String> FOLLOWERS =
            List.of("lavf", "libvlc", "live555", "gstreamer", "gortsplib", "mediamtx", "zlmediakit", "go2rtc");

    private Redirects() {}

    /** Whether a client of this name follows 302 to DESCRIBE. */
    public static boolean follows(String userAgent) {
        String small = userAgent.toLowerCase(Locale.ROOT);
        return FOLLOWERS.stream().anyMatch(small::contains);
    }

    static boolean allowed(Event.Arrived asked) {
        return !asked.redirected()
                && follows(asked.request().headers().first(Keys.USER_AGENT).orElse(""));
    }

    /** The absolute URL at the other node: same scheme, path and query, and the token. */
    public static RtspUrl location(RtspUrl url, String host, int port, String token) {
        return url.movedTo(host, port, TOKEN, token);
    }
}
