package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.platform.runtime.testing.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UdpPortTest {
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private final Loops loops = Loops.of(vertx);

    @AfterEach
    void stop() {
        Await.get(vertx.close());
    }

    /** Answers each packet with its length, and counts. */
    private static final class Echo implements UdpPort.Receiver {
        private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
        private final AtomicInteger batches = new AtomicInteger();
        private final Promise<UdpPort> bound = Promise.promise();

        private UdpPort port() {
            return bound.future().result();
        }

        @Override
        public void packet(ByteBuf packet, InetSocketAddress from) {
            seen.add(packet.readableBytes());
            port().write(Unpooled.copyInt(packet.readableBytes()), from);
        }

        @Override
        public void drained() {
            batches.incrementAndGet();
            port().flush();
        }
    }

    private List<Echo> shared(int count) {
        List<Echo> all = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < count; i++) {
            Echo echo = new Echo();
            echo.bound.complete(Await.get(UdpPort.bind(
                    loops,
                    loops.all().get(i),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), number),
                    UdpPort.Use.MESSAGES,
                    echo)));
            number = echo.port().address().getPort();
            all.add(echo);
        }
        return all;
    }

    private static int ask(DatagramSocket socket, InetSocketAddress to, int length) throws IOException {
        socket.setSoTimeout(10_000);
        socket.send(new DatagramPacket(new byte[length], length, to));
        DatagramPacket answer = new DatagramPacket(new byte[8], 8);
        socket.receive(answer);
        return Unpooled.wrappedBuffer(answer.getData()).readInt();
    }

    @Test
    void socketsOfAllLoopsShareAPortForMessages() throws IOException {
        List<Echo> both = shared(2);
        InetSocketAddress to = both.getFirst().port().address();
        assertThat(both.getLast().port().address()).isEqualTo(to);
        for (int i = 1; i <= 64; i++) {
            try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                assertThat(ask(peer, to, i)).isEqualTo(i);
                assertThat(ask(peer, to, i)).isEqualTo(i);
            }
        }
        assertThat(both).allSatisfy(echo -> {
            assertThat(echo.seen).isNotEmpty();
            assertThat(echo.batches).hasPositiveValue();
        });
        assertThat(both.getFirst().seen).doesNotContainAnyElementsOf(both.getLast().seen);
        both.forEach(echo -> echo.port().close());
    }

    @Test
    void aMessageMayBeAsLongAsUdpAllows() throws IOException {
        Echo echo = shared(1).getFirst();
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int length : List.of(0, 1, 4_097, 65_507, 3)) {
                assertThat(ask(peer, echo.port().address(), length)).isEqualTo(length);
            }
        }
        echo.port().close();
    }

    /** Datagrams that wait together are taken by one system call, side by side in one buffer, and told of as one batch. */
    @Test
    void whatWaitsIsTakenInBatches() throws Exception {
        assumeTrue(vertx.isNativeTransportEnabled(), "recvmmsg needs the native transport");
        int count = 64;
        Batches batches = new Batches();
        Loop loop = loops.all().getFirst();
        UdpPort port = Await.get(UdpPort.bind(
                loops,
                loop,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                UdpPort.Use.MESSAGES,
                batches));
        CountDownLatch held = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < count; i++) {
                peer.send(new DatagramPacket(new byte[100], 100, port.address()));
            }
        }
        held.countDown();
        Await.until("all came", () -> batches.packets.get() == count);
        // The same few places of the lent buffer again and again, 64 KiB apart: one for each datagram of a call.
        assertThat(batches.places).hasSize(8);
        long first = batches.places.stream().mapToLong(Long::longValue).min().orElseThrow();
        assertThat(batches.places)
                .allSatisfy(place -> assertThat((place - first) % 65_535).isZero());
        // The first batch of a read is small.
        assertThat(batches.ends.get()).isLessThanOrEqualTo(count / 8 + 1);
        port.close();
    }

    /** What a receiver throws is a bug of ours, and not the ICMP message that a port may pass over. */
    @Test
    void aReceiverThatThrowsIsHeardOf() throws IOException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(UdpPort.class);
        logger.addAppender(log);
        try {
            UdpPort port = Await.get(UdpPort.bind(
                    loops,
                    loops.all().getFirst(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    UdpPort.Use.MESSAGES,
                    (packet, from) -> {
                        throw new IllegalStateException("a bug");
                    }));
            try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                peer.send(new DatagramPacket(new byte[1], 1, port.address()));
                Await.until(
                        "it is logged",
                        () -> List.copyOf(log.list).stream()
                                .anyMatch(event ->
                                        event.getThrowableProxy().getMessage().equals("a bug")));
            }
            port.close();
        } finally {
            logger.detachAppender(log);
        }
    }

    /** Notes where each datagram lies. */
    private static final class Batches implements UdpPort.Receiver {
        private final Set<Long> places = ConcurrentHashMap.newKeySet();
        private final AtomicInteger packets = new AtomicInteger();
        private final AtomicInteger ends = new AtomicInteger();

        @Override
        public void packet(ByteBuf packet, InetSocketAddress from) {
            places.add(packet.memoryAddress());
            packets.incrementAndGet();
        }

        @Override
        public void drained() {
            ends.incrementAndGet();
        }
    }
}
