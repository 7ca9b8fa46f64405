package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.contracts.Transport;
import java.net.InetSocketAddress;

/**
 * One place to which a request can be sent, RFC 3263 section 4.
 *
 * @param address resolved
 * @param serverName the name that was asked for, which a TLS certificate has to show (RFC 5922 section 4): never one that only the
 *     DNS told of
 */
public record Hop(Transport transport, InetSocketAddress address, String serverName) {}
