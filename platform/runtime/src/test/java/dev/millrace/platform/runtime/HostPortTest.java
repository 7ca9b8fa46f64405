package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "example.com, example.com, ''",
        "localhost, localhost, ''",
        "pc33, pc33, ''",
        "192.0.2.1, 192.0.2.1, 192.0.2.1",
        "[2001:db8::1], 2001:db8::1, 2001:db8:0:0:0:0:0:1",
        "::1, ::1, 0:0:0:0:0:0:0:1",
        "[, [, ''",
        "[], '', ''",
        "'', '', ''",
        "300.0.0.1, 300.0.0.1, ''",
        "a:b, a:b, ''"
    })
    void hostsAndAddresses(String host, String bare, String address) {
        assertThat(HostPort.bare(host)).isEqualTo(bare);
        assertThat(HostPort.literal(host).map(InetAddress::getHostAddress))
                .isEqualTo(address.isEmpty() ? Optional.empty() : Optional.of(address));
    }
}
