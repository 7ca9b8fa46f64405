package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Loops;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.UdpPort;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.stun.Stun;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SIP over UDP on one address: a socket per event loop, all on the same port. What arrives is copied once, parsed on the loop that
 * received it, and handed over; what is sent leaves by the calling loop's own socket, all of a batch together. Used from any thread.
 */
final class UdpEndpoint implements AutoCloseable {
    /** Bytes of the longest datagram that UDP can carry over IPv4. */
    static final int DATAGRAM_LIMIT = 65_507;

    /** Bytes that a batch is first given room for; a message longer than what is left of it gets new ones. */
    private static final int OUTBOX = 64 * 1024;

    /** Senders that a socket remembers; a power of two. */
    private static final int RECENT = 1_024;

    private final String nodeId;
    private final long process;
    private final TransportConfig config;
    private final Receiving receiving;
    private final Listener listener;
    private final List<Socket> sockets = new ArrayList<>();

    private UdpEndpoint(NodeContext node, TransportConfig config, Receiving receiving, Listener listener) {
        this.nodeId = node.nodeId();
        this.process = node.ids().epochSeed();
        this.config = config;
        this.receiving = receiving;
        this.listener = listener;
    }

    /** Binds one socket on every loop. */
    static Future<UdpEndpoint> open(NodeContext node, TransportConfig config, Receiving receiving, Listener listener) {
        UdpEndpoint endpoint = new UdpEndpoint(node, config, receiving, listener);
        Loops loops = node.loops();
        Future<?> bound = Future.succeededFuture();
        for (Loop loop : loops.all()) {
            Socket socket = endpoint.new Socket(loop);
            endpoint.sockets.add(socket);
            bound = bound.compose(before -> UdpPort.bind(loops, loop, listener.bound(), UdpPort.Use.MESSAGES, socket))
                    .onSuccess(socket::bound);
        }
        receiving.meters().dropped(endpoint);
        return bound.map(endpoint).onFailure(taken -> endpoint.close());
    }

    String nodeId() {
        return nodeId;
    }

    /** What tells this process of the node from those before it; not 0. */
    long process() {
        return process;
    }

    Listener listener() {
        return listener;
    }

    boolean balancer(InetAddress address) {
        return Cidr.any(config.balancers(), address);
    }

    /** Sends from the calling loop's socket; from any other thread by the loop that the peer's address picks. */
    void send(byte[] message, InetSocketAddress remote) {
        for (Socket socket : sockets) {
            if (socket.loop.inLoop()) {
                socket.send(message, remote);
                return;
            }
        }
        Socket socket = sockets.get(Math.floorMod(remote.hashCode(), sockets.size()));
        socket.loop.netty().execute(() -> socket.send(message, remote));
    }

    /** Datagrams that the sockets could not take. */
    long dropped() {
        long dropped = 0;
        for (Socket socket : sockets) {
            UdpPort port = socket.port;
            dropped += port == null ? 0 : port.dropped();
        }
        return dropped;
    }

    @Override
    public void close() {
        sockets.forEach(Socket::close);
    }

    /** One loop's socket. */
    private final class Socket implements UdpPort.Receiver {
        private final Loop loop;

        /** Flows of late senders, each where the hash of its address puts it. */
        private final @Nullable UdpFlow[] recent = new UdpFlow[RECENT];

        /** Set once, when bound; read by other threads only for counters and to close it. */
        private volatile @Nullable UdpPort port;

        /** A batch is being received: what is sent waits for its end. */
        private boolean receives;

        private boolean waiting;

        /** Where messages lie until they are sent, those of a batch back to back. */
        private @Nullable ByteBuf outbox;

        private Socket(Loop loop) {
            this.loop = loop;
        }

        private void bound(UdpPort bound) {
            this.port = bound;
        }

        @Override
        public void packet(ByteBuf packet, InetSocketAddress from) {
            receives = true;
            int length = packet.readableBytes();
            if (length == 0) {
                receiving.meters().empty.increment();
                return;
            }
            if (from.getPort() == 0) {
                // Nobody could be answered there.
                receiving.meters().broken("source");
                return;
            }
            byte[] bytes = new byte[length];
            packet.readBytes(bytes);
            if (!balancer(from.getAddress()) && !receiving.admits(from.getAddress(), bytes)) {
                return;
            }
            // No SIP message begins with a byte below 4.
            if (bytes[0] >= 0 && bytes[0] < 4 && Stun.looksLike(bytes)) {
                stun(bytes, from);
            } else {
                message(bytes, from);
            }
        }

        private void message(byte[] bytes, InetSocketAddress from) {
            Flow flow = flow(from);
            switch (Parser.parse(bytes, 0, bytes.length)) {
                case Framed.Message<Message>(Message message, int _) -> receiving.message(flow, message);
                case Framed.NeedMore<Message> _ -> receiving.meters().keepAlives.increment();
                case Framed.Broken<Message>(Malformed why) ->
                    receiving.broken(flow, why, Parser.answerable(bytes, 0, bytes.length));
            }
        }

        /** Most datagrams come from one that has sent before: its address need not be written out again. */
        private Flow flow(InetSocketAddress from) {
            if (from.getAddress().isLinkLocalAddress()) {
                // Two of them on two links are equal to Java.
                return new UdpFlow(UdpEndpoint.this, from);
            }
            int at = from.hashCode() & RECENT - 1;
            UdpFlow known = recent[at];
            if (known == null || !known.remote().equals(from)) {
                known = new UdpFlow(UdpEndpoint.this, from);
                recent[at] = known;
            }
            return known;
        }

        private void stun(byte[] bytes, InetSocketAddress from) {
            Stun.answer(bytes, 0, bytes.length, from.getAddress().getAddress(), from.getPort())
                    .ifPresent(answer -> {
                        receiving.meters().stun.increment();
                        write(answer, from);
                    });
        }

        private void send(byte[] message, InetSocketAddress remote) {
            receiving.meters().sent(Transport.UDP);
            write(message, remote);
        }

        private void write(byte[] bytes, InetSocketAddress remote) {
            UdpPort bound = port;
            if (bytes.length > DATAGRAM_LIMIT) {
                receiving.meters().broken("datagram-too-long");
                return;
            }
            if (bound == null) {
                return;
            }
            ByteBuf room = room(bytes.length);
            int at = room.writerIndex();
            bound.write(room.writeBytes(bytes).retainedSlice(at, bytes.length), remote);
            if (!receives && !waiting) {
                loop.netty().execute(this::flush);
            }
            waiting = true;
        }

        private ByteBuf room(int length) {
            ByteBuf room = outbox;
            if (room != null && room.writableBytes() >= length) {
                return room;
            }
            if (room != null) {
                room.release();
            }
            room = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(OUTBOX, length));
            outbox = room;
            return room;
        }

        /** Nothing is sent any more. */
        private void close() {
            UdpPort bound = port;
            port = null;
            if (bound != null) {
                bound.close();
            }
            loop.run(() -> {
                ByteBuf room = outbox;
                outbox = null;
                if (room != null) {
                    room.release();
                }
            });
        }

        @Override
        public void drained() {
            receives = false;
            if (waiting) {
                flush();
            }
        }

        private void flush() {
            UdpPort bound = port;
            if (waiting && bound != null) {
                waiting = false;
                bound.flush();
            }
            ByteBuf room = outbox;
            if (room != null && room.refCnt() == 1) {
                // The kernel has it all: the next batch is written into the same bytes, which are still in the cache.
                room.clear();
            }
        }
    }
}
