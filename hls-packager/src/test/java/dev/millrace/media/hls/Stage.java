package dev.millrace.media.hls;

import dev.millrace.media.relay.RelayModule;
import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.services.location.LocationConfig;
import dev.millrace.services.location.LocationModule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes with everything that HLS needs, and what a test opens on them; last opened, first closed. */
final class Stage implements AutoCloseable {
    private static final Map<String, String> QUICK = Map.of(
            "hls.target",
            "500ms",
            "hls.first-wait",
            "5s",
            "hls.idle",
            "2s",
            "hls.read-deadline",
            "2s",
            "publisher.grace",
            "1s");

    private final TestNodes nodes;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    Stage(TestNodes nodes) {
        this.nodes = nodes;
    }

    static TestNodes start(int count) {
        return start(count, Map.of());
    }

    /** @param other settings that differ from the quick ones */
    static TestNodes start(int count, Map<String, String> other) {
        Map<String, String> settings = new HashMap<>(QUICK);
        settings.putAll(other);
        List<Setting<?>> known = new ArrayList<>();
        known.addAll(PackagerConfig.ALL);
        known.addAll(HttpConfig.ALL);
        known.addAll(Lanes.SETTINGS);
        known.addAll(LocationConfig.ALL);
        TestNodes nodes = TestNodes.start(
                count, List.of(new LocationModule(), new RelayModule(), new HlsPackager()), known, settings);
        nodes.awaitWhole();
        return nodes;
    }

    /** Closes it at the end. */
    <T extends AutoCloseable> T use(T resource) {
        open.push(resource);
        return resource;
    }

    Camera camera(String path) {
        Camera camera = Camera.open(nodes.context("A"), path);
        use(camera::end);
        return camera;
    }

    Player player(String id) {
        return use(new Player(nodes.context(id).membership().local().info().httpPort()));
    }

    int packagers(String id) {
        return (int) gauge(id, "millrace.hls.packagers");
    }

    double gauge(String id, String name) {
        return nodes.context(id).metrics().get(name).gauge().value();
    }

    double counter(String name) {
        return nodes.context("A").metrics().get(name).counter().count();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
    }
}
