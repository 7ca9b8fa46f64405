package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ResolverConfig;

/**
 * Finds SIP servers, RFC 3263 section 4: NAPTR, SRV, A and AAAA. One per node, by {@link #of}. May be used from any thread and
 * blocks none; answers arrive on the Vert.x context of the asking one. Hops that failed lately stand at the end of the list.
 */
public final class Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);

    /** Hops of one list. */
    public static final int MAX_HOPS = 32;

    /** How old what we know of the hosts file may become. */
    private static final Duration HOSTS_AGE = Duration.ofSeconds(30);

    private final NodeContext node;
    private final ResolveConfig config;
    private final Path hostsFile;
    private final DownList down;
    private final Future<Procedure> ready;
    private volatile Hosts hosts = Hosts.parse("");
    private volatile long hostsNanos;

    Resolver(NodeContext node, ResolveConfig config, Path hostsFile) {
        this.node = node;
        this.config = config;
        this.hostsFile = hostsFile;
        this.down = new DownList(node.clock(), config.down());
        this.ready = node.vertx().executeBlocking(this::load, false);
    }

    /** The node's one resolver, made by the first who asks. */
    public static Resolver of(NodeContext node) {
        return node.shared(Resolver.class, made -> new Resolver(made, ResolveConfig.of(made.settings()), Hosts.FILE));
    }

    /** Reads files, so it runs on a worker. */
    private Procedure load() {
        List<InetSocketAddress> servers = new ArrayList<>();
        config.servers().forEach(server -> servers.add(new InetSocketAddress(server.host(), server.port())));
        if (servers.isEmpty()) {
            servers.addAll(ResolverConfig.getCurrentConfig().servers());
        }
        readHosts();
        Dns dns = new Dns(servers, config.timeout(), config.cache(), node.clock(), node.metrics());
        LOG.info("dns servers={}", servers);
        return new Procedure(
                dns,
                () -> hosts,
                config.ipv6(),
                below -> Math.floorMod(node.ids().number(), below));
    }

    private Hosts readHosts() {
        hosts = Hosts.load(hostsFile);
        hostsNanos = node.clock().nanos();
        return hosts;
    }

    /** Where that URI leads; an empty list where nobody is there, or only by a transport that we do not speak. */
    public Future<List<Hop>> resolve(SipUri uri) {
        try {
            return resolve(Destination.of(uri));
        } catch (Malformed unspoken) {
            return Future.succeededFuture(List.of());
        }
    }

    /** Where that leads, the best first, at most {@link #MAX_HOPS}. Fails with {@link Unresolved} where no DNS server answers. */
    public Future<List<Hop>> resolve(Destination destination) {
        Optional<InetAddress> literal = HostPort.literal(destination.host());
        if (literal.isPresent()) {
            Transport transport = destination.wanted().orElse(destination.fallback());
            int port = destination.port() < 0 ? transport.defaultPort() : destination.port();
            return Future.succeededFuture(
                    List.of(new Hop(transport, new InetSocketAddress(literal.get(), port), destination.host())));
        }
        Context context = node.vertx().getOrCreateContext();
        if (ready.succeeded() && node.clock().nanos() - hostsNanos > HOSTS_AGE.toNanos()) {
            hostsNanos = node.clock().nanos();
            node.vertx().executeBlocking(this::readHosts, false);
        }
        CompletionStage<List<Hop>> found = ready.succeeded()
                ? ready.result().find(destination)
                : ready.toCompletionStage().thenCompose(procedure -> procedure.find(destination));
        return Future.fromCompletionStage(found, context)
                .map(this::ordered)
                .recover(failure -> Future.failedFuture(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure));
    }

    private List<Hop> ordered(List<Hop> hops) {
        return down.last(hops.size() > MAX_HOPS ? hops.subList(0, MAX_HOPS) : hops);
    }

    /** That target did not answer: for a while it stands behind all others. Nothing else of its name is touched. */
    public void down(Hop hop) {
        down.add(hop);
    }
}
