package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A way to one peer (RFC 5626 section 3.1): a connection, or for UDP the pair of our socket and the peer's address. Owned by the node
 * that received or opened it. Its methods may be called from any thread; two flows that are equal lead to the same peer.
 */
public interface Flow {
    /** Its name among all flows of all nodes. */
    FlowRef ref();

    Transport transport();

    /** The listener that it came in by, or by whose addresses it goes out. */
    Listener listener();

    /** Our end. */
    InetSocketAddress local();

    /** The peer's end; behind a balancer with the PROXY protocol what the balancer says it is. */
    InetSocketAddress remote();

    /**
     * Sends one message, which is the flow's from now on. On a connection messages keep their order. False when the flow is
     * closed or closes because the peer does not read; for UDP a full socket loses the message and counts it.
     */
    boolean send(byte[] message);

    /** Whether a message may still arrive; always true for UDP. */
    boolean open();

    /** Whether the peer is a balancer of {@code sip.balancers}, so that {@link #remote} is many peers' address. */
    boolean balanced();

    /** The names of the peer's client certificate (subject alternative names), when it showed one that was verified. */
    List<String> peerNames();

    /** Keeps the connection open for at least that long from now, also when nothing moves: somebody is registered on it. */
    void keep(Duration span);

    /** What a Record-Route or Path of ours says to this peer: the cluster. */
    default HostPort front() {
        return listener().front(remote());
    }
}
