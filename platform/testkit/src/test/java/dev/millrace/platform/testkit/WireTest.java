package dev.millrace.platform.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WireTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final String MESSAGE = "MESSAGE sip:a SIP/2.0\r\ncontent-length: 3\r\n\r\nabc";
    private static final String OK = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";

    @Test
    void aConnectionIsCutIntoMessagesAndKeepAlives() throws IOException {
        try (ServerSocket listening = TcpWire.listen(0, 1);
                TcpWire one = Wire.tcp(listening.getLocalPort());
                TcpWire other = TcpWire.accept(listening)) {
            one.send(OK + "\r\n" + MESSAGE.substring(0, 20));
            assertThat(other.receive()).asString(UTF_8).isEqualTo(OK);
            assertThat(other.receive()).asString(UTF_8).isEqualTo("\r\n");
            assertThat(other.receive(SHORT)).isEmpty();
            one.send(MESSAGE.substring(20, MESSAGE.length() - 1));
            assertThat(other.receive(SHORT)).isEmpty();
            one.send("c" + OK + "tail");
            assertThat(other.message()).isEqualTo(MESSAGE);
            assertThat(other.take(3)).isEqualTo("SIP");
            one.socket().shutdownOutput();
            assertThat(other.rest()).isEqualTo(OK.substring(3) + "tail");
            assertThat(other.ended()).isTrue();
            assertThatThrownBy(other::receive).hasMessageContaining("ended");
        }
    }

    @Test
    void whatIsNotMeantIsPassedOver() {
        try (UdpWire one = Wire.udp(9);
                UdpWire other = Wire.udp(one.port())) {
            one.turn(other.local());
            one.send("SIP/2.0 100 Trying\r\n\r\n");
            one.sendLines(one.head("OPTIONS", "sip:b", "x").replace("\r", ""));
            String asked = other.message();
            assertThat(Wire.header(asked, "via")).isEqualTo("SIP/2.0/UDP " + one.address() + ";rport;branch=z9hG4bKx");
            assertThat(Wire.header(asked, "Max")).isEmpty();
            assertThat(other.sender()).isEqualTo(one.local());
            one.send(MESSAGE);
            assertThat(other.silent(SHORT, text -> text.startsWith("BYE"))).isTrue();
        }
    }
}
