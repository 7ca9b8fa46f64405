package dev.millrace.platform.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A plain blocking socket that sends and hears whole SIP messages (RFC 3261 section 18) and knows nothing else of SIP: what a
 * test's phone, gateway or attacker stands on. Owned by the test's thread.
 */
public sealed interface Wire extends AutoCloseable permits UdpWire, TcpWire {
    /** How long is waited for what has to come. */
    Duration PATIENCE = Duration.ofSeconds(15);

    /** From a free port of the loopback address to that one. */
    static UdpWire udp(int port) {
        return UdpWire.at("127.0.0.1").turn(port);
    }

    /** A connection to that port of the loopback address. */
    static TcpWire tcp(int port) {
        return TcpWire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** As a Via names it: {@code UDP}. */
    String transport();

    InetSocketAddress local();

    default int port() {
        return local().getPort();
    }

    /** As a Via or a URI writes this end: {@code 127.0.0.1:5060}, {@code [::1]:5060}. */
    default String address() {
        String host = local().getAddress().getHostAddress().replaceAll("%.*", "");
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port();
    }

    /** Value of a Via of this end that asks for {@code rport}; the branch comes without its magic cookie. */
    default String via(String branch) {
        return "SIP/2.0/" + transport() + " " + address() + ";rport;branch=z9hG4bK" + branch;
    }

    /** Who sent what was received last. */
    InetSocketAddress sender();

    /** How every request of this end begins: its line, {@link #via} and Max-Forwards. */
    default String head(String method, String uri, String branch) {
        return method + " " + uri + " SIP/2.0\r\nVia: " + via(branch) + "\r\nMax-Forwards: 70\r\n";
    }

    void send(byte[] bytes);

    default void send(String text) {
        send(text.getBytes(UTF_8));
    }

    /** Each line end of the text becomes CRLF, as a text block needs it. */
    default void sendLines(String text) {
        send(text.replace("\r\n", "\n").replace("\n", "\r\n"));
    }

    /** The next datagram, or the next message or keep-alive of a connection; empty when none comes in that time. */
    Optional<byte[]> receive(Duration wait);

    /** As {@link #receive(Duration)}; that none comes is a failure. */
    default byte[] receive() {
        return receive(PATIENCE).orElseThrow(() -> new AssertionError("nothing came to " + address()));
    }

    /** The next message that is meant; others are passed over, and named when it does not come. */
    default String await(String what, Predicate<String> wanted) {
        List<String> others = new ArrayList<>();
        return seek(wanted, PATIENCE, others)
                .orElseThrow(() -> new AssertionError("no " + what + " came to " + address() + ", but " + others));
    }

    /** The next message that is neither a 100 nor a keep-alive. */
    default String message() {
        return await("message", text -> !text.startsWith("SIP/2.0 100 ") && !text.isBlank());
    }

    /** Whether none of these comes in that time. */
    default boolean silent(Duration wait, Predicate<String> unwanted) {
        return seek(unwanted, wait, new ArrayList<>()).isEmpty();
    }

    private Optional<String> seek(Predicate<String> wanted, Duration wait, List<String> others) {
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
            Optional<String> next = receive(Duration.ofNanos(left)).map(bytes -> new String(bytes, UTF_8));
            if (next.filter(wanted).isPresent()) {
                return next;
            }
            next.ifPresent(other -> others.add(other.lines().findFirst().orElse("")));
        }
        return Optional.empty();
    }

    /** Value of the first header of that name; empty when there is none. */
    static String header(String message, String name) {
        return message.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    @Override
    void close();
}
