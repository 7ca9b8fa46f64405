package dev.millrace.console.core;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One stream as the page lists it; everything but its flow.
 *
 * @param id the short public id
 * @param live false while the publisher is away
 * @param sinceMillis of the Unix epoch
 * @param owner the node that is the lane's home
 * @param edge the node the publisher is connected to
 * @param leftOut why HLS leaves out a track, by the track's number; empty while no packager has said
 */
public record StreamFacts(
        String path,
        String id,
        boolean live,
        long sinceMillis,
        String owner,
        String edge,
        List<TrackFacts> tracks,
        Optional<Map<Integer, String>> leftOut) {

    JsonObject json(Flow flow) {
        JsonArray listed = new JsonArray();
        tracks.forEach(track -> listed.add(json(track)));
        return JsonObject.of("path", path, "id", id, "live", live, "since", sinceMillis, "owner", owner, "edge", edge)
                .put("tracks", listed)
                .put("flow", flow.json());
    }

    private JsonObject json(TrackFacts track) {
        JsonObject json = JsonObject.of("index", track.index(), "kind", track.kind(), "encoding", track.encoding())
                .put("codec", track.codec())
                .put("detail", track.detail())
                .put("width", track.width())
                .put("height", track.height())
                .put("fps", track.fps())
                .put("rate", track.rate())
                .put("channels", track.channels());
        if (leftOut.isEmpty()) {
            return json.putNull("inHls").put("why", "");
        }
        String why = leftOut.get().getOrDefault(track.index(), "");
        return json.put("inHls", why.isEmpty()).put("why", why);
    }
}
