package dev.millrace.edges.rtsp;

import dev.millrace.media.relay.RelayModule;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.services.location.LocationModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whole nodes for the tests of the edge. */
final class EdgeNode {
    private EdgeNode() {}

    /** A cluster without nodes, until there is one. */
    static TestNodes none() {
        return TestNodes.start(List.of(), List.of());
    }

    static TestNodes start(int count, Map<String, String> flags) {
        List<Setting<?>> known = new ArrayList<>(Lanes.SETTINGS);
        known.addAll(RtspEdge.SETTINGS);
        List<RoleModule> modules = List.of(new LocationModule(), new RelayModule(), new RtspEdge());
        Map<String, String> all = new HashMap<>(Map.of("roles", "location,rtp-relay,rtsp-edge"));
        all.putAll(flags);
        return TestNodes.start(count, modules, known, all);
    }

    static int port(TestNodes nodes, String id) {
        return nodes.context(id).settings().get(RtspConfig.PORT);
    }

    static double count(TestNodes nodes, String id, String meter) {
        return nodes.context(id).metrics().find(meter).counters().stream()
                .mapToDouble(io.micrometer.core.instrument.Counter::count)
                .sum();
    }
}
