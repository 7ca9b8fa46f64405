package dev.millrace.platform.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP port on native channels, its connections dealt out round robin to the node's event loops. The handler that
 * is made for a connection belongs to that connection's loop. Vert.x's own NetServer copies every buffer it hands over, which
 * the media path cannot afford.
 */
public final class TcpPort implements AutoCloseable {
    /**
     * @param connections most connections at once; one more is closed as soon as it is accepted, and counted
     * @param highWater bytes waiting to be written above which a channel says it is not writable
     */
    public record Options(int connections, int highWater) {
        public static final Options DEFAULT = new Options(20_000, 256 * 1024);
    }

    private static final int BACKLOG = 1024;

    /** Silence after which the kernel asks a peer whether it is still there. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final Channel channel;
    private final AtomicInteger open;
    private final AtomicLong refused;

    private TcpPort(Channel channel, AtomicInteger open, AtomicLong refused) {
        this.channel = channel;
        this.open = open;
        this.refused = refused;
    }

    /** Binds; port 0 takes a free one. */
    public static Future<TcpPort> listen(
            Loops loops, InetSocketAddress address, Options options, Function<Loop, ChannelHandler> handler) {
        AtomicInteger open = new AtomicInteger();
        AtomicLong refused = new AtomicLong();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.vertx().acceptorEventLoopGroup(), loops.vertx().nettyEventLoopGroup())
                .channelFactory(() -> (io.netty.channel.ServerChannel)
                        loops.vertx().transport().serverChannelFactory(false).newChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.closeFuture().addListener(closed -> open.decrementAndGet());
                        if (open.incrementAndGet() > options.connections) {
                            refused.incrementAndGet();
                            child.close();
                            return;
                        }
                        Loop loop = loops.of(child.eventLoop());
                        child.pipeline().addLast(new ContextScope(loop), handler.apply(loop));
                    }
                });
        connection(loops, options, bootstrap::childOption);
        Promise<TcpPort> bound = Promise.promise();
        bootstrap.bind(address).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                bound.complete(new TcpPort(done.channel(), open, refused));
            } else {
                bound.fail(done.cause());
            }
        });
        return bound.future();
    }

    /** Connects from the given loop; fails after {@code timeout}. */
    public static Future<Channel> connect(
            Loops loops, Loop loop, InetSocketAddress address, Duration timeout, ChannelHandler handler) {
        return connect(loops, loop, new Way(null, address, timeout), Options.DEFAULT, handler);
    }

    /**
     * Where a connection goes.
     *
     * @param from the local address; null leaves it to the kernel
     * @param timeout after which it fails
     */
    public record Way(@Nullable InetSocketAddress from, InetSocketAddress to, Duration timeout) {}

    /** Connects from the given loop; of the options the number of connections does not count. */
    public static Future<Channel> connect(Loops loops, Loop loop, Way way, Options options, ChannelHandler handler) {
        Promise<Channel> connected = Promise.promise();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.netty())
                .channelFactory(
                        () -> loops.vertx().transport().channelFactory(false).newChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) way.timeout.toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ContextScope(loop), handler);
                    }
                });
        connection(loops, options, bootstrap::option);
        bootstrap
                .connect(way.to, way.from)
                .addListener((ChannelFuture done) -> loop.run(() -> {
                    if (done.isSuccess()) {
                        connected.complete(done.channel());
                    } else {
                        connected.fail(done.cause());
                    }
                }));
        return connected.future();
    }

    private interface ConnectionOption {
        <T> void set(ChannelOption<T> option, T value);
    }

    /** What every connection is like, whoever opened it. */
    private static void connection(Loops loops, Options options, ConnectionOption connection) {
        connection.set(ChannelOption.TCP_NODELAY, true);
        connection.set(ChannelOption.SO_KEEPALIVE, true);
        connection.set(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(options.highWater / 2, options.highWater));
        if (loops.vertx().isNativeTransportEnabled()) {
            // A peer that vanished without a word is found by the kernel: nobody else would, on a connection that is
            // idle.
            connection.set(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
            connection.set(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_SECONDS / 3);
            connection.set(EpollChannelOption.TCP_KEEPCNT, 3);
            connection.set(EpollChannelOption.TCP_USER_TIMEOUT, 2 * KEEP_ALIVE_SECONDS * 1_000);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Connections open now. */
    public int connections() {
        return open.get();
    }

    /** Connections closed at once because too many were open. */
    public long refused() {
        return refused.get();
    }

    /** Stops listening; connections live on. */
    @Override
    public void close() {
        channel.close();
    }
}
