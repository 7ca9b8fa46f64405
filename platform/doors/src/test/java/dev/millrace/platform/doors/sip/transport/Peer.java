package dev.millrace.platform.doors.sip.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.platform.testkit.TcpWire;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** The other end of a TCP or TLS connection: one thing is said after the other, and any byte is one character. */
record Peer(TcpWire wire) implements AutoCloseable {
    Peer(Socket socket) {
        this(TcpWire.over(socket, "TCP"));
    }

    static Peer connect(InetSocketAddress to) {
        return new Peer(TcpWire.to(to));
    }

    Peer send(String text) {
        return send(Told.bytes(text));
    }

    Peer send(byte[] bytes) {
        wire.send(bytes);
        return this;
    }

    /** Asks for SIP over WebSocket; more header lines each end with a line end. */
    Peer upgrade(String path, String more) {
        return send("GET " + path + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: sip\r\n" + more + "\r\n");
    }

    /** A WebSocket frame with a mask of zeros, so that its bytes stand as they are. */
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0xFE);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** So many bytes. */
    String receive(int count) {
        return wire.take(count);
    }

    /** One message, or a keep-alive. */
    String receive() {
        return new String(wire.receive(), ISO_8859_1);
    }

    /** Everything until the other side closes. */
    String rest() {
        return wire.rest();
    }

    @Override
    public void close() {
        wire.close();
    }
}
