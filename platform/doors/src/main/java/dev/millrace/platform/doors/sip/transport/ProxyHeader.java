package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.runtime.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol, versions 1 and 2: a balancer's connection begins with the address of the client that it speaks for. A balancer that
 * checks our health says LOCAL and speaks for itself. Owned by the channel's loop.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    /** Told to the handlers behind it, once. */
    record ClientSeen(Optional<InetSocketAddress> client) {}

    private static final String DECODER = "proxy-decoder";

    private final Connections home;
    private @Nullable ScheduledFuture<?> patience;

    private ProxyHeader(Connections home) {
        this.home = home;
    }

    /** Puts the header's handlers at the pipeline's end. */
    static void await(ChannelPipeline pipeline, Connections home) {
        pipeline.addLast(DECODER, new HAProxyMessageDecoder());
        pipeline.addLast(new ProxyHeader(home));
    }

    /** Whether the channel's header has not come yet. */
    static boolean awaited(Channel channel) {
        return channel.pipeline().get(ProxyHeader.class) != null;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext here) {
        patience = here.executor()
                .schedule(
                        () -> {
                            home.receiving().meters().closed("unfinished");
                            here.close();
                        },
                        home.limits().messageTime().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object read) {
        if (!(read instanceof HAProxyMessage header)) {
            here.fireChannelRead(read);
            return;
        }
        Optional<InetSocketAddress> client;
        try {
            client = client(header);
        } finally {
            header.release();
        }
        if (client.isPresent() && !enter(here, client.get().getAddress())) {
            here.close();
            return;
        }
        // Out of the way first: who is told looks whether a header is still awaited.
        here.pipeline().remove(this);
        here.fireUserEventTriggered(new ClientSeen(client));
    }

    private boolean enter(ChannelHandlerContext here, InetAddress source) {
        here.channel().closeFuture().addListener(closed -> home.leave(source));
        return home.enter(source);
    }

    private static Optional<InetSocketAddress> client(HAProxyMessage header) {
        String host = header.sourceAddress();
        if (header.command() == HAProxyCommand.LOCAL || host == null) {
            return Optional.empty();
        }
        // No address is the path of a local socket.
        return HostPort.literal(host).map(address -> new InetSocketAddress(address, header.sourcePort()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext here) {
        if (patience != null) {
            patience.cancel(false);
        }
    }
}
