package dev.millrace.services.location.core;

import dev.millrace.protocols.wire.Malformed;

/**
 * One line of a list of users: {@code alice@example.com,secret}. A password with a comma or a quote in it stands in double
 * quotes, each of its own quotes doubled (RFC 4180 section 2). Never shows the password.
 */
public record UserLine(UserAddress address, String password) {
    /** Characters of a password. */
    public static final int PASSWORD_LIMIT = 256;

    /** Reads a line; {@link Malformed} otherwise. */
    public static UserLine parse(String line) {
        int comma = line.indexOf(',');
        if (comma < 0) {
            throw new Malformed("user-line", "it has no comma: user@domain,password");
        }
        return new UserLine(
                UserAddress.parse(line.substring(0, comma).strip()),
                password(unquoted(line.substring(comma + 1).strip())));
    }

    /** Whether the line says nothing: it is blank, a comment or the heading. */
    public static boolean empty(String line) {
        return line.isBlank() || line.startsWith("#") || line.strip().equalsIgnoreCase("address,password");
    }

    /** The password, if it may be one; {@link Malformed} otherwise. */
    public static String password(String text) {
        if (text.isEmpty() || text.length() > PASSWORD_LIMIT || text.chars().anyMatch(Character::isISOControl)) {
            throw new Malformed(
                    "password",
                    "a password has 1 to " + PASSWORD_LIMIT + " characters, none of them a control character");
        }
        return text;
    }

    private static String unquoted(String text) {
        if (!text.startsWith("\"")) {
            return text;
        }
        if (text.length() < 2 || !text.endsWith("\"")) {
            throw new Malformed("user-line", "a quote is not closed");
        }
        return text.substring(1, text.length() - 1).replace("\"\"", "\"");
    }

    @Override
    public String toString() {
        return "UserLine[" + address.addressOfRecord() + "]";
    }
}
