package dev.millrace.platform.doors;

import dev.millrace.platform.doors.tls.TlsConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of the HTTP door, read once.
 *
 * @param host empty: the setting {@code bind}
 * @param tlsPort of HTTPS, with the certificates of the node
 * @param connections open at the same time; one more is closed at once
 * @param idle a connection on which nothing moves for so long is closed, also in the middle of an answer
 * @param firstRequest how long a new connection may take to send its first request
 * @param headerBytes of one request's headers
 * @param bodyBytes of one request's announced body
 * @param origin value of Access-Control-Allow-Origin; empty sends none
 */
public record HttpConfig(
        String host,
        int port,
        int tlsPort,
        int connections,
        Duration idle,
        Duration firstRequest,
        int headerBytes,
        int bodyBytes,
        String origin) {
    static final Setting<String> HOST =
            Setting.text("http.host", "", "Address on which the HTTP door listens; default: bind");
    static final Setting<Integer> PORT = Setting.port("http.port", 8080, "HTTP: page, HLS, SIP over WebSocket");
    static final Setting<Integer> TLS_PORT = Setting.port(
            "http.tls.port", 8443, "HTTPS; one that was not set and is taken is not opened, and said in the log");
    static final Setting<Integer> CONNECTIONS = Setting.number(
            "http.connections",
            20_000,
            1,
            1_000_000,
            "connections",
            "Open HTTP connections; one more is closed at once");
    static final Setting<Duration> IDLE = Setting.duration(
            "http.idle",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "An HTTP connection on which nothing moves for so long is closed");
    static final Setting<Duration> FIRST_REQUEST = Setting.duration(
            "http.first-request",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "How long a new connection may take to send its first request");
    static final Setting<Integer> HEADER_BYTES =
            Setting.number("http.header-bytes", 16_384, 1_024, 1_048_576, "bytes", "Headers of one request");
    static final Setting<Integer> BODY_BYTES =
            Setting.number("http.body-bytes", 65_536, 0, 16_777_216, "bytes", "Announced body of one request");
    static final Setting<String> ORIGIN =
            Setting.text("http.cors-origin", "*", "Access-Control-Allow-Origin of every answer; empty sends none");

    /** Every setting of HTTP and of the certificates that HTTPS shows. */
    public static final List<Setting<?>> ALL = all();

    private static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(
                List.of(HOST, PORT, TLS_PORT, CONNECTIONS, IDLE, FIRST_REQUEST, HEADER_BYTES, BODY_BYTES, ORIGIN));
        all.addAll(TlsConfig.ALL);
        return List.copyOf(all);
    }

    /** Reads the settings. */
    public static HttpConfig of(Settings settings, String bind) {
        String host = settings.get(HOST);
        return new HttpConfig(
                host.isEmpty() ? bind : host,
                settings.get(PORT),
                settings.get(TLS_PORT),
                settings.get(CONNECTIONS),
                settings.get(IDLE),
                settings.get(FIRST_REQUEST),
                settings.get(HEADER_BYTES),
                settings.get(BODY_BYTES),
                settings.get(ORIGIN));
    }
}
