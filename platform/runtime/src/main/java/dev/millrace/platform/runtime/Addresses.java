package dev.millrace.platform.runtime;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Which address of this machine is meant where a setting leaves it open. Blocks for name look-ups, so it is asked at the start
 * only.
 */
final class Addresses {
    /** Any routed address would do: nothing is sent to it, the kernel only says which of ours it would use. */
    private static final InetSocketAddress OUTSIDE = new InetSocketAddress("192.0.2.1", 9);

    private Addresses() {}

    /** The host's name in letters that a node id may have. */
    static String hostName() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            name = "node";
        }
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        return plain.substring(0, Math.min(plain.length(), 40));
    }

    static boolean wildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
    }

    static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** Whether the text is a loopback address as it stands, or {@code localhost}; looks nothing up. */
    static boolean literalLoopback(String host) {
        String bare = HostPort.bare(host);
        return bare.equals("localhost") || bare.equals("::1") || bare.matches("127(\\.\\d{1,3}){3}");
    }

    /** The one address for cluster port, bus and link: the configured one, else the local one of the route to whom we join. */
    static String cluster(RuntimeConfig config) {
        if (!config.clusterHost().isEmpty()) {
            return resolved(config.clusterHost(), "cluster.host");
        }
        if (config.join().isEmpty()) {
            return "127.0.0.1";
        }
        HostPort first = config.join().getFirst();
        return localToward(new InetSocketAddress(resolved(first.host(), "join"), first.port()));
    }

    /** The host that clients and other nodes are told. */
    static String advertise(RuntimeConfig config) {
        if (!config.advertise().isEmpty()) {
            return config.advertise();
        }
        return wildcard(config.bind()) ? localToward(OUTSIDE) : config.bind();
    }

    /** A port of that address on which nobody listens right now. */
    static int freePort(String host) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new BadSetting(
                    "cluster.host", "The setting cluster.host cannot be " + host + ": " + failure.getMessage() + ".");
        }
    }

    private static String resolved(String host, String key) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException unknown) {
            throw new BadSetting(key, "The setting " + key + " names the host " + host + ", which cannot be found.");
        }
    }

    private static String localToward(InetSocketAddress peer) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(peer);
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? "127.0.0.1" : local.getHostAddress();
        } catch (IOException | java.io.UncheckedIOException noRoute) {
            return "127.0.0.1";
        }
    }
}
