package dev.millrace.platform.runtime;

import io.vertx.core.Future;
import java.util.List;

/** One node: its Vert.x, its place in the cluster, its services. */
public final class Node {
    private Node() {}

    /** Starts a node with the modules whose role it has and with all modules without a role. */
    public static Future<Node> start(Settings settings, List<RoleModule> roles, List<NodeModule> others) {
        return Future.failedFuture("not yet");
    }
}
