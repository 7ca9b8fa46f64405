package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.doors.tls.Certificates;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.TcpPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The TCP and TLS ports of a node: what stands in a channel's pipeline, for those that come in and those that go out. Used from any thread. */
final class StreamPorts implements AutoCloseable {
    private final NodeContext node;
    private final TransportConfig config;
    private final Connections home;
    private final Certificates certificates;
    private final List<TcpPort> ports = new ArrayList<>();

    StreamPorts(NodeContext node, TransportConfig config, Connections home, Certificates certificates) {
        this.node = node;
        this.config = config;
        this.home = home;
        this.certificates = certificates;
    }

    /** Listens there. */
    Future<Void> open(Listener listener) {
        return TcpPort.listen(node.loops(), listener.bound(), options(), loop -> accepting(listener, loop))
                .onSuccess(port -> {
                    synchronized (ports) {
                        ports.add(port);
                    }
                })
                .mapEmpty();
    }

    /** {@link Connections} counts those of all ports together. */
    private TcpPort.Options options() {
        return new TcpPort.Options(Integer.MAX_VALUE, config.limits().writeBytes());
    }

    private ChannelHandler accepting(Listener listener, Loop loop) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                InetAddress peer = ((InetSocketAddress) channel.remoteAddress()).getAddress();
                boolean balancer = Cidr.any(config.balancers(), peer);
                if (!admitted(channel, peer, balancer)) {
                    channel.close();
                    return;
                }
                ChannelPipeline pipeline = channel.pipeline();
                if (balancer && config.proxyProtocol()) {
                    ProxyHeader.await(pipeline, home);
                }
                if (listener.transport().secure()) {
                    SslHandler tls = certificates.server().newHandler(channel.alloc());
                    tls.setHandshakeTimeout(config.limits().messageTime().toMillis(), TimeUnit.MILLISECONDS);
                    pipeline.addLast(tls);
                }
                pipeline.addLast(new StreamChannel(home, listener, loop, balancer, null));
            }
        };
    }

    private boolean admitted(Channel channel, InetAddress peer, boolean balancer) {
        if (!home.enter()) {
            return false;
        }
        channel.closeFuture().addListener(closed -> home.leave());
        if (balancer) {
            return true;
        }
        channel.closeFuture().addListener(closed -> home.leave(peer));
        return home.enter(peer);
    }

    /** Opens a connection; it is done when messages can be sent, with TLS after the handshake. */
    Future<Connection> connect(Listener listener, InetSocketAddress remote, String serverName) {
        if (!home.enter()) {
            return Future.failedFuture("sip.connections are open already");
        }
        Loop loop = node.loops().next();
        StreamChannel stream = new StreamChannel(home, listener, loop, false, serverName);
        ChannelInitializer<Channel> dialing = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (listener.transport().secure()) {
                    SslHandler tls = certificates.client().newHandler(channel.alloc(), serverName, remote.getPort());
                    tls.setHandshakeTimeout(config.limits().connectTime().toMillis(), TimeUnit.MILLISECONDS);
                    channel.pipeline().addLast(tls);
                }
                channel.pipeline().addLast(stream);
            }
        };
        InetAddress bound = listener.bound().getAddress();
        InetSocketAddress from = bound.isAnyLocalAddress() ? null : new InetSocketAddress(bound, 0);
        TcpPort.Way way = new TcpPort.Way(from, remote, config.limits().connectTime());
        return TcpPort.connect(node.loops(), loop, way, options(), dialing)
                .onSuccess(channel -> channel.closeFuture().addListener(closed -> home.leave()))
                .onFailure(refused -> home.leave())
                .compose(channel -> stream.started());
    }

    /** Takes no new connections; those that are open go on. */
    @Override
    public void close() {
        synchronized (ports) {
            ports.forEach(TcpPort::close);
            ports.clear();
        }
    }
}
