package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the SIP ports, read once.
 *
 * @param hosts addresses on which every port listens
 * @param transports what is opened
 * @param port UDP and TCP; 0 takes a free one
 * @param advertise host of this node; empty: as bound, for a wildcard the local address of the route to the peer
 * @param front host of the cluster, or host:port; empty: as advertise
 * @param frontPort of UDP and TCP at the front; 0: as in {@code front}, else as bound
 * @param balancers addresses of balancers in front of this node
 * @param proxyProtocol whether connections from the balancers start with a PROXY header
 * @param limits of connections, sources, sizes and times
 */
public record TransportConfig(
        List<String> hosts,
        List<Transport> transports,
        int port,
        int tlsPort,
        String advertise,
        String front,
        int frontPort,
        int tlsFrontPort,
        List<Cidr> balancers,
        boolean proxyProtocol,
        Limits limits) {
    /**
     * @param connections open at once over all transports
     * @param sourceConnections open at once from one address
     * @param sourceRate new requests per second of one address
     * @param messageTime from the first byte of a message, a TLS handshake or a PROXY header to its last
     * @param idle a connection on which no message moves for so long is closed, unless it is kept
     * @param writeBytes waiting for a peer that does not read
     * @param writeTime for which such a peer may read nothing at all
     * @param connectTime of a connection that we open, with its TLS handshake
     */
    public record Limits(
            int connections,
            int sourceConnections,
            int sourceRate,
            Duration messageTime,
            Duration idle,
            int writeBytes,
            Duration writeTime,
            Duration connectTime) {}

    public static final Setting<List<String>> BIND =
            Setting.list("sip.bind", List.of(), "Addresses on which the SIP ports listen; default: bind");
    public static final Setting<List<Transport>> TRANSPORTS = Setting.listOf(
            "sip.transports",
            Transport::parse,
            List.of(Transport.values()),
            "udp, tcp, tls, ws, wss",
            "What the SIP door opens; ws and wss are on the HTTP ports");
    public static final Setting<Integer> PORT = Setting.port("sip.port", 5060, "SIP over UDP and TCP");
    public static final Setting<Integer> TLS_PORT = Setting.port("sip.tls.port", 5061, "SIP over TLS");
    public static final Setting<Integer> FRONT_PORT = Setting.port(
            "sip.front-port", 0, "Port of front for SIP over UDP and TCP; 0: that of front, else sip.port");
    public static final Setting<Integer> TLS_FRONT_PORT =
            Setting.port("sip.tls.front-port", 0, "Port of front for SIP over TLS; 0: sip.tls.port");
    public static final Setting<List<Cidr>> BALANCERS = Setting.listOf(
            "sip.balancers",
            Cidr::parse,
            List.of(),
            "addresses or address/bits joined by commas",
            "Balancers in front of this node: exempt from the limits per source");
    public static final Setting<Boolean> PROXY_PROTOCOL = Setting.flag(
            "sip.proxy-protocol",
            true,
            "Whether TCP and TLS connections from sip.balancers start with a PROXY header (v1 or v2)");
    public static final Setting<Integer> CONNECTIONS = Setting.number(
            "sip.connections",
            50_000,
            1,
            1_000_000,
            "connections",
            "Open SIP connections of all transports; one more is closed at once");
    public static final Setting<Integer> SOURCE_CONNECTIONS = Setting.number(
            "sip.source.connections",
            2_000,
            1,
            1_000_000,
            "connections",
            "Open SIP connections from one address (one /64 for IPv6); one more is closed at once");
    public static final Setting<Integer> SOURCE_RATE = Setting.number(
            "sip.source.rate",
            5_000,
            1,
            1_000_000,
            "requests/s",
            "Requests per second from one address (one /64 for IPv6); what is more is dropped unread");
    public static final Setting<Duration> MESSAGE_TIME = Setting.duration(
            "sip.message-time",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            "How long a SIP message, a TLS handshake or a PROXY header may take from its first byte to its last");
    public static final Setting<Duration> IDLE = Setting.duration(
            "sip.idle",
            Duration.ofMinutes(3),
            Duration.ofMillis(100),
            Duration.ofHours(24),
            "A SIP connection on which nothing moves for so long is closed, unless somebody is registered on it");
    public static final Setting<Integer> WRITE_BYTES = Setting.number(
            "sip.write-bytes",
            1_048_576,
            65_536,
            67_108_864,
            "bytes",
            "What may wait for a SIP peer that does not read; more closes its connection");
    public static final Setting<Duration> WRITE_TIME = Setting.duration(
            "sip.write-time",
            Duration.ofSeconds(20),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            "How long a SIP peer may read nothing of what waits for it");
    public static final Setting<Duration> CONNECT_TIME = Setting.duration(
            "sip.connect-time",
            Duration.ofSeconds(4),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "How long a SIP connection that this node opens may take, with its TLS handshake");

    /** Every setting of the SIP ports. */
    public static final List<Setting<?>> ALL = List.of(
            BIND,
            TRANSPORTS,
            PORT,
            TLS_PORT,
            FRONT_PORT,
            TLS_FRONT_PORT,
            BALANCERS,
            PROXY_PROTOCOL,
            CONNECTIONS,
            SOURCE_CONNECTIONS,
            SOURCE_RATE,
            MESSAGE_TIME,
            IDLE,
            WRITE_BYTES,
            WRITE_TIME,
            CONNECT_TIME);

    public TransportConfig {
        hosts = List.copyOf(hosts);
        transports = List.copyOf(transports);
        balancers = List.copyOf(balancers);
    }

    /** Reads the settings. */
    public static TransportConfig of(Settings settings, RuntimeConfig node) {
        List<String> hosts = settings.get(BIND);
        return new TransportConfig(
                hosts.isEmpty() ? List.of(node.bind()) : hosts,
                settings.get(TRANSPORTS),
                settings.get(PORT),
                settings.get(TLS_PORT),
                node.advertise(),
                node.front(),
                settings.get(FRONT_PORT),
                settings.get(TLS_FRONT_PORT),
                settings.get(BALANCERS),
                settings.get(PROXY_PROTOCOL),
                new Limits(
                        settings.get(CONNECTIONS),
                        settings.get(SOURCE_CONNECTIONS),
                        settings.get(SOURCE_RATE),
                        settings.get(MESSAGE_TIME),
                        settings.get(IDLE),
                        settings.get(WRITE_BYTES),
                        settings.get(WRITE_TIME),
                        settings.get(CONNECT_TIME)));
    }

    /** The front's host, empty where none is configured. */
    String frontHost() {
        return split(front).host();
    }

    /** The port of {@code front} for that transport; 0 where none is configured. */
    int frontPort(Transport transport) {
        return switch (transport) {
            case UDP, TCP -> frontPort > 0 ? frontPort : split(front).port();
            case TLS -> tlsFrontPort;
            case WS, WSS -> 0;
        };
    }

    /** A host that may have a port behind it; 0 for none. */
    private static HostPort split(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        if (port) {
            return HostPort.parse(text);
        }
        return new HostPort(HostPort.bare(text), 0);
    }
}
