package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.testing.Await;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one source may take over UDP, and that others do not suffer for it. 127.0.0.8 is a balancer. */
class SourceLimitsTest {
    private static final int RATE = 50;
    private static final int MANY = 400;

    @RegisterExtension
    static final Told told = new Told(() -> Map.of(
            "sip.transports", "udp,tcp",
            "sip.bind", "0.0.0.0",
            "sip.balancers", "127.0.0.8",
            "sip.source.rate", String.valueOf(RATE)));

    private static DatagramSocket peer(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
        socket.setSoTimeout(10_000);
        // All answers wait in it until the last request is sent.
        socket.setReceiveBufferSize(1 << 21);
        return socket;
    }

    private static void send(DatagramSocket from, byte[] bytes) throws IOException {
        from.send(
                new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral("127.0.0.1"), told.port(Transport.UDP)));
    }

    private static void receive(DatagramSocket at, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            at.receive(new DatagramPacket(new byte[2_048], 2_048));
        }
    }

    /** The balancer is the positive control: the same flood, and all of it is answered. */
    @ParameterizedTest
    @CsvSource({"127.0.0.2,false", "127.0.0.8,true"})
    void aFloodOfOneSourceIsDroppedUnread(String host, boolean balancer) throws IOException {
        double before = told.counter("millrace.sip.limited");
        try (DatagramSocket flood = peer(host);
                DatagramSocket other = peer(balancer ? "127.0.0.4" : "127.0.0.3")) {
            for (int i = 0; i < MANY; i++) {
                send(flood, Told.bytes(Told.options("UDP", host, 5060, "f" + i)));
            }
            send(other, Told.bytes(Told.options("UDP", "127.0.0.3", 5060, "o")));
            receive(other, 1);
            Await.until(
                    "all were seen",
                    () -> told.messages.size() - 1 + told.counter("millrace.sip.limited") - before >= MANY);
            int answered = told.messages.size() - 1;
            receive(flood, answered);
            if (balancer) {
                assertThat(answered).isEqualTo(MANY);
            } else {
                // A second's worth at once, and what comes free while the flood lasts.
                assertThat(answered).isBetween(RATE, MANY / 2);
            }
        }
    }

    /** Answers to what we sent pass where requests do not, up to a limit of their own. */
    @Test
    void responsesHaveALimitOfTheirOwn() throws IOException {
        byte[] response = Told.bytes(Told.options("UDP", "127.0.0.5", 5060, "r")
                .replace("OPTIONS sip:a@example.com SIP/2.0", "SIP/2.0 200 OK"));
        double before = told.counter("millrace.sip.limited");
        int passed = RATE * Transports.ANSWERS_PER_REQUEST;
        int sent = 5 * passed;
        try (DatagramSocket peer = peer("127.0.0.5")) {
            for (int i = 0; i < sent; i++) {
                send(peer, response);
            }
        }
        Await.until(
                "all were seen", () -> told.messages.size() + told.counter("millrace.sip.limited") - before >= sent);
        assertThat(told.messages.size()).isBetween(passed, sent / 2);
    }

    /** On a wildcard address the peer decides which of our addresses it is told. */
    @Test
    void aWildcardTellsTheAddressOfTheRoute() throws IOException {
        try (DatagramSocket peer = peer("127.0.0.6")) {
            send(peer, Told.bytes(Told.options("UDP", "127.0.0.6", 5060, "w")));
            receive(peer, 1);
        }
        Flow flow = told.heard("w").flow();
        assertThat(flow.listener().advertised(flow.remote())).hasToString("127.0.0.1:" + told.port(Transport.UDP));
        assertThat(flow.front()).isEqualTo(flow.listener().advertised(flow.remote()));
        assertThat(told.transports.ours("127.0.0.77", told.port(Transport.UDP))).isTrue();
        assertThat(told.transports.ours("192.0.2.1", told.port(Transport.UDP))).isFalse();
    }
}
