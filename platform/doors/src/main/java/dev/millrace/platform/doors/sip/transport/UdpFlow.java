package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Our UDP port and one peer's address: no state, made when it is needed, equal to any other of the same pair. */
record UdpFlow(UdpEndpoint endpoint, InetSocketAddress remote) implements Flow {
    @Override
    public FlowRef ref() {
        return new FlowRef(
                endpoint.nodeId(),
                Transport.UDP,
                balanced() ? endpoint.process() : 0,
                listener().index(),
                Source.reachable(remote.getAddress()),
                remote.getPort());
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
    public String toString() {
        return "UDP " + remote;
    }
}
