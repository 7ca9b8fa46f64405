package dev.millrace.platform.doors.sip.transport;

import java.net.InetAddress;

/** How the address of a peer is written. Pure. */
final class Source {
    private Source() {}

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
