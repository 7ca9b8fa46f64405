package dev.millrace.platform.doors.auth;

import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.sip.Escapes;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a digest was made for this Request-URI (RFC 3261 section 22.4 wants them equal, the field writes them as it likes). What
 * counts is the user part: an answer meant for one callee must not be turned to another.
 *
 * <p>The user parts must be the same. The hosts must be the same, or the digest's is the realm or an address: sipp writes
 * {@code sip:<address>:<port>} whatever it asks for, phones write the registrar's address. A digest URI without a user part is taken
 * by the same rule for any request. Scheme, port, parameters and headers do not count: phones add {@code ;transport=tcp} to the one
 * and not to the other.
 *
 * @param user unescaped; empty where there is none
 * @param host in lower case, IPv6 in brackets
 */
record DigestUri(String user, String host) {
    /** Whether credentials with that URI may be used for a request to this one. */
    static boolean fits(String digestUri, String requestUri, String realm) {
        if (digestUri.equals(requestUri)) {
            return true;
        }
        Optional<DigestUri> digest = parse(digestUri);
        Optional<DigestUri> request = parse(requestUri);
        return digest.isPresent() && request.isPresent() && digest.get().covers(request.get(), realm);
    }

    private boolean covers(DigestUri request, String realm) {
        boolean sameUser = user.isEmpty() || user.equals(request.user);
        return sameUser && (host.equals(request.host) || host.equalsIgnoreCase(realm) || isAddress(host));
    }

    static Optional<DigestUri> parse(String uri) {
        int colon = uri.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        int end = end(uri, colon + 1);
        int at = uri.lastIndexOf('@', end - 1);
        int from = at > colon ? at + 1 : colon + 1;
        // tel: and the like have no host: their number is the user.
        if (!uri.regionMatches(true, 0, "sip", 0, 3)) {
            return Optional.of(new DigestUri(uri.substring(colon + 1, end), ""));
        }
        String user = at > colon ? uri.substring(colon + 1, at) : "";
        int password = user.indexOf(':');
        return Optional.of(new DigestUri(
                Escapes.undone(password < 0 ? user : user.substring(0, password)), host(uri.substring(from, end))));
    }

    /** Where parameters or headers begin; a user part may hold both signs, so they count behind the last at. */
    private static int end(String uri, int from) {
        int at = uri.lastIndexOf('@');
        for (int i = Math.max(at, from); i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == ';' || c == '?' || c == '>') {
                return i;
            }
        }
        return uri.length();
    }

    private static String host(String hostPort) {
        int close = hostPort.indexOf(']');
        int colon = hostPort.indexOf(':', Math.max(0, close));
        if (close < 0 && colon != hostPort.lastIndexOf(':')) {
            // sipp 3.6 writes an IPv6 address without brackets, with its port: sip:::1:5060.
            return "[" + hostPort.substring(0, hostPort.lastIndexOf(':')).toLowerCase(Locale.ROOT) + "]";
        }
        return (colon < 0 ? hostPort : hostPort.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    private static boolean isAddress(String host) {
        return HostPort.literal(host)
                .filter(address -> !address.isMulticastAddress())
                .isPresent();
    }
}
