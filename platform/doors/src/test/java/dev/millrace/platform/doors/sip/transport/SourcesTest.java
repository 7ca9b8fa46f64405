package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");

    /** Refused ones end like others, one after the other or many at once: the open ones still count. */
    @Test
    void refusedConnectionsTakeNoOpenOneWithThem() {
        Sources sources = new Sources(2, 1_000, 7, 0);
        assertThat(sources.connect(PEER)).isTrue();
        assertThat(sources.connect(PEER)).isTrue();
        for (int burst = 0; burst < 3; burst++) {
            for (int i = 0; i < 5; i++) {
                assertThat(sources.connect(PEER)).isFalse();
            }
            for (int i = 0; i < 5; i++) {
                sources.disconnect(PEER);
            }
        }
        assertThat(sources.connect(PEER)).as("two are open").isFalse();
        sources.disconnect(PEER);
        sources.disconnect(PEER);
        assertThat(sources.connect(PEER)).isTrue();
    }
}
