package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.Loop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** An open TCP, TLS or WebSocket connection as a flow. Owned by its loop; what the interface offers may be called from any thread. */
final class Connection implements Flow {
    /** The transport below; called on the connection's loop only. */
    interface Wire {
        /** Sends the message; closes the connection when too much waits already. */
        void write(byte[] message);

        /** Looks for a message that does not end and a peer that does not read. */
        void look(long nowNanos);

        void close();
    }

    /** Who is at the other end. */
    record Ends(InetSocketAddress local, InetSocketAddress remote, boolean balanced, List<String> peerNames) {}

    private final Connections home;
    private final Listener listener;
    private final Loop loop;
    private final Ends ends;
    private final Wire wire;
    private final FlowRef ref;
    private volatile long moved;
    private volatile long keptUntil;
    private volatile boolean open = true;

    Connection(Connections home, Listener listener, Loop loop, Ends ends, Wire wire) {
        this.home = home;
        this.listener = listener;
        this.loop = loop;
        this.ends = ends;
        this.wire = wire;
        this.moved = home.receiving().now();
        this.keptUntil = moved;
        this.ref = new FlowRef(
                home.nodeId(),
                listener.transport(),
                home.nextNumber(),
                listener.index(),
                Source.reachable(ends.remote.getAddress()),
                ends.remote.getPort());
    }

    @Override
    public FlowRef ref() {
        return ref;
    }

    @Override
    public Transport transport() {
        return listener.transport();
    }

    @Override
    public Listener listener() {
        return listener;
    }

    Loop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress local() {
        return ends.local;
    }

    @Override
    public InetSocketAddress remote() {
        return ends.remote;
    }

    @Override
    public boolean balanced() {
        return ends.balanced;
    }

    @Override
    public List<String> peerNames() {
        return ends.peerNames;
    }

    @Override
    public boolean send(byte[] message) {
        if (!open) {
            return false;
        }
        home.receiving().meters().sent(transport());
        if (loop.inLoop()) {
            wire.write(message);
        } else {
            loop.netty().execute(() -> wire.write(message));
        }
        return open;
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public void keep(Duration span) {
        long until = home.receiving().now() + span.toNanos();
        if (until - keptUntil > 0) {
            keptUntil = until;
        }
    }

    /** Ends the connection. */
    void close(String why) {
        loop.run(() -> {
            if (open) {
                home.receiving().meters().closed(why);
                open = false;
                wire.close();
            }
        });
    }

    /** Something moved. On the loop. */
    void moved(long nowNanos) {
        moved = nowNanos;
    }

    /** Once in a while, on the loop. */
    void look(long nowNanos, long idleNanos) {
        if (nowNanos - moved > idleNanos && nowNanos - keptUntil > 0) {
            close("idle");
        } else {
            wire.look(nowNanos);
        }
    }

    /** The transport below has ended. On the loop, once. */
    void ended() {
        open = false;
        home.remove(this);
    }

    @Override
    public String toString() {
        return transport() + " " + ends.remote;
    }
}
