package dev.millrace.services.proxy;

import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.resolve.Resolver;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.sip.proxy.Forwarding;
import dev.millrace.protocols.sip.proxy.ResponseContext;
import dev.millrace.services.proxy.core.Admission;
import dev.millrace.services.proxy.core.Places;
import dev.millrace.services.proxy.core.Seal;
import java.util.List;

/** What every request of a node needs on its way. Immutable, but for {@link LoopState}, which each loop has its own of. */
record Proxy(
        NodeContext node,
        ProxyConfig config,
        SipDoor door,
        Places places,
        Forwarding.Own own,
        Seal seal,
        Admission admission,
        ResponseContext.Terms terms,
        Authenticator authenticator,
        Resolver resolver,
        CallBooks books,
        PeerBook peers,
        ProxyCounters counters,
        List<LoopState> states) {
    LoopState state(Loop loop) {
        return states.get(loop.index());
    }

    /** For the To of what this proxy answers itself. */
    String tag() {
        return door.tag();
    }

    /** Whether the node that holds a flow is still there. */
    boolean lives(String nodeId) {
        return nodeId.equals(node.nodeId()) || node.membership().find(nodeId).isPresent();
    }
}
