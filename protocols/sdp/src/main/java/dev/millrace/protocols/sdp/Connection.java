package dev.millrace.protocols.sdp;

import java.util.Optional;

/** Where media goes: {@code c=}, RFC 8866 section 5.7. */
public final class Connection {
    private Connection() {}

    /** The line for an address, without brackets. */
    public static SdpLine of(String host) {
        return new SdpLine('c', "IN " + typed(host));
    }

    static String typed(String host) {
        return (host.indexOf(':') >= 0 ? "IP6 " : "IP4 ") + host;
    }

    /** The address to which a section's media goes: its own, or else the session's. */
    public static Optional<String> address(SessionDescription session, MediaDescription media) {
        return media.connectionAddress().or(session::connectionAddress);
    }

    /** Whether the writer wants nothing to be sent: put on hold by direction (RFC 3264 section 8.4) or by the address 0.0.0.0 (RFC 2543). */
    public static boolean onHold(SessionDescription session, MediaDescription media) {
        return !Direction.of(session, media).receives()
                || address(session, media).filter("0.0.0.0"::equals).isPresent();
    }
}
