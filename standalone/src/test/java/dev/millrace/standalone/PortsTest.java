package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ports that somebody else has keep a node from starting; {@code P} is one of 127.0.0.1 that is taken. */
class PortsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SIP beside a proxy of somebody else | true  | sip.port=P roles=proxy",
                "a node that speaks no SIP           | false | sip.port=P sip.tls.port=P roles=rtsp-edge",
                "SIP on another address              | false | sip.port=P sip.bind=127.0.0.2 roles=registrar",
                "SIP on two addresses                | true  | sip.port=P sip.bind=127.0.0.2,127.0.0.1 roles=redirect",
                "RTSP                                | true  | rtsp.port=P roles=rtsp-edge",
                "a node that speaks no RTSP          | false | rtsp.port=P roles=proxy",
                "HTTP, which every node speaks       | true  | http.port=P roles=location",
                "HTTP on another address             | false | http.port=P http.host=127.0.0.2 roles=location",
                "HTTPS that was asked for            | true  | http.tls.port=P roles=location",
            })
    void taken(String row, boolean stops, String given) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Map<String, String> flags = new HashMap<>(Map.of("bind", "127.0.0.1"));
            Ports.all().stream()
                    .filter(key -> !key.equals("http.tls.port"))
                    .forEach(key -> flags.put(key, String.valueOf(Ports.free())));
            for (String flag : List.of(given.split(" "))) {
                int equal = flag.indexOf('=');
                String value = flag.substring(equal + 1);
                flags.put(flag.substring(0, equal), value.equals("P") ? String.valueOf(other.getLocalPort()) : value);
            }
            assertThat(Ports.taken(Settings.of(Distribution.settings(), flags)).isPresent())
                    .as(row)
                    .isEqualTo(stops);
        }
    }
}
