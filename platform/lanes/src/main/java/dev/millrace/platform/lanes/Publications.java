package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The publishers that are connected to this node, whatever door they came in by. Any thread. */
public final class Publications {
    /** A relay on this node is preferred unless another has this much more room, as a share of its capacity. */
    private static final double HOME_ADVANTAGE = 0.2;

    private final NodeContext node;
    private final Lanes lanes;
    private final ReaderCounters counters = new ReaderCounters();
    private final Map<StreamPath, Publication> open = new ConcurrentHashMap<>();

    private Publications(NodeContext node) {
        this.node = node;
        this.lanes = Lanes.of(node);
        node.bus().serve(Relay.REHOME, this::rehome);
    }

    /** The node's publications. */
    public static Publications of(NodeContext node) {
        return node.shared(Publications.class, Publications::new);
    }

    NodeContext node() {
        return node;
    }

    Lanes lanes() {
        return lanes;
    }

    ReaderCounters counters() {
        return counters;
    }

    /**
     * Lets a publisher in; afterwards its packets may come.
     *
     * @param override take the path over even while another publisher's packets flow
     * @param loop where the publisher lives: the answer, the publication and its listener stay on it
     * @return fails with {@link Refused}
     */
    public Future<Publication> open(
            StreamPath path, byte[] sdp, boolean override, Loop loop, Publication.Listener listener) {
        Tracks tracks;
        try {
            tracks = Tracks.of(sdp);
        } catch (Malformed malformed) {
            return Future.failedFuture(
                    new Refused(Refused.Why.BAD_DESCRIPTION, String.valueOf(malformed.getMessage())));
        }
        Promise<Publication> opened = Promise.promise();
        loop.run(() -> {
            Publication publication = new Publication(path, tracks, loop, lanes.config(), listener, this);
            publication
                    .homes()
                    .enter(override)
                    .onComplete(done -> loop.run(() -> {
                        if (done.succeeded()) {
                            open.put(path, publication);
                            opened.complete(publication);
                        } else {
                            opened.fail(
                                    done.cause() instanceof Refused refused
                                            ? refused
                                            : new Refused(Refused.Why.UNREACHABLE, String.valueOf(done.cause())));
                        }
                    }));
        });
        return opened.future();
    }

    void forget(Publication publication) {
        open.remove(publication.path(), publication);
    }

    /** Publishers connected now. */
    public int size() {
        return open.size();
    }

    private Future<Boolean> rehome(Relay.Rehoming asked) {
        Publication publication = open.get(asked.path());
        if (publication == null) {
            return Future.succeededFuture(false);
        }
        Promise<Boolean> moving = Promise.promise();
        publication.loop().run(() -> moving.complete(publication.homes().moveFrom(asked.relay(), asked.epoch())));
        return moving.future();
    }

    /** The relay with the most room, this node's own unless it is clearly fuller; empty when none takes lanes. */
    Optional<Member> chooseRelay(Set<String> avoid) {
        List<Member> able = node.membership().serving(Role.RTP_RELAY).stream()
                .filter(member -> !member.draining(Role.RTP_RELAY) && !avoid.contains(member.id()))
                .toList();
        return able.stream()
                .min(Comparator.comparingDouble((Member member) ->
                                member.load().share() - (member.id().equals(node.nodeId()) ? HOME_ADVANTAGE : 0))
                        .thenComparingInt(member -> member.load().sessions()));
    }
}
