package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Validity;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A node with open SIP ports whose door answers every request with 200 and remembers what it was told: one for all tests of a class,
 * each of which begins with nothing told.
 */
@SuppressWarnings("NullAway.Init")
final class Told implements Inbound, BeforeAllCallback, BeforeEachCallback, AfterAllCallback, AutoCloseable {
    /** What arrived. */
    record Heard(Flow flow, Message message, int loop) {
        boolean onLoop() {
            return loop >= 0;
        }
    }

    /** What was none. */
    record Refused(Flow flow, Malformed why, Optional<Request> answerable) {}

    final BlockingQueue<Heard> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Refused> refused = new LinkedBlockingQueue<>();
    private final Supplier<Map<String, String>> flags;
    TestNodes nodes;
    NodeContext node;
    Transports transports;

    /** @param flags beyond the ports; asked when the node starts */
    Told(Supplier<Map<String, String>> flags) {
        this.flags = flags;
    }

    @Override
    public void beforeAll(ExtensionContext tests) {
        open();
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        forget();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        close();
    }

    /** Starts the node. */
    Told open() {
        List<Setting<?>> known = new ArrayList<>(TransportConfig.ALL);
        known.addAll(HttpConfig.ALL);
        nodes = TestNodes.start(
                known,
                List.of(new TestNodes.Spec(
                        "A",
                        List.of(new TestRole(dev.millrace.platform.contracts.Role.LOCATION)),
                        List.of(),
                        new HashMap<>(flags.get()))));
        node = nodes.context("A");
        transports = Await.get(Transports.open(node, TransportConfig.of(node.settings(), node.config()), this));
        return this;
    }

    Listener listener(dev.millrace.platform.contracts.Transport transport) {
        return transports.listener(transport).orElseThrow();
    }

    int port(dev.millrace.platform.contracts.Transport transport) {
        return listener(transport).bound().getPort();
    }

    @Override
    public void message(Flow flow, Message message) {
        int loop = node.loops().all().stream()
                .filter(each -> each.inLoop() && io.vertx.core.Vertx.currentContext() != null)
                .findFirst()
                .map(each -> each.index())
                .orElse(-1);
        messages.add(new Heard(flow, message, loop));
        boolean sound =
                message instanceof Request request && Validity.check(request).isEmpty();
        if (sound && message instanceof Request request && !request.method().equals("ACK")) {
            Via seen = request.topVia()
                    .seenFrom(
                            Source.host(flow.remote().getAddress()),
                            flow.remote().getPort());
            Request stamped = request.edit().replaceFirst(Keys.VIA, seen).build();
            flow.send(Response.to(stamped, 200, "OK").build().encode());
        }
    }

    @Override
    public void broken(Flow flow, Malformed why, Optional<Request> answerable) {
        refused.add(new Refused(flow, why, answerable));
        answerable.ifPresent(request ->
                flow.send(Response.to(request, 400, "Bad Request").build().encode()));
    }

    /** What was told until now does not count. */
    void forget() {
        messages.clear();
        refused.clear();
    }

    static <T> T next(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** The message of {@link #options} with that branch; one that comes late from the test before is passed over. */
    Heard heard(String branch) {
        Heard heard = next(messages);
        while (!heard.message().callId().equals(branch + "@x")) {
            heard = next(messages);
        }
        return heard;
    }

    /** Waits until the connection has ended and is forgotten. */
    void awaitEnd(Flow flow) {
        Await.until("closed", () -> !flow.open() && transports.flow(flow.ref()).isEmpty());
    }

    double gauge(String name, String... tags) {
        var gauge = node.metrics().find(name).tags(tags).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    double counter(String name, String... tags) {
        var counter = node.metrics().find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    static String options(String transport, String host, int port, String branch) {
        return "OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/" + transport + " " + host + ":" + port
                + ";rport;branch=z9hG4bK" + branch + "\r\nMax-Forwards: 70\r\nFrom: <sip:b@example.com>;tag=1\r\n"
                + "To: <sip:a@example.com>\r\nCall-ID: " + branch
                + "@x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        transports.close();
        nodes.close();
    }
}
