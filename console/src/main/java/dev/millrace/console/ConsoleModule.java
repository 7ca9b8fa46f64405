package dev.millrace.console;

import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Service;

/** The page on a node's HTTP door. */
public final class ConsoleModule implements NodeModule {
    @Override
    public String name() {
        return "console";
    }

    @Override
    public Service create(NodeContext node) {
        return new ConsoleService(node, ConsoleConfig.of(node.settings()));
    }
}
