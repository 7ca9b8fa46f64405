package dev.millrace.platform.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP port on a native channel, owned by one event loop: packets are received in batches (recvmmsg), sent in batches
 * (sendmmsg), and a run of equal packets to one address leaves as one segmented send (UDP_SEGMENT). Vert.x's own
 * DatagramSocket copies, locks and resolves names per packet, which the media path cannot afford.
 */
public final class UdpPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);

    /** Longest packet received, bytes; what is longer arrives cut and is refused by the length checks above. */
    public static final int PACKET_LIMIT = 4096;

    /** Most segments of one segmented send, a limit of the kernel. */
    public static final int SEGMENT_LIMIT = 64;

    /** What a port is for. */
    public enum Use {
        /** Packets of one frame's size or less, taken over by whom they are lent to. */
        MEDIA(PACKET_LIMIT, 16),
        /**
         * Messages as long as UDP can carry, each copied out at once. The port is shared: every loop binds a socket of its own to
         * it (SO_REUSEPORT) and the kernel keeps a peer's packets on one of them. The receiver is called with the Vert.x context
         * in place.
         */
        MESSAGES(65_535, 8);

        private final int packetLimit;
        private final int batch;

        Use(int packetLimit, int batch) {
            this.packetLimit = packetLimit;
            this.batch = batch;
        }
    }

    private static final int SOCKET_BUFFER = 4 << 20;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(8 << 20, 16 << 20);

    /** What arrives at a port. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Called on the port's loop; the packet is borrowed for the call. It must be retained to be kept, which only
         * {@link Use#MEDIA} allows.
         */
        void packet(ByteBuf packet, InetSocketAddress from);

        /** Called on the port's loop when no more packets wait: what was written in answer may be flushed. */
        default void drained() {}
    }

    private final Channel channel;
    private final boolean segments;
    private final AtomicLong dropped = new AtomicLong();

    private UdpPort(Channel channel) {
        this.channel = channel;
        this.segments =
                channel instanceof EpollDatagramChannel && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    /** Binds a port for media on that loop; port 0 takes a free one. */
    public static Future<UdpPort> bind(Loops loops, Loop loop, InetSocketAddress address, Receiver receiver) {
        return bind(loops, loop, address, Use.MEDIA, receiver);
    }

    /** Binds on that loop; port 0 takes a free one. */
    public static Future<UdpPort> bind(Loops loops, Loop loop, InetSocketAddress address, Use use, Receiver receiver) {
        Promise<UdpPort> bound = Promise.promise();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.netty())
                .channelFactory(
                        () -> loops.vertx().transport().datagramChannelFactory().newChannel())
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new Inbound(receiver));
        int room = use.packetLimit * use.batch;
        switch (use) {
            case MEDIA -> bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(room));
            case MESSAGES -> {
                LentBuffer lent = new LentBuffer(use.packetLimit, use.batch);
                bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, lent).handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.closeFuture().addListener(closed -> lent.release());
                        channel.pipeline().addLast(new ContextScope(loop), new Inbound(receiver));
                    }
                });
            }
        }
        if (loops.vertx().isNativeTransportEnabled()) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, use.packetLimit);
        }
        if (loops.vertx().isNativeTransportEnabled() && use == Use.MESSAGES) {
            bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
        }
        bootstrap
                .bind(address)
                .addListener((ChannelFuture done) -> loop.run(() -> {
                    if (done.isSuccess()) {
                        bound.complete(new UdpPort(done.channel()));
                    } else {
                        bound.fail(done.cause());
                    }
                }));
        return bound.future();
    }

    /** Where it is bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Packets not sent because the socket could not take them any more. */
    public long dropped() {
        return dropped.get();
    }

    /** Queues one packet and takes it over; {@link #flush} sends. Called on the port's loop. */
    public void write(ByteBuf packet, InetSocketAddress to) {
        if (channel.isWritable()) {
            channel.write(new DatagramPacket(packet, to), channel.voidPromise());
        } else {
            packet.release();
            dropped.incrementAndGet();
        }
    }

    /**
     * Queues a run of packets that lie back to back, each {@code segment} bytes long but the last, which may be shorter, and
     * takes it over: at most {@link #SEGMENT_LIMIT} of them and 65,507 bytes. Called on the port's loop.
     */
    public void write(ByteBuf run, int segment, InetSocketAddress to) {
        if (!channel.isWritable()) {
            dropped.addAndGet((run.readableBytes() + segment - 1) / segment);
            run.release();
        } else if (segments) {
            channel.write(new SegmentedDatagramPacket(run, segment, to), channel.voidPromise());
        } else {
            while (run.readableBytes() > segment) {
                channel.write(new DatagramPacket(run.readRetainedSlice(segment), to), channel.voidPromise());
            }
            channel.write(new DatagramPacket(run, to), channel.voidPromise());
        }
    }

    /** Sends what is queued. Called on the port's loop. */
    public void flush() {
        channel.flush();
    }

    @Override
    public void close() {
        channel.close();
    }

    /** Lends each datagram's bytes to the receiver. */
    private static final class Inbound extends ChannelInboundHandlerAdapter {
        private final Receiver receiver;

        Inbound(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void channelRead(ChannelHandlerContext channel, Object message) {
            DatagramPacket datagram = (DatagramPacket) message;
            try {
                receiver.packet(datagram.content(), datagram.sender());
            } finally {
                datagram.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext channel) {
            receiver.drained();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
            // An ICMP "port unreachable" for a peer that is gone comes up as an IOException; the port itself is fine.
            if (!(cause instanceof IOException)) {
                LOG.error("udp packet failed port={}", channel.channel().localAddress(), cause);
            }
        }
    }
}
