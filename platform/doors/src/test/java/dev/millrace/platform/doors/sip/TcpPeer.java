package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Framed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A SIP peer over one TCP connection; its messages have no bodies. Owned by the test's thread. */
final class TcpPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;

    private TcpPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static TcpPeer connect(InetSocketAddress to) {
        try {
            return new TcpPeer(new Socket(to.getAddress(), to.getPort()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Listens on that port of the loopback address. */
    static ServerSocket listen(int port, int backlog) {
        try {
            ServerSocket listening = new ServerSocket(port, backlog, InetAddress.getLoopbackAddress());
            listening.setSoTimeout(PATIENCE_MILLIS);
            return listening;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The next connection that is opened there. */
    static TcpPeer accept(ServerSocket listening) {
        try {
            return new TcpPeer(listening.accept());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A request of this peer, as {@link Peer#request}. */
    String request(String method, String uri, String callId, String branch) {
        return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:" + socket.getLocalPort()
                + ";branch=z9hG4bK" + branch + "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=a" + callId
                + "\r\nTo: <" + uri + ">\r\nCall-ID: " + callId + "\r\nCSeq: 1 " + method
                + "\r\nContent-Length: 0\r\n\r\n";
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    private void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void answer(Request asked, int status, String reason) {
        send(Response.to(asked, status, reason, "t").build().encode());
    }

    /** The next response of that status; others are passed over. */
    Response response(int status) {
        while (true) {
            if (next() instanceof Response response && response.status() == status) {
                return response;
            }
        }
    }

    /** The next request of that method; others are passed over. */
    Request request(String method) {
        while (true) {
            if (next() instanceof Request request && request.method().equals(method)) {
                return request;
            }
        }
    }

    private Message next() {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    throw new AssertionError("the connection ended after " + head);
                }
                head.write(next);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        byte[] bytes = head.toByteArray();
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _)) {
            return message;
        }
        throw new AssertionError("not a message: " + head);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
