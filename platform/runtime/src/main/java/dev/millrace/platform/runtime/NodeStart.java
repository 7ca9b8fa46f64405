package dev.millrace.platform.runtime;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.millrace.platform.contracts.Role;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a start that waits for others (joining the cluster): on a thread of its own, which ends with it. */
final class NodeStart {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStart.class);

    private static final int WORKERS = 8;
    private static final int INNER_WORKERS = 4;

    /** How often a waiting start looks again. */
    private static final long LOOK_MILLIS = 50;

    /** How long a start waits for a former process of the same id to be found dead. */
    private static final long SAME_ID_SECONDS = 10;

    private final Settings settings;
    private final RuntimeConfig config;
    private final NodeInfo info;
    private final Clock clock;
    private final Ids ids;
    private final ClusterSecret secret;

    private NodeStart(Settings settings, RuntimeConfig config, Clock clock) {
        this.settings = settings;
        this.config = config;
        this.clock = clock;
        this.ids = new Ids(clock);
        this.secret = ClusterSecret.of(config, ids);
        this.info = info(settings, config);
    }

    /** A node in its cluster, without services. */
    static Future<Node> begin(Settings settings, List<RoleModule> modules, Clock clock) {
        Promise<Node> started = Promise.promise();
        Thread.ofPlatform().name("millrace-start").start(() -> {
            try {
                Set<Role> able = EnumSet.noneOf(Role.class);
                modules.forEach(module -> able.add(module.role()));
                started.complete(new NodeStart(settings, RuntimeConfig.of(settings, able), clock).run());
            } catch (InterruptedException | RuntimeException failure) {
                started.fail(failure);
            }
        });
        return started.future();
    }

    private static NodeInfo info(Settings settings, RuntimeConfig config) {
        return new NodeInfo(
                config.nodeId(),
                config.roles(),
                Addresses.advertise(config),
                config.roles().contains(Role.RTSP_EDGE) ? settings.port("rtsp.port") : 0,
                settings.port("http.port"),
                Addresses.cluster(config),
                config.busPort(),
                config.linkPort(),
                config.roles().contains(Role.LOCATION));
    }

    private Node run() throws InterruptedException {
        // Most of a start is reading classes: the other half of the house is read while Hazelcast starts.
        CompletableFuture<PrometheusMeterRegistry> metrics = CompletableFuture.supplyAsync(
                () -> {
                    LOG.debug("native transport available={}", Epoll.isAvailable());
                    return Meters.registry(info.id());
                },
                task -> Thread.ofPlatform().name("millrace-start-2").start(task));
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(ClusterConfig.of(config, info, secret));
        try {
            awaitData(hazelcast);
            awaitOwnName(hazelcast);
            Vertx vertx = vertx(hazelcast);
            LOG.info(
                    "node joined node={} cluster={}:{} bus={} data={} loops={} native-transport={}",
                    info.id(),
                    info.clusterHost(),
                    hazelcast.getCluster().getLocalMember().getAddress().getPort(),
                    config.busPort(),
                    info.data(),
                    config.loops(),
                    vertx.isNativeTransportEnabled());
            return new Node(parts(hazelcast, vertx, metrics.join()), hazelcast);
        } catch (InterruptedException | RuntimeException failure) {
            hazelcast.getLifecycleService().terminate();
            throw failure;
        }
    }

    /** Without a data member nothing can be kept, not even who listens on the bus. */
    private void awaitData(HazelcastInstance hazelcast) throws InterruptedException {
        long deadline = System.nanoTime() + config.joinWait().toNanos();
        boolean told = false;
        while (hazelcast.getCluster().getMembers().stream().allMatch(Member::isLiteMember)) {
            if (!told) {
                LOG.info("node waits for a node with the role location node={} join={}", info.id(), config.join());
                told = true;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BadSetting(
                        RuntimeConfig.JOIN.key(),
                        "No node with the role location was found within "
                                + config.joinWait().toSeconds()
                                + " s: a node without that role needs one in join, and the same cluster.secret.");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** A node that was killed and started again must not meet its own ghost. */
    private void awaitOwnName(HazelcastInstance hazelcast) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SAME_ID_SECONDS);
        String own = ClusterCodecs.attribute(info);
        while (hazelcast.getCluster().getMembers().stream()
                .filter(member -> !member.localMember())
                .map(member -> member.getAttribute(ClusterCodecs.ATTRIBUTE))
                .filter(Objects::nonNull)
                .anyMatch(other ->
                        other.equals(own) || ClusterCodecs.info(other).id().equals(info.id()))) {
            if (System.nanoTime() - deadline > 0) {
                throw new BadSetting(
                        RuntimeConfig.NODE_ID.key(),
                        "The setting node.id cannot be \"" + info.id()
                                + "\": another node of the cluster is called so.");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private Vertx vertx(HazelcastInstance hazelcast) {
        EventBusOptions bus = new EventBusOptions()
                .setHost(info.clusterHost())
                .setPort(config.busPort())
                .setClusterPingInterval(2_000)
                .setClusterPingReplyInterval(2_000)
                .setConnectTimeout(2_000)
                .setTcpNoDelay(true)
                .setTrustAll(false);
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(config.loops())
                .setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(INNER_WORKERS)
                .setPreferNativeTransport(true)
                .setEventBusOptions(bus);
        Vertx vertx = Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        // The bus carries our bytes and nothing else: no class name from the network is ever looked up.
        vertx.eventBus().serializableChecker(name -> false).clusterSerializableChecker(name -> false);
        return vertx;
    }

    private Parts parts(HazelcastInstance hazelcast, Vertx vertx, PrometheusMeterRegistry metrics) {
        LoadMeter load = new LoadMeter(clock.nanos());
        ClusterMembership membership = new ClusterMembership(vertx, hazelcast, info.id());
        membership.open();
        Meters.load(metrics, load, membership);
        HazelcastTables tables = new HazelcastTables(vertx, hazelcast);
        return new Parts(
                config,
                settings,
                vertx,
                new NodeBus(vertx, membership, config, clock, secret, new BusMeters(metrics)),
                membership,
                metrics,
                clock,
                ids,
                Loops.of(vertx),
                new KeyRing(vertx, tables, clock, ids, info.data()),
                tables,
                secret,
                load,
                new Parts.Shared());
    }
}
