package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.Await;
import java.util.List;

/** What a node says about its calls. */
final class ProxyServiceCalls {
    private ProxyServiceCalls() {}

    static List<Call> of(NodeContext node) {
        return Await.get(node.bus()
                        .ask(
                                node.nodeId(),
                                Calls.LIST,
                                new Calls.Listing("", Calls.Stage.ANY, Long.MAX_VALUE, "", 1000)))
                .calls();
    }
}
