package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.doors.sip.transport.Connections.Target;
import dev.millrace.platform.doors.sip.transport.ProxyHeader.ClientSeen;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.protocols.sip.KeepAlive;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.StreamFramer;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of a TCP or TLS channel: cuts its bytes into messages (RFC 3261 section 18.3), answers pings (RFC 5626 section
 * 4.4.1), and bounds how long a message and a peer that does not read may take. Owned by the channel's loop.
 */
final class StreamChannel extends ChannelInboundHandlerAdapter implements Connection.Wire {
    private static final ByteBuf PONG =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeByte('\r').writeByte('\n'));

    /** How a header of the PROXY protocol begins, version 1 and 2. */
    private static final byte[] PROXY_V1 = {'P', 'R', 'O', 'X', 'Y', ' '};

    private static final byte[] PROXY_V2 = {'\r', '\n', '\r', '\n', 0};

    private final Connections home;
    private final Receiving receiving;
    private final Listener listener;
    private final Loop loop;
    private final boolean secure;

    /** Aliases (RFC 5923) that one connection may have. */
    static final int ALIASES_LIMIT = 16;

    /** The name that a server's certificate was verified for; null on a connection that the peer opened. */
    private final @Nullable String serverName;

    private final boolean balancer;
    private final StreamFramer framer = new StreamFramer();
    private final Promise<Connection> started = Promise.promise();
    private @Nullable Channel channel;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Connection connection;
    private @Nullable InetSocketAddress client;

    /** When the first byte of what is not whole yet came; meaningful while {@link #unfinished}. */
    private long since;

    private boolean unfinished;
    private int aliases;
    private boolean begun;
    private boolean receives;
    private boolean waiting;

    /** Bytes handed to the channel since it last was empty, and how many of them had left at the last progress. */
    private long written;

    private long left;
    private long progressed;

    /**
     * @param balancer whether the peer is a balancer, so that its address is many clients'
     * @param serverName of a connection that this node opens; null where the peer opened it
     */
    StreamChannel(Connections home, Listener listener, Loop loop, boolean balancer, @Nullable String serverName) {
        this.home = home;
        this.receiving = home.receiving();
        this.listener = listener;
        this.loop = loop;
        this.secure = listener.transport().secure();
        this.balancer = balancer;
        this.serverName = serverName;
    }

    /** The connection, once it can carry messages. */
    Future<Connection> started() {
        return started.future();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        this.context = added;
        this.channel = added.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (!secure && !(balancer && ProxyHeader.awaited(active.channel()))) {
            start(active, List.of());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext here, Object event) {
        switch (event) {
            case ClientSeen(Optional<InetSocketAddress> seen) -> {
                client = seen.orElse(null);
                if (!secure) {
                    start(here, List.of());
                }
            }
            case SslHandshakeCompletionEvent done
            when done.isSuccess() ->
                verified(
                        here,
                        PeerNames.of(
                                here.pipeline().get(SslHandler.class).engine().getSession()));
            case SslHandshakeCompletionEvent failed -> refuse(here, failed.cause());
            default -> here.fireUserEventTriggered(event);
        }
    }

    /** JSSE has found the server's name among those of its certificate, but it takes a wildcard for it. */
    private void verified(ChannelHandlerContext here, List<String> peerNames) {
        if (serverName == null || PeerNames.match(peerNames, serverName)) {
            start(here, peerNames);
        } else {
            refuse(here, new SSLPeerUnverifiedException("the certificate does not name " + serverName));
        }
    }

    private void refuse(ChannelHandlerContext here, Throwable why) {
        receiving.meters().closed("tls");
        started.tryFail(why);
        here.close();
    }

    private void start(ChannelHandlerContext here, List<String> peerNames) {
        InetSocketAddress remote =
                client == null ? (InetSocketAddress) here.channel().remoteAddress() : client;
        Connection made = new Connection(
                home,
                listener,
                loop,
                new Connection.Ends(
                        (InetSocketAddress) here.channel().localAddress(),
                        remote,
                        balancer && client == null,
                        peerNames),
                this);
        connection = made;
        // Nobody has looked yet: what is written before that is not late.
        progressed = receiving.now();
        home.add(made);
        if (serverName != null || !secure) {
            home.leadsTo(made, Target.of(listener.transport(), remote, serverName == null ? "" : serverName));
        }
        started.complete(made);
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object read) {
        receives = true;
        ByteBuf bytes = (ByteBuf) read;
        try {
            Connection from = connection;
            if (from == null || !from.open()) {
                return;
            }
            if (!begun && proxyHeader(from, bytes)) {
                return;
            }
            begun = true;
            long now = receiving.now();
            from.moved(now);
            framer.append(bytes.nioBuffer());
            cut(here, from, now);
        } finally {
            bytes.release();
        }
    }

    /** Only a balancer may say who the client is. */
    private boolean proxyHeader(Connection from, ByteBuf bytes) {
        if (begins(bytes, PROXY_V1) || begins(bytes, PROXY_V2)) {
            refuse(from, new Malformed("proxy-header", "a PROXY header from one who is no balancer"), Optional.empty());
            return true;
        }
        return false;
    }

    private static boolean begins(ByteBuf bytes, byte[] start) {
        if (bytes.readableBytes() < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private void cut(ChannelHandlerContext here, Connection from, long now) {
        while (from.open() && here.channel().isOpen()) {
            switch (framer.next()) {
                case Framed.Message<dev.millrace.protocols.sip.Inbound>(var whole, int _) -> {
                    unfinished = false;
                    switch (whole) {
                        case KeepAlive keepAlive -> onKeepAlive(here, keepAlive);
                        case Message message -> onMessage(from, message);
                    }
                }
                case Framed.NeedMore<dev.millrace.protocols.sip.Inbound> _ -> {
                    if (framer.buffered() == 0) {
                        unfinished = false;
                    } else if (!unfinished) {
                        unfinished = true;
                        since = now;
                    }
                    return;
                }
                case Framed.Broken<dev.millrace.protocols.sip.Inbound>(Malformed why) -> {
                    refuse(from, why, framer.answerable());
                    return;
                }
            }
        }
    }

    private void onMessage(Connection from, Message message) {
        if (!from.balanced() && !receiving.admits(from.remote().getAddress(), message)) {
            return;
        }
        if (secure && message instanceof Request request) {
            alias(from, request);
        }
        receiving.message(from, message);
    }

    /**
     * RFC 5923: a peer with a verified certificate may ask that requests to the address in its Via come over its own connection. The
     * name in the Via must be one of its certificate.
     */
    private void alias(Connection from, Request request) {
        if (from.peerNames().isEmpty()) {
            return;
        }
        try {
            var via = request.topVia();
            if (aliases < ALIASES_LIMIT && via.params().has("alias") && PeerNames.match(from.peerNames(), via.host())) {
                int port = via.port() < 0 ? listener.transport().defaultPort() : via.port();
                InetSocketAddress there = new InetSocketAddress(from.remote().getAddress(), port);
                aliases += home.leadsTo(from, Target.of(listener.transport(), there, via.host())) ? 1 : 0;
            }
        } catch (Malformed unreadable) {
            // The check of the request refuses it.
        }
    }

    private void onKeepAlive(ChannelHandlerContext here, KeepAlive keepAlive) {
        receiving.meters().keepAlives.increment();
        if (keepAlive == KeepAlive.PING) {
            here.write(PONG.duplicate(), here.voidPromise());
            flushSoon(here);
        }
    }

    private void refuse(Connection from, Malformed why, Optional<Request> answerable) {
        receiving.broken(from, why, answerable);
        from.close("broken");
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext here) {
        receives = false;
        if (waiting) {
            flush(here);
        }
    }

    @Override
    public void write(byte[] message) {
        ChannelHandlerContext here = context;
        Channel to = channel;
        if (here == null || to == null || !to.isActive()) {
            return;
        }
        written += message.length;
        here.write(here.alloc().directBuffer(message.length).writeBytes(message), here.voidPromise());
        flushSoon(here);
    }

    /** More than {@code sip.write-bytes} waits for the peer, whatever it is: messages, or answers to pings that it does not read. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext here) {
        if (!here.channel().isWritable()) {
            slow();
        }
    }

    private void flushSoon(ChannelHandlerContext here) {
        if (!receives && !waiting) {
            loop.netty().execute(() -> flush(here));
        }
        waiting = true;
    }

    private void flush(ChannelHandlerContext here) {
        if (waiting) {
            waiting = false;
            here.flush();
        }
    }

    @Override
    public void look(long nowNanos) {
        if (unfinished && nowNanos - since > home.limits().messageTime().toNanos()) {
            end("unfinished");
        } else {
            lookAtWrites(nowNanos);
        }
    }

    private void lookAtWrites(long nowNanos) {
        Channel to = channel;
        ChannelOutboundBuffer buffer = to == null ? null : to.unsafe().outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        long gone = written - pending;
        if (pending == 0) {
            written = 0;
            left = 0;
            progressed = nowNanos;
        } else if (gone > left) {
            left = gone;
            progressed = nowNanos;
        } else if (nowNanos - progressed > home.limits().writeTime().toNanos()) {
            slow();
        }
    }

    private void slow() {
        end("slow");
    }

    private void end(String why) {
        Connection from = connection;
        if (from != null) {
            from.close(why);
        }
    }

    /** Lets out what is answered already, but does not wait for a peer that does not read. */
    @Override
    public void close() {
        ChannelHandlerContext here = context;
        Channel to = channel;
        if (here != null && to != null) {
            flush(here);
            to.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        started.tryFail("the connection was closed");
        Connection ended = connection;
        if (ended != null) {
            ended.ended();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
        // A reset, bytes that are no TLS, a PROXY header that is none: the connection ends, nobody else notices.
        if (connection == null) {
            receiving.meters().closed("start");
        }
        started.tryFail(cause);
        here.close();
    }
}
