package dev.millrace.protocols.sdp;

import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/**
 * Who made a session and which version of it this is: {@code o=}, RFC 8866 section 5.2. Immutable.
 *
 * @param username {@code -} where there is none
 * @param sessionId never changes during a session
 * @param version grows by one with each changed description, RFC 3264 section 8
 * @param address of the maker, with its type: {@code IN IP4 192.0.2.1}
 */
public record Origin(String username, long sessionId, long version, String address) {
    /** Our own, at that address. */
    public static Origin of(long sessionId, String host) {
        return new Origin("-", sessionId, 1, "IN " + Connection.typed(host));
    }

    /** The origin of a description; empty where it is missing or broken. */
    public static Optional<Origin> of(SessionDescription session) {
        return SdpLine.first(session.lines(), 'o').flatMap(Origin::parse);
    }

    private static Optional<Origin> parse(SdpLine line) {
        String[] words = line.value().trim().split("\\s+", 4);
        if (words.length < 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Origin(words[0], number(words[1]), number(words[2]), words[3]));
        } catch (Malformed broken) {
            return Optional.empty();
        }
    }

    /** Numbers of 64 bits without a sign are allowed and are used. */
    private static long number(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException broken) {
            throw new Malformed("sdp-origin", "a number, not " + Malformed.quote(text));
        }
    }

    /** For the next changed description of the session. */
    public Origin next() {
        return new Origin(username, sessionId, version + 1, address);
    }

    /** The line. */
    public SdpLine encode() {
        return new SdpLine(
                'o',
                username + " " + Long.toUnsignedString(sessionId) + " " + Long.toUnsignedString(version) + " "
                        + address);
    }
}
