package dev.millrace.services.registrar;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Location.Saved;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.sip.Domains;
import dev.millrace.platform.doors.sip.ServerTransaction;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Service;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Refusal;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Validity;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.registrar.core.Answers;
import dev.millrace.services.registrar.core.Dates;
import dev.millrace.services.registrar.core.Outbound;
import dev.millrace.services.registrar.core.Rules;
import dev.millrace.services.registrar.core.Wish;
import dev.millrace.services.registrar.core.Wish.Refused;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers REGISTER: RFC 3261 section 10.3. Reads, lets {@code core} decide, asks the location service, answers. A transaction's
 * work stays on the loop of its Call-ID; there is no state between two of them.
 */
final class RegistrarService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrarService.class);

    private final NodeContext node;
    private final RegistrarConfig config;
    private final SipDoor door;
    private final Domains domains;
    private final Authenticator authenticator;
    private final Rules rules;
    private final List<Dates> dates;
    private final Map<Integer, Counter> answers = new TreeMap<>();

    RegistrarService(NodeContext node, RegistrarConfig config) {
        this.node = node;
        this.config = config;
        this.door = SipDoor.of(node);
        this.domains = Domains.of(node);
        this.authenticator = Authenticator.of(node);
        this.rules = new Rules(config.grants(), config.contacts());
        this.dates = node.loops().all().stream().map(loop -> new Dates()).toList();
        for (int status : List.of(200, 400, 401, 403, 404, 420, 423, 439, 500, 503)) {
            answers.put(status, counter(status));
        }
    }

    private Counter counter(int status) {
        return Counter.builder("millrace.registrar.answers")
                .description("REGISTER requests by the status of their answer")
                .tag("status", String.valueOf(status))
                .register(node.metrics());
    }

    @Override
    public Future<Void> start() {
        return door.serve(Role.REGISTRAR, this::request);
    }

    private void request(ServerTransaction transaction) {
        Request request = transaction.request();
        Optional<Refusal> refusal = Validity.forRegistrar(request, Wish.UNDERSTOOD);
        if (refusal.isPresent()) {
            answer(transaction, refusal.get().answer(request, door.tag()));
            return;
        }
        Wish wish;
        try {
            wish = Wish.of(request);
        } catch (Malformed malformed) {
            refuse(transaction, Refused.of(400, reason(malformed)));
            return;
        }
        Optional<String> domain = domains.served(wish.domain());
        if (domain.isEmpty()) {
            refuse(transaction, Refused.of(404, "Not Found"));
            return;
        }
        Wish named = wish.in(domain.get());
        if (config.auth()) {
            authenticate(transaction, named, domain.get());
        } else {
            granted(transaction, named);
        }
    }

    /** The rule alone: what was found stays inside. */
    private static String reason(Malformed malformed) {
        return "Bad Request (" + malformed.rule() + ")";
    }

    private void authenticate(ServerTransaction transaction, Wish wish, String domain) {
        authenticator
                .check(transaction.request(), domain, false, transaction.inlet())
                .onComplete(then(transaction, verdict -> {
                    switch (verdict) {
                        case Authenticator.Accepted accepted -> owned(transaction, wish, accepted.addressOfRecord());
                        case Authenticator.Denied denied ->
                            answer(transaction, denied.answer(transaction.request(), door));
                    }
                }));
    }

    /** What to do with what was waited for: a bug in it ends this request and no other, and nobody waits for an answer. */
    private <T> Handler<AsyncResult<T>> then(ServerTransaction transaction, Consumer<T> next) {
        return done -> {
            if (done.failed()) {
                LOG.debug("register not served cause={}", done.cause().getMessage());
                answer(transaction, door.busy(transaction.request()));
                return;
            }
            try {
                next.accept(done.result());
            } catch (RuntimeException bug) {
                LOG.error("event=register-failed", bug);
                refuse(transaction, Refused.of(500, "Server Internal Error"));
            }
        };
    }

    /** A user registers what is theirs, whoever From says the request is from. */
    private void owned(ServerTransaction transaction, Wish wish, String identity) {
        if (!identity.equals(wish.addressOfRecord())) {
            refuse(transaction, Refused.of(403, "Forbidden"));
        } else {
            granted(transaction, wish);
        }
    }

    private void granted(ServerTransaction transaction, Wish wish) {
        Rules.Decision decision;
        try {
            decision = rules.decide(
                    transaction.request(),
                    wish,
                    transaction.inlet().flow(),
                    contact -> leadsBack(contact, wish),
                    new Rules.Moment(node.clock().millis(), node.ids().fraction()));
        } catch (Malformed malformed) {
            refuse(transaction, Refused.of(400, reason(malformed)));
            return;
        }
        switch (decision) {
            case Rules.Tell _ -> fetch(transaction, wish);
            case Rules.Refuse refuse -> refuse(transaction, refuse.refused());
            case Rules.Save save -> save(transaction, wish, save);
        }
    }

    /** Whether a call to that contact comes back to the same bindings, for ever. */
    private boolean leadsBack(SipUri contact, Wish wish) {
        String address = contact.addressOfRecord();
        int at = address.lastIndexOf('@') + 1;
        return wish.addressOfRecord().startsWith(address.substring(0, at))
                && domains.ours(contact)
                && domains.served(contact.plainHost())
                        .filter(domain -> wish.addressOfRecord().equals(address.substring(0, at) + domain))
                        .isPresent();
    }

    private void fetch(ServerTransaction transaction, Wish wish) {
        node.bus()
                .ask(Location.FETCH, wish.addressOfRecord(), wish.addressOfRecord())
                .onComplete(then(transaction, bindings -> ok(transaction, wish, Outbound.NONE, bindings)));
    }

    private void save(ServerTransaction transaction, Wish wish, Rules.Save save) {
        node.bus()
                .ask(Location.SAVE, wish.addressOfRecord(), save.saving())
                .onComplete(then(transaction, saved -> saved(transaction, wish, save, saved)));
    }

    private void saved(ServerTransaction transaction, Wish wish, Rules.Save save, Saved saved) {
        switch (saved.outcome()) {
            case OK -> {
                for (Binding binding : save.saving().put()) {
                    // All came over the same one.
                    binding.flow()
                            .filter(flow -> flow.transport() != Transport.UDP)
                            .ifPresent(flow -> door.keep(flow, Duration.ofSeconds(save.seconds())));
                }
                ok(transaction, wish, save.outbound(), saved.bindings());
            }
            // RFC 3261 section 10.3 step 7: a request that came out of order must fail, and the client asks again.
            case OUT_OF_ORDER -> refuse(transaction, Refused.of(500, "Out of Order"));
            case TOO_MANY -> refuse(transaction, Refused.of(403, "Too Many Contacts"));
        }
    }

    private void ok(ServerTransaction transaction, Wish wish, Outbound outbound, Bindings bindings) {
        long now = node.clock().millis();
        Edit<Response> answer = Answers.ok(transaction.request(), wish, bindings, door.tag(), now);
        answer.append(Keys.DATE, dates.get(transaction.loop().index()).at(now));
        if (outbound.kept()) {
            answer.append(Keys.REQUIRES, "outbound");
            answer.append(Keys.FLOW_TIMER, config.flowTimer().toSeconds());
        }
        if (config.serviceRoute()) {
            answer.append(Keys.SERVICE_ROUTES, door.frontRoute(transaction.inlet()));
        }
        answer(transaction, answer.build());
    }

    private void refuse(ServerTransaction transaction, Refused refused) {
        answer(transaction, Answers.refused(transaction.request(), refused, door.tag()));
    }

    private void answer(ServerTransaction transaction, Response response) {
        Counter counted = answers.get(response.status());
        if (counted != null) {
            counted.increment();
        }
        transaction.respond(response);
    }

    @Override
    public void drain() {
        door.drain(Role.REGISTRAR);
    }

    @Override
    public void resume() {
        door.resume(Role.REGISTRAR);
    }

    @Override
    public Future<Void> stop() {
        door.leave(Role.REGISTRAR);
        return Future.succeededFuture();
    }
}
