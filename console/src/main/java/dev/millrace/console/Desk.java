package dev.millrace.console;

import dev.millrace.console.core.Board;
import dev.millrace.console.core.Board.Around;
import dev.millrace.console.core.Flow;
import dev.millrace.console.core.StreamFacts;
import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the cluster: the claims at location, the figures at each relay. Owned by one event loop. */
final class Desk {
    private final NodeContext node;
    private final Descriptions descriptions;
    private Board board = Board.EMPTY;
    private Optional<Future<Board>> looking = Optional.empty();
    private Optional<Long> lookedNanos = Optional.empty();

    Desk(NodeContext node) {
        this.node = node;
        this.descriptions = new Descriptions(node);
    }

    /** The last look if it is not older than that, else a new one; those who ask meanwhile share it. */
    Future<Board> look(long maxAgeNanos) {
        if (lookedNanos.isPresent() && node.clock().nanos() - lookedNanos.get() < maxAgeNanos) {
            return Future.succeededFuture(board);
        }
        if (looking.isPresent()) {
            return looking.get();
        }
        Future<Board> look = node.bus()
                .ask(Streams.LIST, "", Nothing.NOTHING)
                .compose(claims -> figures(claims).map(flows -> drawn(claims, flows)));
        looking = Optional.of(look);
        return look.onComplete(done -> looking = Optional.empty());
    }

    private Future<Map<String, Flow>> figures(List<Claim> claims) {
        Map<String, Flow> flows = new HashMap<>();
        List<Future<?>> asked = new ArrayList<>();
        claims.stream()
                .map(Claim::relay)
                .distinct()
                .forEach(relay -> asked.add(node.bus()
                        .ask(relay, Relay.STATS, Nothing.NOTHING)
                        .onSuccess(stats ->
                                stats.forEach(one -> flows.put(one.path().text(), flow(one))))
                        .onFailure(silent -> keep(claims, relay, flows))
                        .otherwiseEmpty()));
        return Future.join(asked).map(flows);
    }

    /** A relay that does not answer in time keeps its last figures; once it has left, its claims go elsewhere. */
    private void keep(List<Claim> claims, String relay, Map<String, Flow> flows) {
        for (Claim claim : claims) {
            Flow last = board.flows().get(claim.path().text());
            if (last != null && claim.relay().equals(relay)) {
                flows.put(claim.path().text(), last);
            }
        }
    }

    private static Flow flow(Relay.Stats stats) {
        return new Flow(stats.bitsPerSecond(), stats.readers(), stats.lost(), stats.dropped());
    }

    private Board drawn(List<Claim> claims, Map<String, Flow> flows) {
        List<StreamFacts> streams = claims.stream()
                .sorted((a, b) -> a.path().compareTo(b.path()))
                .limit(Board.STREAM_LIMIT)
                .map(this::facts)
                .toList();
        board = new Board(around(claims.size()), streams, flows);
        lookedNanos = Optional.of(node.clock().nanos());
        return board;
    }

    private StreamFacts facts(Claim claim) {
        Descriptions.Described described = descriptions.of(claim);
        return new StreamFacts(
                claim.path().text(),
                claim.publicId(),
                claim.live(),
                claim.sinceMillis(),
                claim.relay(),
                claim.edge(),
                described.tracks(),
                described.leftOut());
    }

    private Around around(int total) {
        int nodes = node.membership().members().size();
        Member local = node.membership().local();
        if (local.has(Role.RTSP_EDGE)) {
            // This node's own door: under whatever name the viewer reached this node.
            return new Around(node.nodeId(), nodes, total, "", local.info().rtspPort());
        }
        return node.membership().serving(Role.RTSP_EDGE).stream()
                .findFirst()
                .map(Member::info)
                .map(edge -> new Around(node.nodeId(), nodes, total, edge.advertise(), edge.rtspPort()))
                .orElse(new Around(node.nodeId(), nodes, total, "", 0));
    }
}
