package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our UDP port and one peer's address: no state, made when it is needed, equal to any other of the same pair. */
final class UdpFlow implements Flow {
    private final UdpEndpoint endpoint;
    private final InetSocketAddress remote;

    /** Made when it is asked for, by whoever does first; all of them make the same. */
    private @Nullable FlowRef ref;

    UdpFlow(UdpEndpoint endpoint, InetSocketAddress remote) {
        this.endpoint = endpoint;
        this.remote = remote;
    }

    @Override
    public FlowRef ref() {
        FlowRef known = ref;
        if (known == null) {
            known = new FlowRef(
                    endpoint.nodeId(),
                    Transport.UDP,
                    balanced() ? endpoint.process() : 0,
                    listener().index(),
                    Source.reachable(remote.getAddress()),
                    remote.getPort());
            ref = known;
        }
        return known;
    }

    @Override
    public Transport transport() {
        return Transport.UDP;
    }

    @Override
    public Listener listener() {
        return endpoint.listener();
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress(
                listener().local(remote), listener().bound().getPort());
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public boolean send(byte[] message) {
        endpoint.send(message, remote);
        return true;
    }

    @Override
    public boolean open() {
        return true;
    }

    @Override
    public boolean balanced() {
        return endpoint.balancer(remote.getAddress());
    }

    @Override
    public List<String> peerNames() {
        return List.of();
    }

    @Override
    public void keep(Duration span) {
        // Nothing is open.
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UdpFlow that && endpoint == that.endpoint && remote.equals(that.remote);
    }

    @Override
    public int hashCode() {
        return remote.hashCode();
    }

    @Override
    public String toString() {
        return "UDP " + remote;
    }
}
