package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Nonces;
import dev.millrace.platform.contracts.Nonces.Outcome;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.doors.auth.Desk.User;
import dev.millrace.platform.doors.sip.Inlet;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.doors.sip.transport.Cidr;
import dev.millrace.platform.doors.sip.transport.TransportConfig;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.protocols.digest.Algorithm;
import dev.millrace.protocols.digest.AuthParam;
import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.digest.Credentials;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks digest credentials, RFC 7616, for a whole node. One per node, by {@link #of}.
 * {@link #check} is called on an event loop of the node and answers on it.
 *
 * <p>The order is that of the cost: the nonce's signature and age, which need no store and no other node; the lock of guessers; the
 * user's hashes, believed for {@code auth.cache}; the digest; last the use of the nonce, counted by its issuer. An unknown user is
 * treated like a wrong password, with the same work.
 */
public final class Authenticator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    /** Every setting of this package. */
    public static final List<Setting<?>> SETTINGS = AuthConfig.ALL;

    /** How far the clock of another node may be ahead of ours. */
    private static final long SKEW_MILLIS = 60_000;

    /** What became of a check. */
    public sealed interface Verdict {}

    /** A verdict that has an answer. */
    public sealed interface Denied extends Verdict {
        /** The answer to the SIP request that was checked. Called on an event loop. */
        Response answer(Request request, SipDoor door);
    }

    /**
     * The user is who it says.
     *
     * @param addressOfRecord canonical: {@code sip:alice@example.com}
     * @param username as the credentials name it
     */
    public record Accepted(String addressOfRecord, String username) implements Verdict {}

    /**
     * Answer with {@link #status} and one header of {@link #header} for each value.
     *
     * @param stale the client may try again without asking anybody for a password
     */
    public record Challenged(boolean proxy, List<String> values, boolean stale) implements Denied {
        public Challenged {
            values = List.copyOf(values);
        }

        public int status() {
            return proxy ? 407 : 401;
        }

        public String header() {
            return proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
        }

        @Override
        public Response answer(Request request, SipDoor door) {
            String reason = proxy ? "Proxy Authentication Required" : "Unauthorized";
            HeaderKey<String> header = HeaderKey.text(header());
            Edit<Response> answer = Response.to(request, status(), reason, door.tag());
            values.forEach(value -> answer.append(header, value));
            return answer.build();
        }
    }

    /** Answer with this status and nothing more: 400 broken credentials, 403 too many guesses, 503 nobody knows the users now. */
    public record Refused(int status, String reason) implements Denied {
        private static final int UNREACHABLE = 503;

        @Override
        public Response answer(Request request, SipDoor door) {
            return status == UNREACHABLE
                    ? door.busy(request)
                    : Response.to(request, status, reason, door.tag()).build();
        }
    }

    private final NodeContext node;
    private final AuthConfig config;
    private final List<Cidr> balancers;
    private final Clock clock;
    private final long startMillis;
    private final long startNanos;
    private final AtomicLong lastId;
    private final NonceWindows windows;
    private final Guesses guesses;
    private final List<Desk> desks;
    private final Registration serving;
    private final Counter accepted;
    private final Counter challenged;
    private final Counter stale;
    private final Counter wrong;
    private final Counter broken;
    private final Counter locked;
    private final Counter unreachable;

    /** Shared by the whole node outside of tests. */
    Authenticator(NodeContext node, AuthConfig config) {
        this.node = node;
        this.config = config;
        this.balancers = node.settings().get(TransportConfig.BALANCERS);
        this.clock = node.clock();
        this.startMillis = clock.millis();
        this.startNanos = clock.nanos();
        this.lastId = new AtomicLong(node.ids().epochSeed());
        NonceWindows issued = new NonceWindows(config.nonces(), startMillis);
        this.windows = issued;
        this.guesses = new Guesses(config.guesses(), config.lock());
        this.desks = node.loops().all().stream().map(loop -> new Desk()).toList();
        this.accepted = counter("accepted");
        this.challenged = counter("challenged");
        this.stale = counter("stale");
        this.wrong = counter("wrong");
        this.broken = counter("broken");
        this.locked = counter("locked");
        this.unreachable = counter("unreachable");
        Gauge.builder("millrace.auth.nonces", issued, NonceWindows::size)
                .description("Nonces of this node whose use is remembered")
                .register(node.metrics());
        Gauge.builder("millrace.auth.guessers", guesses, Guesses::size)
                .description("Pairs of user and source with wrong passwords lately")
                .register(node.metrics());
        this.serving = node.bus()
                .serve(
                        Nonces.USE,
                        use -> Future.succeededFuture(issued.use(use.id(), use.issuedMillis(), use.count())));
    }

    /** The node's one authenticator, made by the first who asks. */
    public static Authenticator of(NodeContext node) {
        return node.shared(Authenticator.class, made -> new Authenticator(made, AuthConfig.of(made.settings())));
    }

    private Counter counter(String outcome) {
        return Counter.builder("millrace.auth.checks")
                .description("Requests whose sender was asked for, by outcome")
                .tag("outcome", outcome)
                .register(node.metrics());
    }

    /**
     * Who sent this SIP request? Never fails; what cannot be found out is a {@link Refused}.
     *
     * @param realm as a rule the served domain
     * @param proxy whether to ask as a proxy: 407 in place of 401
     */
    public Future<Verdict> check(Request request, String realm, boolean proxy, Inlet inlet) {
        return check(new Attempt(
                realm,
                proxy,
                request.method(),
                request.uri().encode(),
                request.all(proxy ? Keys.PROXY_AUTHORIZATION : Keys.AUTHORIZATION),
                source(inlet),
                inlet.transport(),
                request.first(Keys.USER_AGENT).orElse("")));
    }

    /** Behind a balancer all have one address; there the ports tell them apart. */
    private String source(Inlet inlet) {
        InetAddress address = inlet.source().getAddress();
        return address != null && Cidr.any(balancers, address)
                ? inlet.sourceAddress() + ' ' + inlet.source().getPort()
                : inlet.sourceAddress();
    }

    Future<Verdict> check(Attempt attempt) {
        Credentials given;
        try {
            given = credentials(attempt);
        } catch (Malformed malformed) {
            broken.increment();
            return done(new Refused(400, "Bad Credentials"));
        }
        if (given == null) {
            challenged.increment();
            return done(challenge(attempt, false));
        }
        Optional<Nonce> nonce =
                Nonce.parse(given.nonce(), node.keys(), attempt.source()).filter(this::usable);
        if (nonce.isEmpty()) {
            stale.increment();
            return done(challenge(attempt, true));
        }
        return check(attempt, given, nonce.get());
    }

    /** The credentials for this realm, null where there are none. */
    private static @Nullable Credentials credentials(Attempt attempt) {
        Malformed malformed = null;
        for (String value : attempt.credentials()) {
            // Another scheme is none of ours: RFC 4475 section 3.1.2.15 wants it to be as if there were nothing.
            if (!AuthParam.isDigest(value)) {
                continue;
            }
            try {
                Credentials given = Credentials.parse(value);
                if (given.realm().equals(attempt.realm())) {
                    return given;
                }
            } catch (Malformed broken) {
                malformed = broken;
            }
        }
        if (malformed != null) {
            throw malformed;
        }
        return null;
    }

    private Future<Verdict> check(Attempt attempt, Credentials given, Nonce nonce) {
        long now = clock.nanos();
        Guesses.Pair pair = new Guesses.Pair(given.username(), given.realm(), attempt.source());
        if (guesses.locked(pair, now)) {
            locked.increment();
            return done(new Refused(403, "Too Many Wrong Passwords"));
        }
        Optional<Algorithm> algorithm = Algorithm.parse(given.algorithm()).filter(config.algorithms(attempt)::contains);
        if (algorithm.isEmpty() || given.userhash() || !DigestUri.fits(given.uri(), attempt.uri(), attempt.realm())) {
            wrong.increment();
            return done(challenge(attempt, false));
        }
        Desk desk = desks.get(node.loops().current().index());
        Name name = new Name(given.username(), given.realm());
        User known = desk.known(name, now, config.cache().toNanos());
        if (known != null) {
            return judge(attempt, given, nonce, algorithm.get(), desk, known, pair);
        }
        return node.bus()
                .ask(Subscribers.FIND, name.username(), name)
                .map(told -> desk.learn(name, told, now))
                .transform(asked -> asked.succeeded()
                        ? judge(attempt, given, nonce, algorithm.get(), desk, asked.result(), pair)
                        : unreachable(asked.cause()));
    }

    private Future<Verdict> unreachable(Throwable cause) {
        unreachable.increment();
        LOG.debug("subscribers unreachable cause={}", cause.toString());
        return done(new Refused(503, "Users Unreachable"));
    }

    private Future<Verdict> judge(
            Attempt attempt,
            Credentials given,
            Nonce nonce,
            Algorithm algorithm,
            Desk desk,
            User user,
            Guesses.Pair pair) {
        byte[] ha1 = user.ha1().get(algorithm);
        byte[] checked = ha1 == null ? Desk.nobody(algorithm) : ha1;
        boolean right = desk.digester().verify(algorithm, checked, attempt.method(), given);
        if (!right || ha1 == null) {
            guesses.failed(pair, clock.nanos());
            wrong.increment();
            return done(challenge(attempt, false));
        }
        guesses.succeeded(pair);
        Accepted yes = new Accepted(user.addressOfRecord(), given.username());
        long count = given.qop().isEmpty() ? 1 : given.count();
        if (nonce.issuer().equals(node.nodeId())) {
            return done(afterUse(attempt, yes, windows.use(nonce.id(), nonce.issuedMillis(), count)));
        }
        if (node.membership().find(nonce.issuer()).isEmpty()) {
            return done(afterUse(attempt, yes, Outcome.UNKNOWN));
        }
        return node.bus()
                .ask(nonce.issuer(), Nonces.USE, new Nonces.Use(nonce.id(), nonce.issuedMillis(), count))
                .transform(asked -> done(afterUse(attempt, yes, asked.succeeded() ? asked.result() : Outcome.UNKNOWN)));
    }

    /** A client that knows the password but not a good nonce gets one and is not to ask its user. */
    private Verdict afterUse(Attempt attempt, Accepted yes, Outcome outcome) {
        return switch (outcome) {
            case FRESH -> {
                accepted.increment();
                yield yes;
            }
            case REPLAYED, UNKNOWN -> {
                stale.increment();
                yield challenge(attempt, true);
            }
        };
    }

    private Challenged challenge(Attempt attempt, boolean isStale) {
        String nonce =
                new Nonce(node.nodeId(), issueMillis(), lastId.incrementAndGet()).encode(node.keys(), attempt.source());
        List<Algorithm> algorithms = config.algorithms(attempt);
        List<String> challenges = new ArrayList<>(algorithms.size());
        for (Algorithm algorithm : algorithms) {
            challenges.add(
                    Challenge.of(attempt.realm(), nonce, algorithm, isStale).encode());
        }
        return new Challenged(attempt.proxy(), challenges, isStale);
    }

    /** The time of day at the start and the span since: a clock that is set back must not make new nonces look old. */
    private long issueMillis() {
        return startMillis + (clock.nanos() - startNanos) / 1_000_000;
    }

    private boolean usable(Nonce nonce) {
        long age = issueMillis() - nonce.issuedMillis();
        return age >= -SKEW_MILLIS && age <= config.nonceAge().toMillis();
    }

    private static Future<Verdict> done(Verdict verdict) {
        return Future.succeededFuture(verdict);
    }

    @Override
    public void close() {
        serving.cancel();
    }
}
