package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Framed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A SIP peer over UDP that does what a test tells it. Owned by the test's thread. */
final class Peer implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final DatagramSocket socket;

    Peer() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    /** A URI that leads to this peer. */
    String uri() {
        return "sip:bob@127.0.0.1:" + port();
    }

    static String fresh(String start) {
        return start + NUMBERS.incrementAndGet() + Long.toHexString(System.nanoTime());
    }

    /** A request of this peer with a branch and a Call-ID of its own; more headers each end with a line end. */
    String request(String method, String uri, String callId, String branch, String more) {
        return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + port() + ";branch=z9hG4bK" + branch
                + ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=a" + callId + "\r\nTo: <" + uri
                + ">\r\nCall-ID: " + callId + "\r\nCSeq: 1 " + method + "\r\n" + more + "Content-Length: 0\r\n\r\n";
    }

    void send(String text, InetSocketAddress to) {
        send(text.getBytes(StandardCharsets.UTF_8), to);
    }

    void send(byte[] bytes, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Answers a request to where it came from. */
    void answer(Received<Request> asked, int status, String reason) {
        send(Response.to(asked.message(), status, reason, "b" + port()).build().encode(), asked.from());
    }

    /** A message and its sender. */
    record Received<M>(M message, InetSocketAddress from) {}

    /** The next response of that status; others are passed over. */
    Response response(int status) {
        return next(Response.class, response -> response.status() == status, LONG)
                .orElseThrow(() -> new AssertionError("no " + status))
                .message();
    }

    /** The next response. */
    Response anyResponse() {
        return next(Response.class, response -> true, LONG)
                .orElseThrow(() -> new AssertionError("no response"))
                .message();
    }

    /** The next request of that method; others are passed over. */
    Received<Request> request(String method) {
        return next(Request.class, request -> request.method().equals(method), LONG)
                .orElseThrow(() -> new AssertionError("no " + method));
    }

    /** A message that must not come. */
    boolean silent(Duration wait, Predicate<Message> unwanted) {
        return next(Message.class, unwanted, wait).isEmpty();
    }

    private <M extends Message> Optional<Received<M>> next(Class<M> type, Predicate<M> wanted, Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            Optional<Received<Message>> any = receive((int) left);
            if (any.isPresent() && type.isInstance(any.get().message())) {
                M message = type.cast(any.get().message());
                if (wanted.test(message)) {
                    return Optional.of(new Received<>(message, any.get().from()));
                }
            }
        }
    }

    private Optional<Received<Message>> receive(int millis) {
        try {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(packet);
            byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
            if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _)) {
                return Optional.of(new Received<>(message, (InetSocketAddress) packet.getSocketAddress()));
            }
            throw new AssertionError("not a message: " + new String(bytes, StandardCharsets.UTF_8));
        } catch (SocketTimeoutException late) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
