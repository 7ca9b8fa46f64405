package dev.millrace.platform.runtime;

import com.hazelcast.core.HazelcastInstance;
import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: its Vert.x, its place in the cluster, its services. Several nodes may live in one process. Its methods may be
 * called from any thread.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** How often the load is told to every member. */
    private static final Duration REPORT = Duration.ofSeconds(1);

    /** How long the services and the cluster may take to let go after the drain, before a process is ended all the same. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(20);

    private enum State {
        STARTING,
        RUNNING,
        STOPPING
    }

    private final Parts parts;
    private final HazelcastInstance hazelcast;
    private final Keeper keeper;
    private final Services services;
    private final ProcessCpu cpu = new ProcessCpu();
    private final List<HttpServer> servers = new ArrayList<>();
    private volatile State state = State.STARTING;
    private @Nullable Future<Void> stopping;

    Node(Parts parts, HazelcastInstance hazelcast, Keeper keeper) {
        this.parts = parts;
        this.hazelcast = hazelcast;
        this.keeper = keeper;
        this.services = new Services(parts.loops());
    }

    /** Starts a node with the modules whose role it has. */
    public static Future<Node> start(Settings settings, List<RoleModule> roles) {
        return start(settings, roles, List.of());
    }

    /**
     * Starts a node with the modules whose role it has and with all modules without a role. Fails with {@link BadSetting}
     * when the settings do not allow it; whatever had started by then is stopped.
     */
    public static Future<Node> start(Settings settings, List<RoleModule> roles, List<NodeModule> others) {
        return start(settings, roles, others, Clock.system());
    }

    static Future<Node> start(Settings settings, List<RoleModule> roles, List<NodeModule> others, Clock clock) {
        // Not a chain of the node's own futures: they end with its event loops, and a failed start ends those.
        Promise<Node> started = Promise.promise();
        NodeStart.begin(settings, roles, clock)
                .onFailure(started::fail)
                .onSuccess(node -> node.open(roles, others).onComplete(open -> {
                    if (open.succeeded()) {
                        started.complete(node);
                    } else {
                        node.stop().onComplete(stopped -> started.fail(open.cause()));
                    }
                }));
        return started.future();
    }

    public NodeContext context() {
        return parts;
    }

    public String id() {
        return parts.nodeId();
    }

    /** Whether every service has started and none is being stopped. */
    public boolean running() {
        return state == State.RUNNING;
    }

    private Future<Void> open(List<RoleModule> roles, List<NodeModule> others) {
        serve();
        return parts.bus()
                .start()
                .compose(listening -> servers())
                .compose(open -> restore())
                .compose(restored -> parts.keys().start())
                .compose(keys -> greet())
                .compose(greeted -> startRoles(roles))
                .compose(started -> {
                    report();
                    parts.loops().all().getFirst().inStep(REPORT, this::report);
                    return startOthers(others);
                })
                .onSuccess(started -> {
                    state = State.RUNNING;
                    LOG.info(
                            "node ready node={} roles={} members={}",
                            id(),
                            parts.membership().local().info().roles().stream()
                                    .map(Role::text)
                                    .sorted()
                                    .toList(),
                            parts.membership().members().size());
                });
    }

    private Future<Void> restore() {
        return parts.vertx()
                .executeBlocking(
                        () -> {
                            keeper.open();
                            return null;
                        },
                        false);
    }

    private void serve() {
        NodeBus bus = parts.bus();
        bus.serve(ClusterCodecs.PING, nothing -> Future.succeededFuture(nothing));
        bus.serve(ClusterCodecs.HELLO, nothing -> Future.succeededFuture(load()));
        bus.serve(ClusterCodecs.LOAD_REPORT, told -> {
            parts.membership().report(told.node(), told.load());
            return Future.succeededFuture(Nothing.NOTHING);
        });
        bus.serve(ClusterCodecs.DRAIN, asked -> drain(asked.role(), asked.draining()));
        bus.serve(ClusterCodecs.STATUS, nothing -> services.status().map(status -> new JsonObject(status).encode()));
    }

    private Future<Void> servers() {
        RuntimeConfig config = parts.config();
        HealthServer health = new HealthServer(parts.vertx(), parts.metrics(), this::ready, this::safe);
        return health.open(config.healthHost(), config.healthPort())
                .compose(open -> {
                    servers.add(open);
                    return new AdminServer(parts).open(config.adminHost(), config.adminPort());
                })
                .map(open -> {
                    servers.add(open);
                    return null;
                });
    }

    /** Port of the health server, for a configured 0. */
    public int healthPort() {
        return servers.getFirst().actualPort();
    }

    /** Port of the admin API, for a configured 0. */
    public int adminPort() {
        return servers.get(1).actualPort();
    }

    private Future<Void> ready() {
        return switch (state) {
            case STARTING -> Future.failedFuture("starting");
            case STOPPING -> Future.failedFuture("stopping");
            case RUNNING ->
                hazelcast.getLifecycleService().isRunning()
                        ? parts.bus().ping()
                        : Future.failedFuture("this node has lost its cluster");
        };
    }

    /** Whether the cluster keeps everything when one node more is lost: Hazelcast has finished copying. */
    private Future<Void> safe() {
        return ready().compose(ready -> parts.vertx()
                        .executeBlocking(() -> hazelcast.getPartitionService().isClusterSafe(), false))
                .compose(safe -> safe
                        ? Future.succeededFuture()
                        : Future.failedFuture("backups are still being made in the cluster"));
    }

    /** Asks everyone how they are, so that the first question of a service finds its nodes. */
    private Future<Void> greet() {
        List<Future<?>> asked = new ArrayList<>();
        for (Member member : parts.membership().members()) {
            if (!member.id().equals(id())) {
                asked.add(parts.bus()
                        .ask(member.id(), ClusterCodecs.HELLO, Nothing.NOTHING)
                        .onSuccess(load ->
                                load.ifPresent(told -> parts.membership().report(member.id(), told))));
            }
        }
        return Future.join(asked).transform(done -> Future.succeededFuture());
    }

    private Future<Void> startRoles(List<RoleModule> roles) {
        Future<Void> started = Future.succeededFuture();
        // In the order of the roles: location first, because the others ask it.
        for (Role role : Role.values()) {
            for (RoleModule module : roles) {
                if (module.role() == role && parts.config().roles().contains(role)) {
                    started = started.compose(
                            before -> services.start(role.text(), Optional.of(role), () -> module.create(parts)));
                }
            }
        }
        return started;
    }

    private Future<Void> startOthers(List<NodeModule> others) {
        Future<Void> started = Future.succeededFuture();
        for (NodeModule module : others) {
            started = started.compose(
                    before -> services.start(module.name(), Optional.empty(), () -> module.create(parts)));
        }
        return started;
    }

    private Optional<Load> load() {
        return parts.membership().find(id()).map(Member::load).filter(load -> load.capacity() > 0);
    }

    private void report() {
        LoadMeter meter = parts.load();
        meter.tick(parts.clock().nanos());
        Load now = new Load(
                meter.sessions(), meter.bitsPerSecond(), parts.config().capacity(), services.draining(), cpu.percent());
        parts.membership().report(id(), now);
        parts.bus().tellAll(ClusterCodecs.LOAD_REPORT, new ClusterCodecs.Report(id(), now));
    }

    /** No new sessions of that role from now on (or again); false where the node has not got it. */
    public Future<Boolean> drain(Role role, boolean begin) {
        return services.drain(role, begin).onSuccess(done -> report());
    }

    /** No new sessions at all from now on; running ones go on. */
    public Future<Void> drain() {
        Future<Void> told = services.drainAll();
        report();
        return told;
    }

    /** Drains, waits for the running sessions no longer than {@code drain.wait}, stops. */
    public Future<Void> drainAndStop() {
        Duration wait = parts.config().drainWait();
        LOG.info("node drains node={} wait={}", id(), wait);
        Promise<Void> enough = Promise.promise();
        drain().compose(told -> services.drained()).onComplete(done -> enough.tryComplete());
        parts.vertx().setTimer(Math.max(1, wait.toMillis()), timer -> enough.tryComplete());
        return enough.future().compose(drained -> stop());
    }

    /** Ends everything that still runs and leaves the cluster. The second call gets the future of the first. */
    public Future<Void> stop() {
        synchronized (this) {
            if (stopping == null) {
                state = State.STOPPING;
                stopping = close();
            }
            return stopping;
        }
    }

    private Future<Void> close() {
        LOG.info("node stops node={}", id());
        Promise<Void> gone = Promise.promise();
        services.stop()
                .transform(stopped -> {
                    parts.things().close();
                    parts.bus().close();
                    return parts.vertx().close();
                })
                .onComplete(closed -> Thread.ofPlatform().name("stop-" + id()).start(() -> {
                    // Hazelcast goes last and moves what it keeps to the others meanwhile, which takes a thread.
                    keeper.drain();
                    hazelcast.shutdown();
                    keeper.close();
                    parts.metrics().close();
                    LOG.info("node stopped node={}", id());
                    gone.complete();
                }));
        return gone.future();
    }

    /** Leaves as a killed process does: sockets close, nobody is told. For tests of the others. */
    void crash() {
        state = State.STOPPING;
        keeper.abandon();
        hazelcast.getLifecycleService().terminate();
        parts.vertx().close();
    }

    /** From now on SIGTERM and SIGINT drain this node and stop it before the process ends. */
    public void stopWithProcess() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("drain-" + id()).unstarted(() -> {
                    Duration most = parts.config().drainWait().plus(STOP_WAIT);
                    try {
                        drainAndStop()
                                .toCompletionStage()
                                .toCompletableFuture()
                                .get(most.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (TimeoutException late) {
                        LOG.warn("node did not stop in time node={}", id());
                    } catch (InterruptedException | java.util.concurrent.ExecutionException failure) {
                        LOG.warn("node did not stop well node={} cause={}", id(), failure.toString());
                    }
                }));
    }
}
