package dev.millrace.platform.doors.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Framed;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A SIP peer over UDP, or over one TCP connection, that does what a test tells it. Owned by the test's thread. */
final class Peer implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Wire wire;

    private Peer(Wire wire) {
        this.wire = wire;
    }

    /** Over UDP. */
    Peer() {
        this(UdpWire.at("127.0.0.1"));
    }

    /** Over TCP. */
    static Peer connect(InetSocketAddress to) {
        return new Peer(TcpWire.to(to));
    }

    /** The next connection that is opened there. */
    static Peer accept(ServerSocket listening) {
        return new Peer(TcpWire.accept(listening));
    }

    int port() {
        return wire.port();
    }

    InetSocketAddress address() {
        return wire.local();
    }

    /** A URI that leads to this peer. */
    String uri() {
        return "sip:bob@" + wire.address();
    }

    static String fresh(String start) {
        return start + NUMBERS.incrementAndGet() + Long.toHexString(System.nanoTime());
    }

    /** A request of this peer with a branch and a Call-ID of its own; more headers each end with a line end. */
    String request(String method, String uri, String callId, String branch, String more) {
        return wire.head(method, uri, branch) + "From: <sip:alice@example.com>;tag=a" + callId + "\r\nTo: <" + uri
                + ">\r\nCall-ID: " + callId + "\r\nCSeq: 1 " + method + "\r\n" + more + "Content-Length: 0\r\n\r\n";
    }

    /** Over the connection. */
    void send(String text) {
        wire.send(text);
    }

    void send(String text, InetSocketAddress to) {
        send(text.getBytes(UTF_8), to);
    }

    void send(byte[] bytes, InetSocketAddress to) {
        switch (wire) {
            case UdpWire udp -> udp.send(bytes, to);
            case TcpWire tcp -> tcp.send(bytes);
        }
    }

    /** Answers a request to where it came from. */
    void answer(Received<Request> asked, int status, String reason) {
        send(Response.to(asked.message(), status, reason, "b" + port()).build().encode(), asked.from());
    }

    /** Accepts a call: 200 with the address of this phone. */
    void pickUp(Received<Request> invite) {
        Response ok = Response.to(invite.message(), 200, "OK", "b" + port())
                .append(Keys.CONTACTS, new Contact.Address(NameAddr.of(Uri.parse(uri()))))
                .build();
        send(ok.encode(), invite.from());
    }

    /** A message and its sender. */
    record Received<M>(M message, InetSocketAddress from) {}

    /** The next response of that status; others are passed over. */
    Response response(int status) {
        return (Response) await(
                String.valueOf(status), message -> message instanceof Response response && response.status() == status);
    }

    /** The next response. */
    Response anyResponse() {
        return (Response) await("response", Response.class::isInstance);
    }

    /** The next request of that method; others are passed over. */
    Received<Request> request(String method) {
        Message asked = await(
                method,
                message ->
                        message instanceof Request request && request.method().equals(method));
        return new Received<>((Request) asked, wire.sender());
    }

    private Message await(String what, Predicate<Message> wanted) {
        return parse(wire.await(what, text -> wanted.test(parse(text))));
    }

    /** A message that must not come. */
    boolean silent(Duration wait, Predicate<Message> unwanted) {
        return wire.silent(wait, text -> unwanted.test(parse(text)));
    }

    private static Message parse(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _)) {
            return message;
        }
        throw new AssertionError("not a message: " + text);
    }

    @Override
    public void close() {
        wire.close();
    }
}
