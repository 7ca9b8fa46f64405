package dev.millrace.edges.rtsp;

import dev.millrace.protocols.rtsp.Caller;
import dev.millrace.protocols.rtsp.Event;
import dev.millrace.protocols.rtsp.Inbound;
import dev.millrace.protocols.rtsp.Request;
import dev.millrace.protocols.rtsp.Response;
import dev.millrace.protocols.rtsp.RtspFramer;
import dev.millrace.protocols.rtsp.RtspUrl;
import dev.millrace.protocols.rtsp.ServerSession;
import dev.millrace.protocols.rtsp.Sessions;
import dev.millrace.protocols.rtsp.Status;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One RTSP connection: bytes to requests and packets, responses to bytes. It answers one request after the other and reads no
 * further while one waits for the house. Owned by its channel's loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Bytes that may wait to be understood; more than one message, because a read brings several. */
    private static final int MAX_PENDING = RtspFramer.MAX_MESSAGE + 512 * 1024;

    private static final int CHANNELS = 256;

    /** What an interleaved channel carries. */
    private record ChannelUse(EdgeSession session, int track, boolean rtcp) {}

    private final EdgeLoop room;
    private final long id;
    private final Map<String, EdgeSession> sessions = new HashMap<>();
    private @Nullable EdgeSession fresh;
    private @Nullable Channel channel;
    private InetAddress peer = InetAddress.getLoopbackAddress();
    private @Nullable ByteBuf pending;
    private @Nullable ChannelUse @Nullable [] channels;
    private long lastHeard;
    private boolean awaiting;
    private boolean closing;

    Connection(EdgeLoop room) {
        this.room = room;
        this.id = room.nextConnection();
        this.lastHeard = room.edge().node().clock().nanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        peer = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
        room.add(this);
    }

    long id() {
        return id;
    }

    InetAddress peer() {
        return peer;
    }

    Channel channel() {
        Channel open = channel;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    /** The machine for requests without a Session header; a connection that says nothing has none. */
    private EdgeSession fresh() {
        EdgeSession known = fresh;
        if (known == null) {
            known = EdgeSession.fresh(room, this);
            fresh = known;
        }
        return known;
    }

    /** Tells the machine that is no session yet. */
    void on(Event event) {
        if (fresh != null) {
            fresh.on(event);
        }
    }

    /** Nanoseconds since the last whole request, 0 while there is a session. */
    long idleSince(long now) {
        return sessions.isEmpty() ? now - lastHeard : 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (closing) {
            read.release();
            return;
        }
        pending =
                pending == null ? read : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), pending, read);
        consume();
        if (pending != null && pending.readableBytes() > MAX_PENDING) {
            room.edge().counters().malformed("pending");
            close();
        }
    }

    private void consume() {
        while (pending != null && !awaiting && !closing) {
            ByteBuf bytes = pending;
            if (!bytes.isReadable()) {
                bytes.release();
                pending = null;
                return;
            }
            ByteBuffer view = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
            int from = view.position();
            int at = media(view, from);
            if (at > from) {
                bytes.skipBytes(at - from);
                continue;
            }
            switch (RtspFramer.frame(view)) {
                case Framed.NeedMore<Inbound> _ -> {
                    return;
                }
                case Framed.Broken<Inbound>(Malformed why) -> broken(why);
                case Framed.Message<Inbound>(Inbound inbound, int consumed) -> {
                    // Stepped over before it is handled: an answer may come at once and read on.
                    bytes.skipBytes(consumed);
                    inbound(inbound, view);
                }
            }
        }
    }

    /** Hands over a run of whole interleaved frames; returns where it ends. */
    private int media(ByteBuffer view, int from) {
        int limit = view.limit();
        int at = from;
        int size = RtspFramer.interleaved(view, at, limit);
        long now = size > 0 ? room.edge().node().clock().nanos() : 0;
        while (size > 0 && !closing) {
            frame(view, view.get(at + 1) & 0xFF, at + RtspFramer.FRAME_HEAD, size - RtspFramer.FRAME_HEAD, now);
            at += size;
            size = RtspFramer.interleaved(view, at, limit);
        }
        return at;
    }

    private void frame(ByteBuffer view, int number, int offset, int length, long now) {
        ChannelUse use = channels == null ? null : channels[number];
        if (use == null) {
            room.edge().counters().stray();
        } else if (use.rtcp) {
            use.session.rtcp(use.track, view, offset, length, now);
        } else {
            use.session.rtp(use.track, view, offset, length, now);
        }
    }

    private void inbound(Inbound inbound, ByteBuffer view) {
        switch (inbound) {
            case Request request -> request(request);
            case Response _ -> lastHeard = room.edge().node().clock().nanos();
            case Inbound.Interleaved(int number, int offset, int length) ->
                frame(view, number, offset, length, room.edge().node().clock().nanos());
        }
    }

    private void request(Request request) {
        lastHeard = room.edge().node().clock().nanos();
        awaiting = true;
        try {
            Caller caller = new Caller(id, peer.getHostAddress(), Caller.credentials(request));
            List<Sessions.Entry> own =
                    sessions.values().stream().map(EdgeSession::entry).toList();
            Sessions.Route route = Sessions.route(
                    request,
                    own,
                    named -> sessions.containsKey(named) || room.edge().known().get(named) != null);
            boolean redirected = redirected(request);
            switch (route) {
                case Sessions.Answer(Response response) -> reply(response);
                case Sessions.Fresh _ -> {
                    List.copyOf(sessions.values()).forEach(session -> session.on(new Event.Heard()));
                    Event.Arrived asked = new Event.Arrived(request, caller, Sessions.channels(own), redirected);
                    fresh().take(asked, this::reply);
                }
                case Sessions.To(String named) -> to(named, request, caller, own);
            }
        } catch (Malformed malformed) {
            room.edge().counters().malformed(malformed.rule());
            reply(Response.to(request, Status.BAD_REQUEST));
        }
        updateReading();
    }

    private boolean redirected(Request request) {
        try {
            return !request.uri().equals("*") && room.edge().redirects().redirected(RtspUrl.parse(request.uri()));
        } catch (Malformed malformed) {
            return false;
        }
    }

    private void to(String named, Request request, Caller caller, List<Sessions.Entry> own) {
        EdgeSession session = sessions.get(named);
        if (session != null) {
            List<Sessions.Entry> others = own.stream()
                    .filter(entry -> !entry.session().id().equals(named))
                    .toList();
            session.take(new Event.Arrived(request, caller, Sessions.channels(others), false), this::reply);
            return;
        }
        EdgeSession known = room.edge().known().get(named);
        if (known == null) {
            reply(Response.to(request, Status.SESSION_NOT_FOUND));
            return;
        }
        Event.Arrived asked = new Event.Arrived(request, caller, Sessions.channels(own), false);
        known.loop().run(() -> known.take(asked, response -> room.loop().run(() -> reply(response))));
    }

    private void broken(Malformed why) {
        room.edge().counters().malformed(why.rule());
        reply(ServerSession.broken());
        closeAfterWrites();
    }

    /** Sends the answer to the request in hand and reads on. */
    void reply(Response response) {
        room.edge().counters().response(response.status().code());
        Channel open = channel;
        if (open != null && open.isActive()) {
            open.writeAndFlush(Unpooled.wrappedBuffer(response.encode()), open.voidPromise());
        }
        if (awaiting) {
            awaiting = false;
            updateReading();
            // Not from within: whoever answers may still be in the middle of its effects.
            if (pending != null) {
                room.loop().execute(this::consume);
            }
        }
    }

    /** Nothing is read while an answer is due or while the peer does not take what it has been sent. */
    private void updateReading() {
        Channel open = channel;
        if (open != null) {
            open.config().setAutoRead(!awaiting && open.isWritable());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            List.copyOf(sessions.values()).forEach(EdgeSession::writable);
        }
        updateReading();
    }

    /** An interleaved frame of our own: a report. */
    void write(int number, byte[] packet) {
        Channel open = channel;
        if (open != null && open.isActive()) {
            ByteBuf frame = open.alloc().buffer(RtspFramer.FRAME_HEAD + packet.length);
            frame.writeByte('$').writeByte(number).writeShort(packet.length).writeBytes(packet);
            open.writeAndFlush(frame, open.voidPromise());
        }
    }

    void use(int rtp, int rtcp, EdgeSession session, int track) {
        @Nullable ChannelUse[] uses = channels;
        if (uses == null) {
            uses = new @Nullable ChannelUse[CHANNELS];
            channels = uses;
        }
        uses[rtp] = new ChannelUse(session, track, false);
        uses[rtcp] = new ChannelUse(session, track, true);
    }

    void forget(int rtp, int rtcp) {
        if (channels != null) {
            channels[rtp] = null;
            channels[rtcp] = null;
        }
    }

    /** The fresh machine has become a session; the connection takes a new one. */
    void register(EdgeSession session) {
        sessions.put(session.id(), session);
        if (session == fresh) {
            fresh = null;
        }
    }

    void unregister(EdgeSession session) {
        sessions.remove(session.id());
        lastHeard = room.edge().node().clock().nanos();
    }

    void closeAfterWrites() {
        closing = true;
        Channel open = channel;
        if (open != null) {
            open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    void close() {
        closing = true;
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        room.remove(this);
        if (pending != null) {
            pending.release();
            pending = null;
        }
        on(new Event.ConnectionLost());
        List.copyOf(sessions.values()).forEach(session -> session.on(new Event.ConnectionLost()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            context.close();
            return;
        }
        LOG.error("event=bug door=rtsp", cause);
        context.close();
    }
}
