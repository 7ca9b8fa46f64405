package dev.millrace.verification.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The pair of ports of one UDP track: packets of the even one are checked, those of the odd one are dropped. Reads many
 * datagrams with one system call. Owned by the load's event loop once it is open.
 */
final class UdpSink {
    private static final int DATAGRAM = 2048;
    private static final int AT_ONCE = 16;
    private static final int RECEIVE_BUFFER = 4 << 20;
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 19_998;

    /** Hands out pairs of ports; owned by the main thread. */
    static final class Ports {
        private final EventLoopGroup loops;
        private int next = FIRST_PORT;

        Ports(EventLoopGroup loops) {
            this.loops = loops;
        }

        /** Ports are not used again soon: what the session before still has on its way would disturb. */
        UdpSink open() {
            for (int tried = FIRST_PORT; tried <= LAST_PORT; tried += 2) {
                int port = next;
                next = next == LAST_PORT ? FIRST_PORT : next + 2;
                Handler even = new Handler();
                Channel first = bind(loops, port, even);
                if (first == null) {
                    continue;
                }
                Channel second = bind(loops, port + 1, new Handler());
                if (second != null) {
                    return new UdpSink(first, second, even);
                }
                first.close();
            }
            throw new IllegalStateException("no free pair of UDP ports from " + FIRST_PORT + " to " + LAST_PORT);
        }
    }

    private static final class Handler extends ChannelInboundHandlerAdapter {
        private final byte[] head = new byte[TrackCheck.HEAD];
        private @Nullable TrackCheck check;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket datagram = (DatagramPacket) message;
            ByteBuf content = datagram.content();
            TrackCheck to = check;
            if (to != null) {
                int length = content.readableBytes();
                content.getBytes(content.readerIndex(), head, 0, Math.min(length, head.length));
                to.packet(head, 0, length);
            }
            datagram.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A port of the peer that is closed shows as an error here; the missing packets show in the check.
        }
    }

    private final Channel even;
    private final Channel odd;
    private final Handler handler;

    private UdpSink(Channel even, Channel odd, Handler handler) {
        this.even = even;
        this.odd = odd;
        this.handler = handler;
    }

    private static @Nullable Channel bind(EventLoopGroup loops, int port, Handler handler) {
        var bound = new Bootstrap()
                .group(loops)
                .channel(EpollDatagramChannel.class)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM * AT_ONCE))
                .handler(handler)
                .bind(InetAddress.getLoopbackAddress(), port)
                .awaitUninterruptibly();
        return bound.isSuccess() ? bound.channel() : null;
    }

    void check(TrackCheck check) {
        handler.check = check;
    }

    int port() {
        return ((InetSocketAddress) even.localAddress()).getPort();
    }

    /** Sends one byte from the even port. */
    void send(char mark, InetSocketAddress to) {
        even.writeAndFlush(
                new DatagramPacket(Unpooled.wrappedBuffer(new byte[] {(byte) mark}), to), even.voidPromise());
    }

    void close() {
        even.close();
        odd.close();
    }
}
