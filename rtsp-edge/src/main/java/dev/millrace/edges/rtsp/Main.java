package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.BadSetting;
import dev.millrace.platform.runtime.Node;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that is an RTSP edge and nothing else; configured by the environment. The distribution can do the same with --roles. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        List<Setting<?>> known = new ArrayList<>(RuntimeConfig.ALL);
        known.addAll(Lanes.SETTINGS);
        known.addAll(RtspEdge.SETTINGS);
        try {
            Settings settings = Settings.load(known, null, System.getenv(), Map.of("roles", "rtsp-edge"));
            Node.start(settings, List.of(new RtspEdge()))
                    .onSuccess(Node::stopWithProcess)
                    .onFailure(Main::stop);
        } catch (BadSetting bad) {
            stop(bad);
        }
    }

    private static void stop(Throwable why) {
        System.err.println(why.getMessage());
        System.exit(why instanceof BadSetting ? 2 : 1);
    }
}
