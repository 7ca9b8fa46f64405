package dev.millrace.platform.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** One end of a TCP or TLS connection, by Java's own sockets. Owned by the test's thread. */
public final class TcpWire implements Wire {
    private static final int AT_ONCE = 65_536;

    private final Socket socket;
    private final String transport;

    /** What came and was not asked for yet. */
    private byte[] held = new byte[0];

    private TcpWire(Socket socket, String transport) {
        this.socket = socket;
        this.transport = transport;
        try {
            socket.setTcpNoDelay(true);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Over a connection that stands already. */
    public static TcpWire over(Socket socket, String transport) {
        return new TcpWire(socket, transport);
    }

    public static TcpWire to(InetSocketAddress remote) {
        try {
            return new TcpWire(new Socket(remote.getAddress(), remote.getPort()), "TCP");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Listens on that port of the loopback address. */
    public static ServerSocket listen(int port, int backlog) {
        try {
            ServerSocket listening = new ServerSocket(port, backlog, InetAddress.getLoopbackAddress());
            listening.setSoTimeout((int) PATIENCE.toMillis());
            return listening;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The next connection that is opened there. */
    public static TcpWire accept(ServerSocket listening) {
        try {
            return new TcpWire(listening.accept(), "TCP");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** For what only a socket can be told. */
    public Socket socket() {
        return socket;
    }

    @Override
    public String transport() {
        return transport;
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress sender() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A message with its body, or the CRLF that answers a keep-alive; that the other side ends the connection is a failure. */
    @Override
    public Optional<byte[]> receive(Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        int whole = whole();
        try {
            while (whole == 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                if (!more(Duration.ofNanos(left))) {
                    throw new EOFException("the connection ended after \"" + new String(held, ISO_8859_1) + "\"");
                }
                whole = whole();
            }
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return Optional.of(cut(whole));
    }

    /** So many bytes as text; fewer when the other side ends the connection. */
    public String take(int count) {
        try {
            while (held.length < count && more(PATIENCE)) {}
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new String(cut(Math.min(count, held.length)), ISO_8859_1);
    }

    /** Everything until the other side closes; a reset counts as a close. */
    public String rest() {
        String reset = "";
        try {
            while (more(PATIENCE)) {}
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the connection is still open", open);
        } catch (IOException failure) {
            reset = "<reset>";
        }
        return new String(cut(held.length), ISO_8859_1) + reset;
    }

    /** Whether the other side ends the connection before it says anything more; a reset is a failure. */
    public boolean ended() {
        try {
            return held.length == 0 && !more(PATIENCE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Length of the first message of what is held; 0 while it is not whole. */
    private int whole() {
        String text = new String(held, ISO_8859_1);
        if (text.startsWith("\r\n")) {
            return 2;
        }
        int end = text.indexOf("\r\n\r\n") + 4;
        if (end < 4) {
            return 0;
        }
        String body = Wire.header(text.substring(0, end), "Content-Length");
        int length = end + (body.isEmpty() ? 0 : Integer.parseInt(body));
        return held.length < length ? 0 : length;
    }

    private byte[] cut(int length) {
        byte[] first = Arrays.copyOf(held, length);
        held = Arrays.copyOfRange(held, length, held.length);
        return first;
    }

    /** Waits for bytes; false when the other side has ended the connection. */
    private boolean more(Duration wait) throws IOException {
        socket.setSoTimeout((int) Math.max(1, wait.toMillis()));
        byte[] some = new byte[AT_ONCE];
        int count = socket.getInputStream().read(some);
        int before = held.length;
        held = Arrays.copyOf(held, before + Math.max(0, count));
        System.arraycopy(some, 0, held, before, held.length - before);
        return count >= 0;
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
