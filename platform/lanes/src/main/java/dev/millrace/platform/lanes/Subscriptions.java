package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import io.vertx.core.Future;
import java.util.Optional;

/** The way to a stream for everyone who reads: the lane of this node, home or copy. Any thread. */
public final class Subscriptions {
    private final NodeContext node;
    private final Lanes lanes;

    private Subscriptions(NodeContext node) {
        this.node = node;
        this.lanes = Lanes.of(node);
    }

    /** The node's way to streams. */
    public static Subscriptions of(NodeContext node) {
        return node.shared(Subscriptions.class, Subscriptions::new);
    }

    /** Who owns that stream; empty when there is none. Fails when the cluster does not answer. */
    public Future<Optional<Claim>> find(StreamPath path) {
        return node.bus().ask(Streams.FIND, path.text(), path);
    }

    /** A reader's view of the claimed stream; media begins to come to this node once a reader is attached. */
    public Subscription open(Claim claim, Loop loop) {
        return new Subscription(lanes, claim, Tracks.of(claim.sdp()), loop);
    }
}
