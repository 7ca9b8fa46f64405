package dev.millrace.edges.rtsp;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.rtsp.Event;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop owns of the RTSP door: its connections, its sessions, and the UDP ports from which its UDP readers are
 * served. Owned by that loop.
 */
final class EdgeLoop {
    /** Who is let in. */
    enum Intake {
        ALL,
        /** Readers that follow are sent to another edge, the others are served. */
        STAY_BEHIND,
        /** The node is about to stop: readers that follow are sent to another edge, nobody else is let in. */
        NONE
    }

    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Edge edge;
    private final Loop loop;
    private final Set<Connection> connections = new HashSet<>();
    private final Set<EdgeSession> sessions = new HashSet<>();
    private final Map<InetSocketAddress, ReaderMedia> rtcpPeers = new HashMap<>();
    private final ReaderPorts readers;
    private @Nullable Timer sweeper;
    private Intake intake = Intake.ALL;
    private long lastConnection;

    EdgeLoop(Edge edge, Loop loop) {
        this.edge = edge;
        this.loop = loop;
        this.readers = new ReaderPorts(edge.pairs(), loop, EdgeLoop::ignore, this::rtcp);
    }

    /** Begins to look after idle connections; called on the loop. */
    void open() {
        sweeper = loop.inStep(SWEEP, this::sweep);
    }

    Edge edge() {
        return edge;
    }

    Loop loop() {
        return loop;
    }

    Intake intake() {
        return intake;
    }

    ReaderPorts readers() {
        return readers;
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
        int share =
                Math.max(1, edge.config().sessions() / edge.node().loops().all().size());
        return sessions.size() >= share;
    }

    void expectRtcp(InetSocketAddress peer, ReaderMedia reader) {
        rtcpPeers.put(peer, reader);
    }

    void forgetRtcp(InetSocketAddress peer, ReaderMedia reader) {
        rtcpPeers.remove(peer, reader);
    }

    /** Readers send nothing to the RTP port but packets that open the way through a NAT. */
    private static void ignore(ByteBuf packet, InetSocketAddress from) {}

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

    /** From now on. Called on the loop. */
    void intake(Intake now) {
        intake = now;
        Event event = now == Intake.NONE ? new Event.Drain() : new Event.Resume();
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
    }
}
