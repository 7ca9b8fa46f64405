package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.resolve.Resolver;
import dev.millrace.platform.doors.sip.Domains;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Service;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.proxy.Forwarding;
import dev.millrace.protocols.sip.proxy.ResponseContext;
import dev.millrace.services.proxy.ProxyConfig.Inbound;
import dev.millrace.services.proxy.core.Admission;
import dev.millrace.services.proxy.core.Places;
import dev.millrace.services.proxy.core.Seal;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The proxy of a node: puts its parts together, drains and closes it. Owned by one event loop. */
final class ProxyService implements Service {
    /** What our Record-Route tokens are signed for. */
    private static final String PURPOSE = "sip-dialog-route";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final NodeContext node;
    private final ProxyConfig config;
    private @Nullable Proxy proxy;
    private @Nullable Loop own;

    ProxyService(NodeContext node) {
        this.node = node;
        this.config = ProxyConfig.of(node.settings());
    }

    @Override
    public Future<Void> start() {
        Loop loop = node.loops().current();
        SipDoor door = SipDoor.of(node);
        Resolver resolver = Resolver.of(node);
        CallBooks books = new CallBooks(node, loop, config);
        List<LoopState> states = node.loops().all().stream()
                .map(each -> new LoopState(books.of(each)))
                .toList();
        PeerBook peers = new PeerBook(node, door, resolver, loop, config, states);
        Places places = places(Domains.of(node));
        Proxy made = new Proxy(
                node,
                config,
                door,
                places,
                new Forwarding.Own(places::ours, door::ours, Set.of()),
                seal(node.keys()),
                new Admission(config.auth(), config.inbound() == Inbound.OPEN),
                new ResponseContext.Terms(config.redirects(), config.timerC(), config.ring(), config.branches()),
                Authenticator.of(node),
                resolver,
                books,
                peers,
                new ProxyCounters(node.metrics()),
                states);
        ProxyHandler serving = new ProxyHandler(made);
        Gauge.builder("millrace.proxy.passages", this, ProxyService::sessions)
                .description("Requests on their way through this node")
                .register(node.metrics());
        own = loop;
        proxy = made;
        return books.open().compose(opened -> door.serve(Role.PROXY, serving)).onSuccess(served -> peers.open());
    }

    private static Places places(Domains domains) {
        return new Places() {
            @Override
            public boolean ours(SipUri uri) {
                return domains.ours(uri);
            }

            @Override
            public Optional<String> served(String host) {
                return domains.served(host);
            }

            @Override
            public String defaultDomain() {
                return domains.defaultDomain();
            }
        };
    }

    private static Seal seal(ClusterKeys keys) {
        return new Seal() {
            @Override
            public int length() {
                return ClusterKeys.SIGNATURE_LENGTH;
            }

            @Override
            public byte[] sign(byte[] data) {
                return keys.sign(PURPOSE, data);
            }

            @Override
            public boolean verify(byte[] data, byte[] signature) {
                return keys.verify(PURPOSE, data, signature);
            }
        };
    }

    @Override
    public void drain() {
        SipDoor.of(node).drain(Role.PROXY);
    }

    @Override
    public void resume() {
        SipDoor.of(node).resume(Role.PROXY);
    }

    /** Calls that talk go on without this node; only those in set-up are waited for. */
    @Override
    public Future<Void> drained() {
        Promise<Void> empty = Promise.promise();
        look(empty);
        return empty.future();
    }

    private void look(Promise<Void> empty) {
        if (sessions() == 0 || own == null) {
            empty.tryComplete();
        } else {
            own.after(LOOK_AGAIN, () -> look(empty));
        }
    }

    @Override
    public int sessions() {
        return proxy == null
                ? 0
                : proxy.states().stream().mapToInt(LoopState::passages).sum();
    }

    @Override
    public Map<String, Object> status() {
        return proxy == null
                ? Map.of()
                : Map.of("calls", proxy.books().size(), "peers", proxy.peers().status());
    }

    @Override
    public Future<Void> stop() {
        if (proxy == null) {
            return Future.succeededFuture();
        }
        proxy.door().leave(Role.PROXY);
        proxy.peers().close();
        return proxy.books().close();
    }
}
