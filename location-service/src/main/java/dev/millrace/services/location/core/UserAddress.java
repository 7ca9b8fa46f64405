package dev.millrace.services.location.core;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;

/**
 * The address of a user as an operator writes it: {@code alice@example.com}, with or without {@code sip:} before it. Only what
 * RFC 3261 section 25.1 lets stand unescaped in a user part, so that there is one way to write each.
 *
 * @param domain in lower case
 */
public record UserAddress(String user, String domain) {
    /** Characters of each part. */
    public static final int LIMIT = 128;

    private static final String USER_MARKS = "-_.!~*'()&=+$,;?/";

    /** Reads an address; {@link Malformed} with rule {@code user-address} otherwise. */
    public static UserAddress parse(String text) {
        String bare = text.startsWith("sip:") ? text.substring(4) : text;
        int at = bare.lastIndexOf('@');
        if (at < 0) {
            throw new Malformed("user-address", Malformed.quote(text) + " has no domain: alice@example.com");
        }
        String user = bare.substring(0, at);
        String domain = bare.substring(at + 1).toLowerCase(Locale.ROOT);
        if (user.isEmpty() || user.length() > LIMIT || !user.chars().allMatch(UserAddress::plainUser)) {
            throw new Malformed(
                    "user-address",
                    Malformed.quote(user) + " is no user name: 1 to " + LIMIT + " letters, digits and " + USER_MARKS);
        }
        if (domain.isEmpty() || domain.length() > LIMIT || !plainDomain(domain)) {
            throw new Malformed("user-address", Malformed.quote(domain) + " is no domain");
        }
        return new UserAddress(user, domain);
    }

    private static boolean letterOrDigit(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static boolean plainUser(int c) {
        return letterOrDigit(c) || USER_MARKS.indexOf(c) >= 0;
    }

    /** A name, an IPv4 address, or an IPv6 address in brackets; a port is no part of it. */
    private static boolean plainDomain(String domain) {
        return domain.startsWith("[") && domain.endsWith("]")
                ? domain.chars()
                        .skip(1)
                        .limit(domain.length() - 2L)
                        .allMatch(c -> letterOrDigit(c) || ".:".indexOf(c) >= 0)
                : domain.chars().allMatch(c -> letterOrDigit(c) || ".-".indexOf(c) >= 0);
    }

    /** The canonical address of record: {@code sip:alice@example.com}. */
    public String addressOfRecord() {
        return "sip:" + user + "@" + domain;
    }
}
