package dev.millrace.services.redirect;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.sip.Domains;
import dev.millrace.platform.doors.sip.ServerTransaction;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Service;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.services.redirect.core.Moved;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for domains in {@code redirect} mode with 302: RFC 3261 section 8.3. Keeps nothing between two requests; the
 * work on one stays on the loop of its Call-ID.
 */
final class RedirectService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RedirectService.class);

    private final NodeContext node;
    private final RedirectConfig config;
    private final SipDoor door;
    private final Domains domains;
    private final Authenticator authenticator;
    private final Counter moved;
    private final Counter unknown;

    RedirectService(NodeContext node, RedirectConfig config) {
        this.node = node;
        this.config = config;
        this.door = SipDoor.of(node);
        this.domains = Domains.of(node);
        this.authenticator = Authenticator.of(node);
        this.moved = counter("millrace.redirect.moved", "Requests answered with 302");
        this.unknown = counter("millrace.redirect.unknown", "Requests for somebody who is not there");
    }

    private Counter counter(String name, String text) {
        return Counter.builder(name).description(text).register(node.metrics());
    }

    @Override
    public Future<Void> start() {
        return door.serve(Role.REDIRECT, this::request);
    }

    private void request(ServerTransaction transaction) {
        transaction.onCancel(() -> refuse(transaction, 487, "Request Terminated"));
        if (!(transaction.request().uri() instanceof SipUri asked)) {
            refuse(transaction, 416, "Unsupported URI Scheme");
            return;
        }
        Optional<String> domain = domains.served(asked.plainHost());
        if (domain.isEmpty()) {
            refuse(transaction, 404, "Not Found");
        } else if (config.auth() && !transaction.inlet().trusted()) {
            authenticate(transaction, asked, domain.get());
        } else {
            find(transaction, asked, domain.get());
        }
    }

    /** Who asks is asked for the password of their own domain where that is one of ours, whomever they ask for. */
    private String realm(Request request, String asked) {
        return request.from().uri() instanceof SipUri from
                ? domains.served(from.plainHost()).orElse(asked)
                : asked;
    }

    private void authenticate(ServerTransaction transaction, SipUri asked, String domain) {
        Request request = transaction.request();
        authenticator
                .check(request, realm(request, domain), false, transaction.inlet())
                .onComplete(then(transaction, verdict -> {
                    switch (verdict) {
                        case Authenticator.Accepted _ -> find(transaction, asked, domain);
                        case Authenticator.Denied denied -> transaction.respond(denied.answer(request, door));
                    }
                }));
    }

    /** What to do with what was waited for: a bug in it ends this request and no other, and nobody waits for an answer. */
    private <T> Handler<AsyncResult<T>> then(ServerTransaction transaction, Consumer<T> next) {
        return done -> {
            if (done.failed()) {
                transaction.respond(door.busy(transaction.request()));
                return;
            }
            try {
                next.accept(done.result());
            } catch (RuntimeException bug) {
                LOG.error(
                        "event=redirect-failed method={}", transaction.request().method(), bug);
                refuse(transaction, 500, "Server Internal Error");
            }
        };
    }

    private void find(ServerTransaction transaction, SipUri asked, String domain) {
        String user = asked.addressOfRecord();
        int at = user.lastIndexOf('@');
        if (at < 0) {
            // The domain itself is asked, not somebody in it: OPTIONS of a phone that looks whether we are there.
            boolean there = transaction.request().method().equals("OPTIONS");
            refuse(transaction, there ? 200 : 404, there ? "OK" : "Not Found");
            return;
        }
        String addressOfRecord = user.substring(0, at + 1) + domain;
        node.bus()
                .ask(Location.LOOKUP, addressOfRecord, addressOfRecord)
                .onComplete(then(transaction, bindings -> found(transaction, asked, bindings)));
    }

    private void found(ServerTransaction transaction, SipUri asked, Bindings bindings) {
        List<Contact> contacts =
                Moved.contacts(asked, bindings, domains::ours, node.clock().millis());
        if (contacts.isEmpty()) {
            unknown.increment();
            // The same for users that are not there and for those that are nobody: it must not tell which names exist.
            refuse(transaction, 480, "Temporarily Unavailable");
            return;
        }
        moved.increment();
        Edit<Response> answer = begin(transaction.request(), 302, "Moved Temporarily");
        contacts.forEach(contact -> answer.append(Keys.CONTACTS, contact));
        transaction.respond(answer.build());
    }

    private Edit<Response> begin(Request request, int status, String reason) {
        return Response.to(request, status, reason, door.tag());
    }

    private void refuse(ServerTransaction transaction, int status, String reason) {
        transaction.respond(begin(transaction.request(), status, reason).build());
    }

    @Override
    public void drain() {
        door.drain(Role.REDIRECT);
    }

    @Override
    public void resume() {
        door.resume(Role.REDIRECT);
    }

    @Override
    public Future<Void> stop() {
        door.leave(Role.REDIRECT);
        return Future.succeededFuture();
    }
}
