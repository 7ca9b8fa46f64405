package dev.millrace.services.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.sip.Response;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Security class 15: a user that there is cannot be told from one that there is not, by status, size or time. The positive control is
 * a peer that looks the user up first and hashes only for those it knows.
 */
class EnumerationTest {
    private static final int ROUNDS = 1_500;
    private static final int WARM_UP = 500;

    /** What the median times may differ by; wide, for a machine that does other things too. */
    private static final double BOUND = 1.2;

    /** What the bad peer spends on users that it knows. */
    private static final long LEAK_NANOS = 150_000;

    @AutoClose
    private static House house;

    @BeforeAll
    static void start() {
        house = new House(1, Map.of("auth.guesses", "1000000"));
    }

    @Test
    void statusAndSizeAreTheSame() {
        Client known = house.kept(
                new Client("alice", "wrong", Wire.udp(house.port("A")).only()));
        Client unknown = house.kept(
                new Client("nalle", "wrong", Wire.udp(house.port("A")).only()));
        for (String lines : new String[] {"Contact: <sip:x@10.0.0.1>", "Expires: 5", "Contact: *\r\nExpires: 0"}) {
            Response one = known.stranger(lines);
            Response other = unknown.stranger(lines);
            assertThat(one.status()).isEqualTo(401).isEqualTo(other.status());
            Response guess = known.register(lines);
            Response blind = unknown.register(lines);
            assertThat(guess.status()).isEqualTo(401).isEqualTo(blind.status());
            assertThat(masked(guess)).isEqualTo(masked(blind));
        }
    }

    /** Without what differs from answer to answer. */
    private static String masked(Response response) {
        return new String(response.encode(), StandardCharsets.UTF_8)
                .replaceAll("alice|nalle", "user")
                .replaceAll("(tag|branch|nonce)=(\"?)[^;,\"\\r]*", "$1=$2")
                .replaceAll("(?m)^(Call-ID|CSeq): .*$", "$1")
                .replaceAll("127.0.0.1:\\d+|rport=\\d+", "");
    }

    @Test
    void theTimeIsTheSame() {
        double ratio = ratio(house.port("A"));
        System.out.printf("measured time of the answer for a known user to an unknown one: %.3f%n", ratio);
        assertThat(ratio).isBetween(1 / BOUND, BOUND);
    }

    @Test
    void aPeerThatLeaksIsSeen() throws IOException {
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> leak(peer));
            double ratio = ratio(peer.getLocalPort());
            System.out.printf("measured the same of a peer that leaks: %.3f%n", ratio);
            assertThat(ratio).isGreaterThan(BOUND);
        }
    }

    private static void leak(DatagramSocket peer) {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        while (!peer.isClosed()) {
            try {
                packet.setLength(2_000);
                peer.receive(packet);
                String request = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                long end = System.nanoTime() + (request.contains("alice") ? LEAK_NANOS : 0);
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
                String answer = request.replaceFirst("REGISTER [^\\r]*", "SIP/2.0 401 Unauthorized")
                        .replace(
                                "Content-Length",
                                "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\"\r\nContent-Length");
                packet.setData(answer.getBytes(StandardCharsets.UTF_8));
                peer.send(packet);
                packet.setData(new byte[2_000]);
            } catch (IOException closed) {
                return;
            }
        }
    }

    /**
     * Median time for a known user with a wrong password by that for an unknown one, asked in a random order, by one socket and with
     * new Call-IDs, so that no event loop answers for one of them only.
     */
    private static double ratio(int port) {
        Wire wire = Wire.udp(port).only();
        Client[] clients = {new Client("alice", "wrong", wire), new Client("nalle", "wrong", wire)};
        long[][] nanos = new long[2][ROUNDS];
        int[] done = new int[2];
        Random order = new Random(15);
        for (Client client : clients) {
            client.learn(client.stranger());
        }
        for (int i = 0; i < 2 * (WARM_UP + ROUNDS); i++) {
            int kind = i < 2 * WARM_UP ? i % 2 : order.nextBoolean() ? 0 : 1;
            if (done[kind] == ROUNDS) {
                kind = 1 - kind;
            }
            Client client = clients[kind];
            client.callId = Client.chance();
            String request = client.request("Contact: <sip:x@10.0.0.1>", client.credentials());
            long start = System.nanoTime();
            client.send(request);
            if (i >= 2 * WARM_UP) {
                nanos[kind][done[kind]++] = System.nanoTime() - start;
            }
        }
        wire.close();
        Arrays.sort(nanos[0]);
        Arrays.sort(nanos[1]);
        return (double) nanos[0][ROUNDS / 2] / nanos[1][ROUNDS / 2];
    }
}
