package dev.millrace.protocols.sdp;

import java.util.Locale;
import java.util.Optional;

/** Which way a stream flows, as the writer of the description sees it: RFC 8866 section 6.7, RFC 3264 section 5.1. */
public enum Direction {
    SENDRECV(true, true),
    SENDONLY(true, false),
    RECVONLY(false, true),
    INACTIVE(false, false);

    private final boolean sends;
    private final boolean receives;

    Direction(boolean sends, boolean receives) {
        this.sends = sends;
        this.receives = receives;
    }

    public boolean sends() {
        return sends;
    }

    public boolean receives() {
        return receives;
    }

    /** The attribute's name: {@code sendonly}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The same stream as the other side sees it. */
    public Direction reversed() {
        return of(receives, sends);
    }

    /** What is left when only this much is wanted too. */
    public Direction and(Direction other) {
        return of(sends && other.sends, receives && other.receives);
    }

    private static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    /** What a media section says, or else the session; {@code sendrecv} where nobody says anything. */
    public static Direction of(SessionDescription session, MediaDescription media) {
        return told(media.lines()).or(() -> told(session.lines())).orElse(SENDRECV);
    }

    private static Optional<Direction> told(Iterable<SdpLine> lines) {
        for (SdpLine line : lines) {
            for (Direction direction : values()) {
                if (line.isAttribute(direction.text())) {
                    return Optional.of(direction);
                }
            }
        }
        return Optional.empty();
    }
}
