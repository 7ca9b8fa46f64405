package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Transport;
import java.util.List;

/**
 * One request, as far as it says who sent it.
 *
 * @param realm the realm that the user has to know a password for
 * @param proxy whether it is asked as a proxy: 407 and {@code Proxy-Authorization} in place of 401 and {@code Authorization}
 * @param uri the Request-URI
 * @param credentials the values of that header, in order
 * @param source the sender, as wrong guesses are counted: as a rule its address without the port
 * @param userAgent empty where there is none
 */
record Attempt(
        String realm,
        boolean proxy,
        String method,
        String uri,
        List<String> credentials,
        String source,
        Transport transport,
        String userAgent) {
    Attempt {
        credentials = List.copyOf(credentials);
    }
}
