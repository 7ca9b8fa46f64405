package dev.millrace.platform.runtime;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import dev.millrace.platform.contracts.Role;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

    /** Tries to start Vert.x. */
    private static final int VERTX_TRIES = 5;

    /** How often a waiting start looks again. */
    private static final long LOOK_MILLIS = 50;

    /** How long a start waits for a former process of the same id to be found dead. */
    private static final long SAME_ID_SECONDS = 10;

    /** Folder of the store of a node that has no name of its own. */
    private static final String UNNAMED = "node";

    private final Settings settings;
    private final RuntimeConfig config;
    private final NodeInfo info;
    private final Clock clock;
    private final Ids ids;
    private final ClusterSecret secret;
    private final LastingTables tables;

    private NodeStart(Settings settings, RuntimeConfig config, List<RoleModule> modules, Clock clock) {
        this.settings = settings;
        this.config = config;
        this.clock = clock;
        this.ids = new Ids(clock);
        this.secret = ClusterSecret.of(config, ids);
        this.info = info(settings, config);
        this.tables = tables(modules);
    }

    /** The lasting tables of this node's roles, and the runtime's own. */
    private LastingTables tables(List<RoleModule> modules) {
        List<Tables.Spec<?, ?>> specs = new ArrayList<>(List.of(KeyRing.TABLE));
        modules.stream()
                .filter(module -> config.roles().contains(module.role()))
                .forEach(module -> specs.addAll(module.tables()));
        return new LastingTables(specs, info.data() ? journal() : Optional.empty(), clock);
    }

    private Optional<Journal> journal() {
        if (config.storeDir().isEmpty()) {
            return Optional.empty();
        }
        try {
            String name = settings.given(RuntimeConfig.NODE_ID) ? config.nodeId() : UNNAMED;
            JournalFolder folder = JournalFolder.take(Path.of(config.storeDir()), name);
            LOG.info("store opened folder={}", folder);
            return Optional.of(Journal.open(folder, clock));
        } catch (IOException | InvalidPathException | UnsupportedOperationException failure) {
            throw new BadSetting(
                    RuntimeConfig.STORE_DIR.key(),
                    "The setting store.dir cannot be \"" + config.storeDir() + "\": " + failure
                            + ". It names a folder that this process may write to; left empty, bindings, users and"
                            + " cluster keys are kept in memory only.");
        }
    }

    /** A node in its cluster, without services. */
    static Future<Node> begin(Settings settings, List<RoleModule> modules, Clock clock) {
        Promise<Node> started = Promise.promise();
        Thread.ofPlatform().name("millrace-start").start(() -> {
            try {
                Set<Role> able = EnumSet.noneOf(Role.class);
                modules.forEach(module -> able.add(module.role()));
                started.complete(new NodeStart(settings, RuntimeConfig.of(settings, able), modules, clock).run());
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
        HazelcastInstance hazelcast;
        try {
            hazelcast = Hazelcast.newHazelcastInstance(ClusterConfig.of(config, info, secret, tables));
        } catch (RuntimeException failure) {
            tables.journal().ifPresent(Journal::close);
            throw failure;
        }
        try {
            awaitData(hazelcast);
            awaitOwnName(hazelcast);
            Alone alone =
                    Alone.begin(hazelcast, tables, clock, config.joinWait().toMillis());
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
            Parts parts = parts(hazelcast, vertx, metrics.join(), alone);
            return new Node(
                    parts,
                    hazelcast,
                    new Keeper(hazelcast, tables, alone, parts.tables().partitions(), parts.metrics()));
        } catch (InterruptedException | RuntimeException failure) {
            hazelcast.getLifecycleService().terminate();
            tables.journal().ifPresent(Journal::close);
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

    /** Vert.x tells the others of itself in a table, which may be on the move while nodes join: then a backup is late. */
    private Vertx vertx(HazelcastInstance hazelcast) {
        for (int left = VERTX_TRIES - 1; ; left--) {
            try {
                return vertxOnce(hazelcast);
            } catch (RuntimeException failure) {
                if (left == 0 || !indeterminate(failure)) {
                    throw failure;
                }
                LOG.info("vertx is started once more cause={}", failure.toString());
            }
        }
    }

    /** However deep it is wrapped. */
    private static boolean indeterminate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IndeterminateOperationStateException) {
                return true;
            }
        }
        return false;
    }

    private Vertx vertxOnce(HazelcastInstance hazelcast) {
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

    private Parts parts(HazelcastInstance hazelcast, Vertx vertx, PrometheusMeterRegistry metrics, Alone alone) {
        Loops loops = Loops.of(vertx);
        Loop first = loops.all().getFirst();
        alone.open(first, metrics);
        LoadMeter load = new LoadMeter(clock.nanos());
        ClusterMembership membership = new ClusterMembership(vertx, hazelcast, info.id());
        membership.open(first);
        Meters.load(metrics, load, membership);
        HazelcastTables opened = new HazelcastTables(vertx, hazelcast, this.tables, alone);
        return new Parts(
                config,
                settings,
                vertx,
                new NodeBus(vertx, first, membership, config, clock, secret, new BusMeters(metrics)),
                membership,
                metrics,
                clock,
                ids,
                loops,
                new KeyRing(vertx, opened, clock, ids, info.data()),
                opened,
                secret,
                load,
                new Parts.Shared());
    }
}
