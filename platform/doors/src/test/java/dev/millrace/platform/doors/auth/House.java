package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.doors.auth.Authenticator.Verdict;
import dev.millrace.platform.doors.sip.transport.TransportConfig;
import dev.millrace.platform.runtime.Bus;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.platform.runtime.ClusterSecret;
import dev.millrace.platform.runtime.Ids;
import dev.millrace.platform.runtime.LoadMeter;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Loops;
import dev.millrace.platform.runtime.Membership;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.MovedClock;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Nodes with an authenticator each, a store of users at the first one, and a clock that the test moves. */
final class House implements AutoCloseable {
    final MovedClock clock = new MovedClock();
    final Map<String, Subscriber> users = new ConcurrentHashMap<>();

    /** Questions to the store. */
    final AtomicInteger asked = new AtomicInteger();

    private final TestNodes nodes;
    private final Map<String, Authenticator> authenticators = new HashMap<>();

    House(int count, Map<String, String> flags) {
        List<TestNodes.Spec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Role role = i == 0 ? Role.LOCATION : Role.PROXY;
            specs.add(new TestNodes.Spec(String.valueOf((char) ('A' + i)), List.of(storing(role)), List.of(), flags));
        }
        List<Setting<?>> known = new ArrayList<>(AuthConfig.ALL);
        known.add(TransportConfig.BALANCERS);
        nodes = TestNodes.start(known, specs);
        nodes.awaitWhole();
        clock.advance(Duration.ofSeconds(1));
        for (TestNodes.Spec spec : specs) {
            authenticators.put(
                    spec.id(),
                    new Authenticator(
                            new Moved(nodes.context(spec.id()), clock),
                            AuthConfig.of(nodes.context(spec.id()).settings())));
        }
        clock.advance(Duration.ofSeconds(1));
        put("alice", "wonder");
    }

    void put(String username, String password) {
        users.put(
                username,
                new Subscriber(
                        "sip:" + username + "@" + Phone.REALM,
                        username,
                        Phone.REALM,
                        Hashes.of(new Digester(), username, Phone.REALM, password)
                                .encode()));
    }

    NodeContext node(String id) {
        return nodes.context(id);
    }

    void crash(String id) {
        nodes.crash(id);
    }

    Verdict check(String id, Attempt attempt) {
        return on(id, authenticator -> authenticator.check(attempt));
    }

    /** Asks that node's authenticator on a loop of the node. */
    Verdict on(String id, Function<Authenticator, Future<Verdict>> asking) {
        Promise<Verdict> verdict = Promise.promise();
        Loop loop = nodes.context(id).loops().all().getFirst();
        Authenticator authenticator = authenticator(id);
        loop.execute(() -> asking.apply(authenticator).onComplete(verdict));
        return Await.get(verdict.future());
    }

    Authenticator authenticator(String id) {
        return Optional.ofNullable(authenticators.get(id)).orElseThrow();
    }

    @Override
    public void close() {
        nodes.close();
    }

    /** Answers for the store where the role is location. */
    private TestRole storing(Role role) {
        return role == Role.LOCATION ? new TestRole(role, this::store) : new TestRole(role);
    }

    private Future<Void> store(NodeContext node) {
        node.bus().serve(Subscribers.FIND, name -> {
            asked.incrementAndGet();
            return name.username().equals("outage")
                    ? Future.failedFuture("the store is away")
                    : Future.succeededFuture(Optional.ofNullable(users.get(name.username()))
                            .filter(user -> user.realm().equals(name.realm())));
        });
        return Future.succeededFuture();
    }

    /** A node whose clock is moved by hand. */
    private record Moved(NodeContext real, Clock clock) implements NodeContext {
        @Override
        public String nodeId() {
            return real.nodeId();
        }

        @Override
        public Vertx vertx() {
            return real.vertx();
        }

        @Override
        public Bus bus() {
            return real.bus();
        }

        @Override
        public Membership membership() {
            return real.membership();
        }

        @Override
        public Settings settings() {
            return real.settings();
        }

        @Override
        public RuntimeConfig config() {
            return real.config();
        }

        @Override
        public MeterRegistry metrics() {
            return real.metrics();
        }

        @Override
        public Ids ids() {
            return real.ids();
        }

        @Override
        public Loops loops() {
            return real.loops();
        }

        @Override
        public ClusterKeys keys() {
            return real.keys();
        }

        @Override
        public Tables tables() {
            return real.tables();
        }

        @Override
        public ClusterSecret secret() {
            return real.secret();
        }

        @Override
        public LoadMeter load() {
            return real.load();
        }

        @Override
        public <T> T shared(Class<T> type, Function<NodeContext, T> make) {
            return real.shared(type, make);
        }
    }
}
