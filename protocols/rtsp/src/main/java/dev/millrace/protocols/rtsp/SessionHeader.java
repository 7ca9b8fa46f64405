package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;

/**
 * Session, RFC 2326 section 12.37.
 *
 * @param id 1 to {@value #MAX_ID} characters, opaque
 * @param timeoutSeconds what the server promises, or 0 where it is not said
 */
public record SessionHeader(String id, int timeoutSeconds) {
    public static final HeaderKey<SessionHeader> KEY =
            new HeaderKey<>("Session", "", SessionHeader::parse, SessionHeader::encode);
    /** Characters of an id. */
    public static final int MAX_ID = 128;

    public static SessionHeader parse(String text) {
        int semicolon = text.indexOf(';');
        String id = (semicolon < 0 ? text : text.substring(0, semicolon)).trim();
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new Malformed("session", "an id of 1 to " + MAX_ID + " characters");
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) <= ' ' || id.charAt(i) > '~') {
                throw new Malformed("session", "an id with a blank or control character");
            }
        }
        int timeout = 0;
        for (String parameter :
                semicolon < 0 ? new String[0] : text.substring(semicolon + 1).split(";", 9)) {
            String[] parts = parameter.trim().split("=", 2);
            if (parts.length == 2 && parts[0].trim().equalsIgnoreCase("timeout")) {
                timeout = seconds(parts[1].trim());
            }
        }
        return new SessionHeader(id, timeout);
    }

    private static int seconds(String text) {
        if (text.isEmpty() || text.length() > 6 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Malformed("session", "a timeout in seconds below 1,000,000, not " + Malformed.quote(text));
        }
        return Integer.parseInt(text);
    }

    public String encode() {
        return timeoutSeconds > 0 ? id + ";timeout=" + timeoutSeconds : id;
    }
}
