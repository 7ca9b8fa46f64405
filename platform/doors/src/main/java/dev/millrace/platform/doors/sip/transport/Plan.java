package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Which addresses and ports are to be opened. Looks names up, so it runs where waiting is allowed, once at the start. */
final class Plan {
    private static final int TRIES = 50;

    private final TransportConfig config;
    private final Routes routes;
    private final List<Listener> listeners = new ArrayList<>();

    private Plan(TransportConfig config, Routes routes) {
        this.config = config;
        this.routes = routes;
    }

    /** The listeners of UDP, TCP and TLS in the order of the configured addresses; a sentence where one cannot be. */
    static List<Listener> of(TransportConfig config, Routes routes) {
        Plan plan = new Plan(config, routes);
        for (String host : config.hosts()) {
            plan.add(host);
        }
        return List.copyOf(plan.listeners);
    }

    private void add(String host) {
        InetAddress address = resolved(host);
        boolean udp = config.transports().contains(Transport.UDP);
        boolean tcp = config.transports().contains(Transport.TCP);
        if (udp || tcp) {
            InetSocketAddress bound =
                    new InetSocketAddress(address, config.port() == 0 ? free(address) : config.port());
            if (udp) {
                // The sockets of the loops share their port, so another process that shares it too would not be
                // noticed.
                requireFree(bound);
                add(Transport.UDP, bound);
            }
            if (tcp) {
                add(Transport.TCP, bound);
            }
        }
        if (config.transports().contains(Transport.TLS)) {
            add(
                    Transport.TLS,
                    new InetSocketAddress(address, config.tlsPort() == 0 ? free(address) : config.tlsPort()));
        }
    }

    private void add(Transport transport, InetSocketAddress bound) {
        listeners.add(new Listener(listeners.size(), transport, bound, config, routes));
    }

    private static InetAddress resolved(String host) {
        try {
            return InetAddress.getByName(HostPort.bare(host));
        } catch (UnknownHostException unknown) {
            throw new IllegalStateException("The setting sip.bind names the host " + host + ", which cannot be found.");
        }
    }

    /** A port that is free for UDP and TCP right now. */
    private static int free(InetAddress address) {
        for (int i = 0; i < TRIES; i++) {
            try (ServerSocket socket = new ServerSocket(0, 1, address)) {
                InetSocketAddress found = new InetSocketAddress(address, socket.getLocalPort());
                if (taken(found).isEmpty()) {
                    return found.getPort();
                }
            } catch (IOException failure) {
                throw new IllegalStateException("The setting sip.bind cannot be " + address.getHostAddress() + ": "
                        + failure.getMessage() + ".");
            }
        }
        throw new IllegalStateException("No port of " + address.getHostAddress() + " is free for UDP and TCP.");
    }

    private static void requireFree(InetSocketAddress bound) {
        String why = taken(bound);
        if (!why.isEmpty()) {
            throw new IllegalStateException("SIP cannot listen on "
                    + bound.getAddress().getHostAddress() + " port " + bound.getPort() + " over UDP: " + why + ".");
        }
    }

    private static String taken(InetSocketAddress bound) {
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.setReuseAddress(false);
            probe.bind(bound);
            return "";
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        }
    }
}
