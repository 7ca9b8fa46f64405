package dev.millrace.platform.lanes;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a node link: cuts the stream of bytes into messages, keeps the link alive, and finds out within
 * {@link #SILENCE_LIMIT} that the other node is gone. Owned by its channel's loop.
 */
abstract class LinkChannel extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(LinkChannel.class);
    private static final Duration PING_PERIOD = Duration.ofSeconds(1);
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(4);

    private final Loop loop;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf pending;
    private @Nullable Timer pinging;
    private long heardNanos = System.nanoTime();

    LinkChannel(Loop loop) {
        this.loop = loop;
    }

    /** A message came; the body is lent for the call. */
    abstract void message(LinkMessage.Head head, ByteBuf body);

    /** The link is up: say the first word. */
    void opened() {}

    /** The link is gone; called once. */
    abstract void lost();

    final Loop loop() {
        return loop;
    }

    @Nullable
    final ChannelHandlerContext context() {
        return context;
    }

    /** Writes and takes over; dropped silently once the link is gone. */
    final void send(ByteBuf message) {
        ChannelHandlerContext open = context;
        if (open == null) {
            message.release();
        } else {
            open.writeAndFlush(message, open.voidPromise());
        }
    }

    final void disconnect() {
        ChannelHandlerContext open = context;
        if (open != null) {
            open.close();
        }
    }

    /** Sends the reason and closes. */
    final void close(Closed why) {
        ChannelHandlerContext open = context;
        if (open != null) {
            open.writeAndFlush(LinkMessage.close(open.alloc(), why)).addListener(sent -> open.close());
        }
    }

    @Override
    public final void channelActive(ChannelHandlerContext channel) {
        context = channel;
        heardNanos = System.nanoTime();
        pinging = loop.every(PING_PERIOD, this::ping);
        opened();
    }

    private void ping() {
        ChannelHandlerContext open = context;
        if (open == null) {
            return;
        }
        if (System.nanoTime() - heardNanos > SILENCE_LIMIT.toNanos()) {
            LOG.warn("node link silent peer={}", open.channel().remoteAddress());
            open.close();
        } else {
            send(LinkMessage.ping(open.alloc()));
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext channel) {
        context = null;
        if (pinging != null) {
            pinging.cancel();
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
        lost();
    }

    @Override
    public final void channelRead(ChannelHandlerContext channel, Object received) {
        heardNanos = System.nanoTime();
        ByteBuf bytes = join((ByteBuf) received);
        try {
            while (cut(bytes)) {
                // One message after the other.
            }
        } catch (Malformed malformed) {
            LOG.warn("node link broken peer={} {}", channel.channel().remoteAddress(), malformed.getMessage());
            channel.close();
            bytes.skipBytes(bytes.readableBytes());
        } finally {
            keep(bytes);
        }
    }

    private ByteBuf join(ByteBuf received) {
        ByteBuf before = pending;
        if (before == null) {
            return received;
        }
        pending = null;
        before.writeBytes(received);
        received.release();
        return before;
    }

    private void keep(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (context == null) {
            bytes.release();
        } else {
            // A copy of its own, with room for the rest of the message: what was received may be shared.
            int room = Math.max(bytes.readableBytes() * 2, 64 * 1024);
            pending = bytes.alloc().directBuffer(room).writeBytes(bytes);
            bytes.release();
        }
    }

    private boolean cut(ByteBuf bytes) {
        int at = bytes.readerIndex();
        if (bytes.readableBytes() < LinkMessage.HEADER) {
            return false;
        }
        long length = bytes.getUnsignedInt(at + 8);
        if (length > LinkMessage.BODY_LIMIT) {
            throw new Malformed("link-length", length + " bytes, at most " + LinkMessage.BODY_LIMIT);
        }
        if (bytes.readableBytes() < LinkMessage.HEADER + length) {
            return false;
        }
        bytes.skipBytes(LinkMessage.HEADER);
        ByteBuf body = bytes.readSlice((int) length);
        message(LinkMessage.Head.read(bytes, at), body);
        return true;
    }

    /** A frame of a FRAME message, copied; {@link Malformed} when its packets do not fill the body. */
    static Frame frame(Tracks tracks, LinkMessage.Head head, ByteBuf body) {
        if (head.track() >= tracks.size() || head.packets() == 0) {
            throw new Malformed("link-frame", "track " + head.track() + " with " + head.packets() + " packets");
        }
        int at = body.readerIndex();
        int end = body.writerIndex();
        for (int i = 0; i < head.packets(); i++) {
            if (end - at < Frame.PREFIX + 12) {
                throw new Malformed("link-frame", "a packet beyond the end");
            }
            at += Frame.PREFIX + body.getUnsignedShort(at + 2);
        }
        if (at != end) {
            throw new Malformed("link-frame", "packets do not fill the frame");
        }
        ByteBuf own = body.alloc().directBuffer(body.readableBytes()).writeBytes(body);
        return new Frame(
                tracks.get(head.track()),
                own,
                head.packets(),
                head.longest(),
                head.is(LinkMessage.FLAG_KEY),
                head.is(LinkMessage.FLAG_LAST),
                System.nanoTime());
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            LOG.error("node link failed peer={}", channel.channel().remoteAddress(), cause);
        }
        channel.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channel) {
        // Only a link that queues cares.
    }
}
