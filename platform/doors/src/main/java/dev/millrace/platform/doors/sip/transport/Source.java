package dev.millrace.platform.doors.sip.transport;

import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Via;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where a request really came from, written into it for whoever answers: RFC 3261 section 18.2.1, RFC 3581 section 4. Pure. */
public final class Source {
    private Source() {}

    /**
     * The request with {@code received} in its top Via where the sender wrote another host than it is seen at or asks for {@code rport},
     * which is filled then. The same request where there is nothing to add.
     */
    public static Request stamp(Request request, InetSocketAddress remote) {
        Via sent = request.topVia();
        Via seen = sent.seenFrom(host(remote.getAddress()), remote.getPort());
        return seen == sent
                ? request
                : request.edit().replaceFirst(Keys.VIA, seen).build();
    }

    /** The address as a header writes it: without a zone, which means nothing to others. */
    static String host(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** The address as this node needs it to send there: with the zone of a link-local one. */
    static String reachable(InetAddress address) {
        return address.isLinkLocalAddress() ? address.getHostAddress() : host(address);
    }
}
