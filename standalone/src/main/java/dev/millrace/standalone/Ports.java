package dev.millrace.standalone;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.sip.transport.TransportConfig;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks before the start whether the TCP ports that this node will open are free, because "address in use" alone names no setting. */
final class Ports {
    private static final String SUFFIX = ".port";
    private static final int MAX = 65_535;
    private static final Set<Role> SIP = Set.of(Role.REGISTRAR, Role.PROXY, Role.REDIRECT);

    private Ports() {}

    /** A sentence about the ports that somebody else listens on; empty when there is none. */
    static Optional<String> taken(Settings settings) {
        RuntimeConfig config = RuntimeConfig.of(settings);
        List<Setting<?>> taken = Distribution.settings().stream()
                .filter(setting -> setting.key().endsWith(SUFFIX))
                .filter(setting -> settings.get(setting) instanceof Integer port
                        && port > 0
                        && hosts(setting.key(), settings, config).stream().anyMatch(host -> taken(host, port)))
                .toList();
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        String ports = taken.stream()
                .map(setting -> "port " + settings.get(setting) + " (" + setting.key() + ")")
                .collect(Collectors.joining(", "));
        Setting<?> first = taken.getFirst();
        return Optional.of(
                "Taken by another process: " + ports + ". End that process, or choose another port, for example with --"
                        + first.key().replace('.', '-') + " "
                        + free(hosts(first.key(), settings, config).getFirst(), (Integer) settings.get(first)) + ".");
    }

    /** The next port that is free, or 0. */
    private static int free(String host, int port) {
        return IntStream.rangeClosed(port + 1, MAX)
                .filter(next -> !taken(host, next))
                .findFirst()
                .orElse(0);
    }

    /** The keys of all port settings. */
    static List<String> all() {
        return Distribution.settings().stream()
                .map(Setting::key)
                .filter(key -> key.endsWith(SUFFIX))
                .toList();
    }

    /** A port of the loopback address that nobody listens on now. */
    static int free() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The addresses on which this node listens at that port; none where it does not. */
    private static List<String> hosts(String portKey, Settings settings, RuntimeConfig config) {
        return switch (portKey) {
            case "cluster.port", "bus.port", "link.port" ->
                List.of(config.clusterHost().isEmpty() ? "127.0.0.1" : config.clusterHost());
            case "admin.port" -> List.of(config.adminHost());
            case "health.port" -> List.of(config.healthHost());
            case "sip.port", "sip.tls.port" ->
                config.roles().stream().anyMatch(SIP::contains) ? sip(settings, config) : List.of();
            case "rtsp.port" -> config.roles().contains(Role.RTSP_EDGE) ? List.of(config.bind()) : List.of();
            // One that is only a default and taken is not opened.
            case "http.tls.port" -> given(portKey, settings) ? List.of(http(settings, config)) : List.of();
            default -> List.of(http(settings, config));
        };
    }

    private static List<String> sip(Settings settings, RuntimeConfig config) {
        List<String> own = settings.get(TransportConfig.BIND);
        return own.isEmpty() ? List.of(config.bind()) : own;
    }

    private static boolean given(String key, Settings settings) {
        return Distribution.setting(key).filter(settings::given).isPresent();
    }

    private static String http(Settings settings, RuntimeConfig config) {
        String own = Distribution.setting("http.host")
                .map(setting -> String.valueOf(settings.get(setting)))
                .orElse("");
        return own.isEmpty() ? config.bind() : own;
    }

    static boolean taken(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return false;
        } catch (BindException failure) {
            // An address that is not ours is the node's to complain about; it knows which setting it is.
            return String.valueOf(failure.getMessage()).contains("in use");
        } catch (IOException failure) {
            return false;
        }
    }
}
