package dev.millrace.edges.rtsp;

import dev.millrace.protocols.rtsp.Inbound;
import dev.millrace.protocols.rtsp.Keys;
import dev.millrace.protocols.rtsp.Method;
import dev.millrace.protocols.rtsp.Request;
import dev.millrace.protocols.rtsp.Response;
import dev.millrace.protocols.rtsp.RtspFramer;
import dev.millrace.protocols.rtsp.SessionHeader;
import dev.millrace.protocols.rtsp.Transport;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plain RTSP client on a blocking socket. Owned by the test's thread. */
final class RtspClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    /** One interleaved frame. */
    record Packet(int channel, byte[] bytes) {
        int sequence() {
            return ByteBuffer.wrap(bytes).getShort(2) & 0xFFFF;
        }
    }

    private final Socket socket = new Socket();
    private final ArrayDeque<Packet> packets = new ArrayDeque<>();
    private final byte[] buffer = new byte[RtspFramer.MAX_MESSAGE];
    private int filled;
    private long cseq;
    private String session = "";
    private String authorization = "";

    RtspClient(int port) {
        this(port, "127.0.0.1");
    }

    /** @param from the loopback address to come from */
    RtspClient(int port, String from) {
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String session() {
        return session;
    }

    RtspClient session(String other) {
        session = other;
        return this;
    }

    RtspClient authorization(String value) {
        authorization = value;
        return this;
    }

    Response ask(Method method, String uri) {
        return ask(request(method, uri));
    }

    <T> Response ask(Method method, String uri, HeaderKey<T> key, T value) {
        return ask(request(method, uri).with(key, value));
    }

    Request request(Method method, String uri) {
        cseq++;
        Request request = Request.of(method, uri, cseq);
        if (!session.isEmpty()) {
            request = request.with(SessionHeader.KEY, new SessionHeader(session, 0));
        }
        return authorization.isEmpty() ? request : request.with(Keys.AUTHORIZATION, authorization);
    }

    Response ask(Request request) {
        write(request.encode());
        Response response = response();
        response.headers().first(SessionHeader.KEY).ifPresent(header -> session = header.id());
        return response;
    }

    void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void send(int channel, byte[] packet) {
        byte[] frame = new byte[4 + packet.length];
        frame[0] = '$';
        frame[1] = (byte) channel;
        frame[2] = (byte) (packet.length >> 8);
        frame[3] = (byte) packet.length;
        System.arraycopy(packet, 0, frame, 4, packet.length);
        write(frame);
    }

    /** The next response; packets before it are kept. */
    Response response() {
        while (true) {
            switch (next()) {
                case Response response -> {
                    return response;
                }
                case Packet packet -> packets.add(packet);
                case null -> throw new AssertionError("closed instead of a response");
                default -> {}
            }
        }
    }

    /** The next packet on one of these channels. */
    Packet packet(Integer... channels) {
        List<Integer> wanted = Arrays.asList(channels);
        while (true) {
            Packet kept = packets.poll();
            Object next = kept != null ? kept : next();
            if (next == null) {
                throw new AssertionError("closed instead of a packet");
            }
            if (next instanceof Packet packet && wanted.contains(packet.channel)) {
                return packet;
            }
        }
    }

    /** Whether the server closes the connection within the client's patience. */
    boolean isClosed() {
        while (true) {
            if (next() == null) {
                return true;
            }
        }
    }

    private @Nullable Object next() {
        try {
            while (true) {
                ByteBuffer view = ByteBuffer.wrap(buffer, 0, filled);
                if (RtspFramer.frame(view) instanceof Framed.Message<Inbound>(Inbound inbound, int consumed)) {
                    Object whole = inbound instanceof Inbound.Interleaved(int channel, int offset, int length)
                            ? new Packet(channel, Arrays.copyOfRange(buffer, offset, offset + length))
                            : inbound;
                    System.arraycopy(buffer, consumed, buffer, 0, filled - consumed);
                    filled -= consumed;
                    return whole;
                }
                int read = socket.getInputStream().read(buffer, filled, buffer.length - filled);
                if (read < 0) {
                    return null;
                }
                filled += read;
            }
        } catch (java.net.SocketException reset) {
            return null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** ANNOUNCE, SETUP over TCP and RECORD of one video track. */
    RtspClient publish(String url) {
        expect(announce(url));
        expect(ask(
                Method.SETUP,
                url + "/trackID=0",
                Transport.KEY,
                List.of(Transport.overTcp(new Transport.Pair(0, 1), Transport.Mode.RECORD))));
        expect(ask(Method.RECORD, url));
        return this;
    }

    Response announce(String url) {
        return ask(request(Method.ANNOUNCE, url).with("application/sdp", Video.SDP.getBytes(StandardCharsets.UTF_8)));
    }

    /** SETUP of the first track over TCP. */
    RtspClient setup(String url) {
        Transport tcp = Transport.overTcp(new Transport.Pair(0, 1), Transport.Mode.PLAY);
        expect(ask(Method.SETUP, url + "/trackID=0", Transport.KEY, List.of(tcp)));
        return this;
    }

    static Response expect(Response response) {
        if (!response.status().isSuccess()) {
            throw new AssertionError("refused: " + response.startLine() + " "
                    + new Headers(response.headers().lines()));
        }
        return response;
    }

    @Override
    public void close() {
        hangUp();
    }

    /** Ends the connection without a word. */
    void hangUp() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
