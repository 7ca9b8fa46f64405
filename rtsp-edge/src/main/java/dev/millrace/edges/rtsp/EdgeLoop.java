package dev.millrace.edges.rtsp;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.platform.runtime.UdpPair;
import dev.millrace.protocols.rtsp.Event;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop owns of the RTSP door: its connections, its sessions, and one pair of UDP ports from which all its UDP
 * readers are served. Owned by that loop.
 */
final class EdgeLoop {
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Edge edge;
    private final Loop loop;
    private final Set<Connection> connections = new HashSet<>();
    private final Set<EdgeSession> sessions = new HashSet<>();
    private final Map<InetSocketAddress, ReaderMedia> rtcpPeers = new HashMap<>();
    private @Nullable UdpPair readers;
    private @Nullable Timer sweeper;
    private boolean draining;
    private long lastConnection;

    EdgeLoop(Edge edge, Loop loop) {
        this.edge = edge;
        this.loop = loop;
    }

    /** Opens the readers' ports; called on any thread. */
    Future<Void> open() {
        return edge.pairs().open(loop, this::rtp, this::rtcp).map(pair -> {
            loop.run(() -> {
                readers = pair;
                sweeper = loop.every(SWEEP, this::sweep);
            });
            return null;
        });
    }

    Edge edge() {
        return edge;
    }

    Loop loop() {
        return loop;
    }

    boolean draining() {
        return draining;
    }

    UdpPair readers() {
        UdpPair open = readers;
        if (open == null) {
            throw new IllegalStateException("the loop is not open");
        }
        return open;
    }

    /** A connection's number: its loop in the upper bits, so that no two loops give the same one. */
    long nextConnection() {
        lastConnection++;
        return (long) loop.index() << 48 | lastConnection;
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    void add(EdgeSession session) {
        sessions.add(session);
        edge.sessions().changed(1);
        edge.node().load().sessions(1);
    }

    void remove(EdgeSession session) {
        if (sessions.remove(session)) {
            edge.sessions().changed(-1);
            edge.node().load().sessions(-1);
        }
    }

    /** Whether one more session would be too many; each loop has its share of the bound. */
    boolean full() {
        int share = Math.max(1, edge.config().sessions() / edge.node().loops().all().size());
        return sessions.size() >= share;
    }

    void expectRtcp(InetSocketAddress peer, ReaderMedia reader) {
        rtcpPeers.put(peer, reader);
    }

    void forgetRtcp(InetSocketAddress peer, ReaderMedia reader) {
        rtcpPeers.remove(peer, reader);
    }

    /** Readers send nothing to the RTP port but packets that open the way through a NAT. */
    private void rtp(ByteBuf packet, InetSocketAddress from) {}

    private void rtcp(ByteBuf packet, InetSocketAddress from) {
        ReaderMedia reader = rtcpPeers.get(from);
        if (reader == null) {
            edge.counters().stray();
        } else {
            reader.rtcp(packet.internalNioBuffer(packet.readerIndex(), packet.readableBytes()));
        }
    }

    private void sweep() {
        long now = edge.node().clock().nanos();
        long idle = edge.config().idle().toNanos();
        for (Connection connection : List.copyOf(connections)) {
            if (connection.idleSince(now) > idle) {
                connection.close();
            }
        }
    }

    /** No new sessions, or new ones again. Called on the loop. */
    void drain(boolean on) {
        draining = on;
        Event event = on ? new Event.Drain() : new Event.Resume();
        for (Connection connection : List.copyOf(connections)) {
            connection.on(event);
        }
        for (EdgeSession session : List.copyOf(sessions)) {
            session.on(event);
        }
    }

    /** Ends every session and connection and closes the ports. Called on the loop. */
    void close() {
        for (EdgeSession session : List.copyOf(sessions)) {
            session.on(new Event.Shut());
        }
        for (Connection connection : List.copyOf(connections)) {
            connection.on(new Event.Shut());
            connection.closeAfterWrites();
        }
        if (sweeper != null) {
            sweeper.cancel();
        }
        if (readers != null) {
            readers.close();
            readers = null;
        }
    }
}
