package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import dev.millrace.protocols.wire.Malformed;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the node itself, read once.
 *
 * @param nodeId unique in the cluster; what drain and resume name
 * @param join cluster ports of other nodes; empty for a node that waits to be joined or stays alone
 * @param bind address of the public doors
 * @param advertise host under which this node is reached; empty: see {@link Addresses}
 * @param front host under which clients reach the cluster; empty: as advertise
 * @param clusterHost address of cluster port, bus and node link; empty: see {@link Addresses}
 * @param secret authenticates the nodes of one cluster to each other; empty for a node that stays alone
 * @param capacity what this node should carry, bit/s
 * @param storeDir folder of what outlives the cluster; empty: nothing does
 */
public record RuntimeConfig(
        String nodeId,
        Set<Role> roles,
        List<HostPort> join,
        String bind,
        String advertise,
        String front,
        String clusterHost,
        int clusterPort,
        int busPort,
        int linkPort,
        Duration busTimeout,
        int busInFlight,
        String secret,
        Duration joinWait,
        String adminHost,
        int adminPort,
        String adminToken,
        String healthHost,
        int healthPort,
        Duration drainWait,
        long capacity,
        int loops,
        String storeDir) {
    /** Characters of a cluster secret, at least. */
    public static final int SECRET_MIN = 16;

    static final Setting<String> NODE_ID = Setting.of(
            "node.id",
            RuntimeConfig::nodeName,
            "",
            "",
            "1 to 64 of letters, digits, . _ -",
            "Name of this node, unique in the cluster; default: host name and random letters");
    static final Setting<List<Role>> ROLES =
            Setting.listOf("roles", RuntimeConfig::role, List.of(Role.values()), roleNames(), "What this node does");
    static final Setting<List<HostPort>> JOIN =
            Setting.addresses("join", List.of(), "Cluster ports of other nodes; needs cluster.secret");
    static final Setting<String> BIND = Setting.text("bind", "0.0.0.0", "Address on which the public doors listen");
    static final Setting<String> ADVERTISE = Setting.text(
            "advertise",
            "",
            "Host under which this node is reached; default: the bound address, for a wildcard the local address of the route out");
    static final Setting<String> FRONT =
            Setting.text("front", "", "Host under which clients reach the cluster; default: advertise");
    static final Setting<String> CLUSTER_HOST = Setting.text(
            "cluster.host",
            "",
            "One address of this machine for cluster port, bus and node link; default: loopback, or the local address of the route to the first of join");
    static final Setting<Integer> CLUSTER_PORT = Setting.port("cluster.port", 5701, "Hazelcast");
    static final Setting<Integer> BUS_PORT = Setting.port("bus.port", 5702, "Event bus between nodes");
    static final Setting<Integer> LINK_PORT = Setting.port("link.port", 5703, "Node link: media between nodes");
    static final Setting<Duration> BUS_TIMEOUT = Setting.duration(
            "bus.timeout",
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            "How long one question waits for its answer");
    static final Setting<Integer> BUS_IN_FLIGHT = Setting.number(
            "bus.in-flight", 1024, 1, 1_000_000, "questions", "Open questions to one node; one more fails at once");
    static final Setting<String> SECRET = Setting.of(
            "cluster.secret",
            RuntimeConfig::secret,
            "",
            "",
            "at least " + SECRET_MIN + " characters",
            "Shared by all nodes of a cluster; required with join");
    static final Setting<Duration> JOIN_WAIT = Setting.duration(
            "cluster.wait",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "How long a node without the role location waits for one that has it");
    static final Setting<String> ADMIN_HOST = Setting.text(
            "admin.host", "127.0.0.1", "Address of the admin API; beyond loopback admin.token is required");
    static final Setting<Integer> ADMIN_PORT = Setting.port("admin.port", 9980, "Admin API");
    static final Setting<String> ADMIN_TOKEN = Setting.of(
            "admin.token",
            RuntimeConfig::secret,
            "",
            "",
            "at least " + SECRET_MIN + " characters",
            "Bearer token that the admin API asks for");
    static final Setting<String> HEALTH_HOST =
            Setting.text("health.host", "127.0.0.1", "Address of health and metrics");
    static final Setting<Integer> HEALTH_PORT = Setting.port("health.port", 9981, "Health and metrics");
    static final Setting<Duration> DRAIN_WAIT = Setting.duration(
            "drain.wait",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofHours(24),
            "How long running sessions go on after SIGTERM");
    static final Setting<Long> CAPACITY = Setting.quantity(
            "load.capacity",
            5_000_000_000L,
            1_000_000L,
            1_000_000_000_000L,
            "bit/s",
            "What this node should carry at most; redirects and relays go by it");
    static final Setting<Integer> LOOPS =
            Setting.number("runtime.loops", 0, 0, 256, "threads", "Event loops; 0: as many as processors");

    static final Setting<String> STORE_DIR = Setting.text(
            "store.dir",
            "data",
            "Folder in which a node with the role location keeps bindings, users and cluster keys; empty: in memory only");

    /** Every setting of the runtime. */
    public static final List<Setting<?>> ALL = List.of(
            NODE_ID,
            ROLES,
            JOIN,
            BIND,
            ADVERTISE,
            FRONT,
            CLUSTER_HOST,
            CLUSTER_PORT,
            BUS_PORT,
            LINK_PORT,
            BUS_TIMEOUT,
            BUS_IN_FLIGHT,
            SECRET,
            JOIN_WAIT,
            ADMIN_HOST,
            ADMIN_PORT,
            ADMIN_TOKEN,
            HEALTH_HOST,
            HEALTH_PORT,
            DRAIN_WAIT,
            CAPACITY,
            LOOPS,
            STORE_DIR);

    public RuntimeConfig {
        roles = Set.copyOf(roles);
        join = List.copyOf(join);
    }

    /** Reads the settings and checks what one of them demands of another; {@link BadSetting} otherwise. */
    public static RuntimeConfig of(Settings settings) {
        return of(settings, EnumSet.allOf(Role.class));
    }

    /** @param able the roles that this program has modules for; without the setting a node serves them all */
    static RuntimeConfig of(Settings settings, Set<Role> able) {
        RuntimeConfig config = new RuntimeConfig(
                settings.given(NODE_ID)
                        ? settings.get(NODE_ID)
                        : Addresses.hostName() + "-"
                                + new Ids(Clock.system()).publicId().substring(0, 4),
                roles(settings, able),
                settings.get(JOIN),
                settings.get(BIND),
                settings.get(ADVERTISE),
                settings.get(FRONT),
                settings.get(CLUSTER_HOST),
                settings.get(CLUSTER_PORT),
                settings.get(BUS_PORT),
                settings.get(LINK_PORT),
                settings.get(BUS_TIMEOUT),
                settings.get(BUS_IN_FLIGHT),
                settings.get(SECRET),
                settings.get(JOIN_WAIT),
                settings.get(ADMIN_HOST),
                settings.get(ADMIN_PORT),
                settings.get(ADMIN_TOKEN),
                settings.get(HEALTH_HOST),
                settings.get(HEALTH_PORT),
                settings.get(DRAIN_WAIT),
                settings.get(CAPACITY),
                settings.get(LOOPS) > 0
                        ? settings.get(LOOPS)
                        : Runtime.getRuntime().availableProcessors(),
                settings.get(STORE_DIR));
        config.check();
        return config;
    }

    private static Set<Role> roles(Settings settings, Set<Role> able) {
        if (!settings.given(ROLES)) {
            return able;
        }
        for (Role role : settings.get(ROLES)) {
            if (!able.contains(role)) {
                throw new BadSetting(
                        ROLES.key(),
                        "The setting roles cannot name " + role.text() + ": this program does not hold it.");
            }
        }
        return Set.copyOf(settings.get(ROLES));
    }

    /** The cluster secret, if this node may be joined. */
    public Optional<String> clusterSecret() {
        return secret.isEmpty() ? Optional.empty() : Optional.of(secret);
    }

    private void check() {
        if (!join.isEmpty() && secret.isEmpty()) {
            throw new BadSetting(
                    SECRET.key(),
                    "The setting cluster.secret (variable " + SECRET.variable()
                            + ", the same on every node, at least " + SECRET_MIN
                            + " characters) is required as soon as join names other nodes.");
        }
        if (adminToken.isEmpty() && !Addresses.loopback(adminHost)) {
            throw new BadSetting(
                    ADMIN_TOKEN.key(),
                    "The setting admin.token (variable " + ADMIN_TOKEN.variable() + ", at least " + SECRET_MIN
                            + " characters) is required as soon as admin.host is not a loopback address.");
        }
        if (Addresses.wildcard(clusterHost)) {
            throw new BadSetting(
                    CLUSTER_HOST.key(),
                    "The setting cluster.host cannot be \"" + clusterHost
                            + "\": allowed is one address of this machine, because the cluster port never listens on all of them.");
        }
    }

    private static String nodeName(String text) {
        return Setting.name("node.id", "", 64, "").parser().parse(text);
    }

    private static Role role(String text) {
        return Role.parse(text);
    }

    private static String secret(String text) {
        if (text.length() < SECRET_MIN) {
            throw new Malformed("setting", "at least " + SECRET_MIN + " characters");
        }
        return text;
    }

    private static String roleNames() {
        return String.join(", ", List.of(Role.values()).stream().map(Role::text).toList());
    }
}
