package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.protocols.sip.Limits;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.impl.HttpServerConnection;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of a SIP client: each message is one SIP message (RFC 7118 section 5), whole or in frames. Browsers say nothing by themselves, so
 * this side pings. Owned by the connection's loop.
 */
final class WebSocketWire implements Connection.Wire {
    /** A silent peer is pinged so many times before it counts as idle. */
    private static final int PINGS = 3;

    /** RFC 6455 section 7.4.1. */
    private static final short GOING_AWAY = 1001;

    private final Connections home;
    private final Receiving receiving;
    private final ServerWebSocket socket;
    private final HttpConnection below;
    private final Runnable leave;
    private final ByteArrayOutputStream frames = new ByteArrayOutputStream(0);
    private @Nullable Connection connection;

    /** The first frame of a message that has not ended came then. */
    private long since;

    private boolean unfinished;
    private long pinged;

    /** The client writes its messages as binary ones: it gets such too. */
    private boolean binary;

    /**
     * @param below what the socket stands on, for one that cannot be closed in good order
     * @param leave gives the connection's place back
     */
    WebSocketWire(Connections home, ServerWebSocket socket, HttpConnection below, Runnable leave) {
        this.home = home;
        this.below = below;
        this.receiving = home.receiving();
        this.socket = socket;
        this.leave = leave;
    }

    void start(Listener listener, Loop loop, Connection.Ends ends) {
        if (socket.isClosed()) {
            leave.run();
            return;
        }
        Connection made = new Connection(home, listener, loop, ends, this);
        connection = made;
        pinged = receiving.now();
        home.add(made);
        socket.setWriteQueueMaxSize(home.limits().writeBytes());
        watchWrites(made);
        socket.pongHandler(pong -> made.moved(receiving.now()));
        socket.exceptionHandler(failure -> made.close("broken"));
        socket.frameHandler(frame -> onFrame(made, frame));
        socket.closeHandler(closed -> {
            leave.run();
            made.ended();
        });
    }

    /** Pings are answered below this class: a peer that sends many and reads nothing is seen at the channel only. */
    private void watchWrites(Connection of) {
        if (below instanceof HttpServerConnection known) {
            ChannelHandlerContext last = known.channelHandlerContext();
            last.pipeline().addBefore(last.name(), null, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext here) {
                    if (!here.channel().isWritable()) {
                        of.close("slow");
                    }
                    here.fireChannelWritabilityChanged();
                }
            });
        }
    }

    private void onFrame(Connection from, WebSocketFrame frame) {
        boolean data = frame.isText() || frame.isBinary() || frame.isContinuation();
        if (!data || !from.open()) {
            return;
        }
        long now = receiving.now();
        from.moved(now);
        if (!frame.isContinuation()) {
            binary = frame.isBinary();
        }
        byte[] bytes = frame.binaryData().getBytes();
        if (frame.isFinal() && !unfinished) {
            onMessage(from, bytes);
            return;
        }
        if (frames.size() + bytes.length > Limits.MESSAGE) {
            refuse(from, new Malformed("message-length", "more than " + Limits.MESSAGE + " bytes"), bytes);
            return;
        }
        frames.writeBytes(bytes);
        if (frame.isFinal()) {
            unfinished = false;
            byte[] whole = frames.toByteArray();
            frames.reset();
            onMessage(from, whole);
        } else if (!unfinished) {
            unfinished = true;
            since = now;
        }
    }

    private void onMessage(Connection from, byte[] bytes) {
        switch (Parser.parse(bytes, 0, bytes.length)) {
            case Framed.Message<Message>(Message message, int _) -> {
                if (from.balanced() || receiving.admits(from.remote().getAddress(), message)) {
                    receiving.message(from, message);
                }
            }
            case Framed.NeedMore<Message> _ -> {
                receiving.meters().keepAlives.increment();
                if (bytes.length >= 4) {
                    // JsSIP pings as RFC 5626 does over TCP, and waits for the same answer.
                    put(new byte[] {'\r', '\n'});
                }
            }
            case Framed.Broken<Message>(Malformed why) -> refuse(from, why, bytes);
        }
    }

    private void refuse(Connection from, Malformed why, byte[] bytes) {
        receiving.broken(from, why, Parser.answerable(bytes, 0, bytes.length));
        from.close("broken");
    }

    @Override
    public void write(byte[] message) {
        if (!socket.isClosed()) {
            put(message);
        }
    }

    /** As text, as most clients expect it, unless the client writes binary or the bytes are no UTF-8. */
    private void put(byte[] bytes) {
        String text = binary ? null : text(bytes);
        if (text == null) {
            socket.writeFinalBinaryFrame(Buffer.buffer(bytes));
        } else {
            socket.writeFinalTextFrame(text);
        }
    }

    /** Null where the bytes are no UTF-8. Most messages are ASCII, which one look tells. */
    private static @Nullable String text(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return utf8(bytes);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }

    @Override
    public void look(long nowNanos) {
        Connection of = connection;
        if (of == null) {
            return;
        }
        if (unfinished && nowNanos - since > home.limits().messageTime().toNanos()) {
            of.close("unfinished");
        } else if (nowNanos - pinged > home.limits().idle().toNanos() / PINGS) {
            pinged = nowNanos;
            socket.writePing(Buffer.buffer());
        }
    }

    @Override
    public void close() {
        if (below instanceof HttpServerConnection known
                && !known.channelHandlerContext().channel().isWritable()) {
            // A farewell would wait behind what the peer does not read.
            known.channelHandlerContext().channel().close();
        } else {
            socket.close(GOING_AWAY);
        }
    }
}
