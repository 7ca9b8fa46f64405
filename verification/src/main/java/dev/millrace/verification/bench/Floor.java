package dev.millrace.verification.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The floor: a bare native Netty loop that writes ready buffers to its sockets, 25 video frames and 43 audio packets a
 * second and reader, and does nothing else. A server of streams cannot cost less than this. One event loop owns everything.
 */
public final class Floor {
    /** First byte of a connection: audio and video written as they come. */
    static final char PLAIN = 'P';

    /** First byte of a connection: audio rides in a video write that is due within 20 ms. */
    static final char MERGED = 'M';

    /** Datagram: send video here. */
    static final char VIDEO = 'V';

    /** Datagram: send audio here. */
    static final char AUDIO = 'A';

    /** Datagram: send nothing to anyone any more. One of many may be lost, and the readers all leave at once. */
    static final char LEAVE = 'L';

    private static final int QUEUE = 8 << 20;
    private static final long VIDEO_NANOS = 1_000_000_000L / 25;
    private static final long AUDIO_NANOS = 1024L * 1_000_000_000L / 44_100;

    /** How long audio waits for a video write. */
    private static final long AUDIO_LATE_MS = 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final FloorStream stream = new FloorStream(true);
    private final FloorStream datagrams = new FloorStream(false);
    private final List<Channel> plain = new ArrayList<>();
    private final List<Channel> merged = new ArrayList<>();
    private final List<InetSocketAddress> videoTo = new ArrayList<>();
    private final List<InetSocketAddress> audioTo = new ArrayList<>();
    private final List<ByteBuf> waiting = new ArrayList<>();
    private @Nullable ScheduledFuture<?> late;
    private @Nullable Channel udp;

    private Floor() {}

    /** @param arguments the port, for TCP and UDP */
    public static void main(String[] arguments) throws InterruptedException {
        Floor floor = new Floor();
        floor.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
        System.out.println("ready");
        System.out.flush();
        floor.loops.terminationFuture().await();
    }

    private void open(InetSocketAddress address) throws InterruptedException {
        new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 512)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(QUEUE / 2, QUEUE))
                .childHandler(new Connections())
                .bind(address)
                .sync();
        Channel bound = new Bootstrap()
                .group(loops)
                .channel(EpollDatagramChannel.class)
                .option(ChannelOption.SO_SNDBUF, QUEUE)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(QUEUE / 2, QUEUE))
                .handler(new Datagrams())
                .bind(address)
                .sync()
                .channel();
        loops.next().execute(() -> udp = bound);
        loops.next().scheduleAtFixedRate(this::video, VIDEO_NANOS, VIDEO_NANOS, TimeUnit.NANOSECONDS);
        loops.next().scheduleAtFixedRate(this::audio, AUDIO_NANOS, AUDIO_NANOS, TimeUnit.NANOSECONDS);
    }

    private void video() {
        if (!plain.isEmpty() || !merged.isEmpty()) {
            ByteBuf frame = stream.nextVideo();
            write(plain, frame);
            waiting.addFirst(frame);
            together();
        }
        Channel socket = udp;
        if (socket != null && !videoTo.isEmpty()) {
            ByteBuf frame = datagrams.nextVideo();
            for (InetSocketAddress to : videoTo) {
                socket.write(
                        new SegmentedDatagramPacket(frame.retainedDuplicate(), FloorStream.VIDEO_PACKET, to),
                        socket.voidPromise());
            }
            socket.flush();
        }
    }

    private void audio() {
        if (!plain.isEmpty() || !merged.isEmpty()) {
            ByteBuf packet = stream.nextAudio();
            write(plain, packet);
            waiting.add(packet);
            if (waiting.size() == 1) {
                late = loops.next().schedule(this::together, AUDIO_LATE_MS, TimeUnit.MILLISECONDS);
            }
        }
        Channel socket = udp;
        if (socket != null && !audioTo.isEmpty()) {
            ByteBuf packet = datagrams.nextAudio();
            for (InetSocketAddress to : audioTo) {
                socket.write(new DatagramPacket(packet.retainedDuplicate(), to), socket.voidPromise());
            }
            socket.flush();
        }
    }

    /** One write for everything that waits. */
    private void together() {
        if (late != null) {
            late.cancel(false);
            late = null;
        }
        if (!merged.isEmpty()) {
            int length = waiting.stream().mapToInt(ByteBuf::readableBytes).sum();
            ByteBuf whole = Unpooled.directBuffer(length);
            waiting.forEach(part -> whole.writeBytes(part, part.readerIndex(), part.readableBytes()));
            write(merged, whole);
            whole.release();
        }
        waiting.clear();
    }

    /** A reader that does not keep up misses buffers, and its check of sequence numbers says so. */
    private static void write(List<Channel> channels, ByteBuf bytes) {
        for (Channel channel : channels) {
            if (channel.isWritable()) {
                channel.writeAndFlush(bytes.retainedDuplicate(), channel.voidPromise());
            }
        }
    }

    @ChannelHandler.Sharable
    private final class Connections extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            (bytes.readByte() == MERGED ? merged : plain).add(context.channel());
            bytes.release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            plain.remove(context.channel());
            merged.remove(context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private final class Datagrams extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket datagram = (DatagramPacket) message;
            InetSocketAddress from = datagram.sender();
            switch (datagram.content().readByte()) {
                case VIDEO -> videoTo.add(from);
                case AUDIO -> audioTo.add(from);
                default -> {
                    videoTo.clear();
                    audioTo.clear();
                }
            }
            datagram.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The readers' ports close before their farewell is handled; nothing is wrong.
        }
    }
}
