package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which ports that somebody else has keep a node from starting; {@code P} is one of 127.0.0.1 that is taken. */
class PortsTest {
    record Row(String name, boolean stops, String... flags) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("SIP beside a proxy of somebody else", true, "sip.port=P", "roles=proxy"),
                new Row("a node that speaks no SIP", false, "sip.port=P", "sip.tls.port=P", "roles=rtsp-edge"),
                new Row("SIP on another address", false, "sip.port=P", "sip.bind=127.0.0.2", "roles=registrar"),
                new Row("SIP on two addresses", true, "sip.port=P", "sip.bind=127.0.0.2,127.0.0.1", "roles=redirect"),
                new Row("RTSP", true, "rtsp.port=P", "roles=rtsp-edge"),
                new Row("a node that speaks no RTSP", false, "rtsp.port=P", "roles=proxy"),
                new Row("HTTP, which every node speaks", true, "http.port=P", "roles=location"),
                new Row("HTTP on another address", false, "http.port=P", "http.host=127.0.0.2", "roles=location"),
                new Row("HTTPS that was asked for", true, "http.tls.port=P", "roles=location"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void taken(Row row) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Map<String, String> flags = new HashMap<>(Map.of("bind", "127.0.0.1"));
            Ports.all().stream()
                    .filter(key -> !key.equals("http.tls.port"))
                    .forEach(key -> flags.put(key, String.valueOf(Ports.free())));
            for (String flag : List.of(row.flags())) {
                int equal = flag.indexOf('=');
                String value = flag.substring(equal + 1);
                flags.put(flag.substring(0, equal), value.equals("P") ? String.valueOf(other.getLocalPort()) : value);
            }
            assertThat(Ports.taken(Settings.of(Distribution.settings(), flags)).isPresent())
                    .isEqualTo(row.stops());
        }
    }
}
