package dev.millrace.platform.runtime;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import java.util.Map;
import java.util.UUID;

/** How Hazelcast is set up here: one address, an explicit member list, timers of seconds, few threads. */
final class ClusterConfig {
    /** Attribute by which Vert.x's cluster manager knows a member; random, so that a node that came back is another one. */
    private static final String VERTX_NODE_ID = "__vertx.nodeId";

    /** Copies beside the first one of an entry of our tables; with fewer data members there are as many as can be. */
    private static final int BACKUPS = 2;

    /** The same for what passes within minutes, see {@link Tables#PASSING}. */
    private static final int PASSING_BACKUPS = 1;

    /** Between two looks for counters of Hazelcast that have changed: there are none. */
    private static final int NEVER_MILLIS = 3_600_000;

    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            // A silent peer is lost after this many seconds; longer than any pause of our garbage collector.
            Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.partial.member.disconnection.resolution.heartbeat.count", "3"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "10"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
            Map.entry("hazelcast.operation.call.timeout.millis", "5000"),
            Map.entry("hazelcast.operation.backup.timeout.millis", "1000"),
            Map.entry("hazelcast.operation.fail.on.indeterminate.state", "true"),
            Map.entry("hazelcast.partition.backup.sync.interval", "5"),
            // This is also the number of tries, and the pauses between them double from 1 ms: 10 of them are over in 31
            // ms, and
            // a survivor that sees the oldest member's loss a little later is thrown out. 30 take about 8 s.
            Map.entry("hazelcast.mastership.claim.timeout.seconds", "30"),
            Map.entry("hazelcast.max.join.seconds", "60"),
            Map.entry("hazelcast.graceful.shutdown.max.wait", "60"),
            // Nobody waits for members that may still come: each is let in at once.
            Map.entry("hazelcast.wait.seconds.before.join", "0"),
            Map.entry("hazelcast.socket.connect.timeout.seconds", "2"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.tcp.join.port.try.count", "1"),
            Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.logging.type", "slf4j"),
            Map.entry("hazelcast.logging.details.enabled", "false"),
            Map.entry("hazelcast.prefer.ipv4.stack", "false"),
            // A small machine: the threads of the defaults would outnumber its cores many times.
            Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.operation.generic.thread.count", "2"),
            Map.entry("hazelcast.operation.priority.generic.thread.count", "1"),
            Map.entry("hazelcast.operation.response.thread.count", "1"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "1"),
            Map.entry("hazelcast.clientengine.thread.count", "1"),
            Map.entry("hazelcast.clientengine.query.thread.count", "1"),
            Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
            Map.entry("hazelcast.slow.operation.detector.enabled", "false"),
            Map.entry("hazelcast.health.monitoring.level", "OFF"),
            Map.entry("hazelcast.metrics.enabled", "false"));

    private ClusterConfig() {}

    static Config of(RuntimeConfig config, NodeInfo info, ClusterSecret secret, LastingTables tables) {
        Config cluster = new Config();
        cluster.setClusterName(secret.clusterName());
        // Several nodes in one process must differ by name.
        cluster.setInstanceName(info.id() + "-" + UUID.randomUUID());
        cluster.setLiteMember(!info.data());
        PROPERTIES.forEach(cluster::setProperty);
        cluster.getMemberAttributeConfig()
                .setAttribute(VERTX_NODE_ID, UUID.randomUUID().toString())
                .setAttribute(ClusterCodecs.ATTRIBUTE, ClusterCodecs.attribute(info));
        cluster.getUserContext().put(Merged.CONTEXT, tables);
        cluster.getIntegrityCheckerConfig().setEnabled(false);
        cluster.getCRDTReplicationConfig().setReplicationPeriodMillis(NEVER_MILLIS);
        network(cluster, config, info);
        serialization(cluster, tables);
        maps(cluster);
        return cluster;
    }

    /** With the advanced form of the network there is a port for members and none for clients. */
    private static void network(Config cluster, RuntimeConfig config, NodeInfo info) {
        // Hazelcast would look for itself under port 0 for a second.
        int port = config.clusterPort() == 0 ? Addresses.freePort(info.clusterHost()) : config.clusterPort();
        ServerSocketEndpointConfig members = new ServerSocketEndpointConfig()
                .setPort(port)
                .setPortAutoIncrement(false)
                .setReuseAddress(true);
        members.getInterfaces().setEnabled(true).addInterface(info.clusterHost());
        AdvancedNetworkConfig network = cluster.getAdvancedNetworkConfig();
        network.setEnabled(true).setMemberEndpointConfig(members);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
        config.join().forEach(peer -> join.getTcpIpConfig().addMember(peer.toString()));
        join.getTcpIpConfig().addMember(new HostPort(info.clusterHost(), port).toString());
    }

    private static void serialization(Config cluster, LastingTables tables) {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(true);
        // What members tell each other when something fails; everything else has a form of its own.
        filter.getWhitelist().addPrefixes("com.hazelcast.", "java.lang.", "java.util.", "java.io.", "java.time.", "[");
        cluster.getSerializationConfig()
                .setJavaSerializationFilterConfig(filter)
                .addDataSerializableFactory(TableFactory.ID, new TableFactory(tables));
    }

    private static void maps(Config cluster) {
        // What the file of Vert.x's cluster manager declares, which an own configuration replaces.
        cluster.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        cluster.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        cluster.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        cluster.addMapConfig(tables(HazelcastTables.PREFIX, NewerWins.class));
        cluster.addMapConfig(
                tables(HazelcastTables.PREFIX + Tables.PASSING, NewerWins.class).setBackupCount(PASSING_BACKUPS));
        cluster.addMapConfig(tables(HazelcastTables.LASTING, Merged.class));
    }

    private static MapConfig tables(String prefix, Class<?> mergePolicy) {
        return new MapConfig(prefix + "*")
                .setBackupCount(BACKUPS)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(mergePolicy.getName(), 100));
    }
}
