package dev.millrace.console.core;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One look at the cluster.
 *
 * @param around what is the same for all streams
 * @param streams sorted by path, at most {@value #STREAM_LIMIT}
 * @param flows by path
 */
public record Board(Around around, List<StreamFacts> streams, Map<String, Flow> flows) {
    /** Streams on the page. */
    public static final int STREAM_LIMIT = 1_000;

    /** Before the first look. */
    public static final Board EMPTY = new Board(new Around("", 0, 0, "", 0), List.of(), Map.of());

    public Board {
        streams = List.copyOf(streams);
        flows = Map.copyOf(flows);
    }

    /**
     * What is the same for all streams.
     *
     * @param node the node that answers
     * @param nodes living nodes
     * @param total streams of the cluster, listed or not
     * @param rtspHost where an RTSP player goes; empty for the page's own host
     * @param rtspPort 0 where no node has the role
     */
    public record Around(String node, int nodes, int total, String rtspHost, int rtspPort) {
        JsonObject json() {
            return JsonObject.of("node", node, "nodes", nodes, "total", total)
                    .put("rtsp", JsonObject.of("host", rtspHost, "port", rtspPort));
        }
    }

    /** Everything: the answer to {@code /api/streams} and the first event of a listener. */
    public JsonObject all() {
        return around.json().put("streams", listed(streams));
    }

    /** What is different from a former look; empty when it is the same. */
    public Optional<JsonObject> changesSince(Board before) {
        Map<String, StreamFacts> known = new HashMap<>();
        before.streams.forEach(stream -> known.put(stream.path(), stream));
        List<StreamFacts> changed = new ArrayList<>();
        Set<String> here = new HashSet<>();
        for (StreamFacts stream : streams) {
            here.add(stream.path());
            if (!stream.equals(known.get(stream.path()))) {
                changed.add(stream);
            }
        }
        JsonArray gone = new JsonArray();
        before.streams.stream()
                .map(StreamFacts::path)
                .filter(path -> !here.contains(path))
                .forEach(gone::add);
        if (changed.isEmpty() && gone.isEmpty() && around.equals(before.around)) {
            return Optional.empty();
        }
        return Optional.of(around.json().put("streams", listed(changed)).put("gone", gone));
    }

    /** The figures that move. */
    public JsonObject flow() {
        JsonObject moving = new JsonObject();
        for (StreamFacts stream : streams) {
            moving.put(stream.path(), flowOf(stream).json());
        }
        return JsonObject.of("flow", moving);
    }

    private JsonArray listed(List<StreamFacts> some) {
        JsonArray list = new JsonArray();
        some.forEach(stream -> list.add(stream.json(flowOf(stream))));
        return list;
    }

    private Flow flowOf(StreamFacts stream) {
        return flows.getOrDefault(stream.path(), Flow.NONE);
    }
}
