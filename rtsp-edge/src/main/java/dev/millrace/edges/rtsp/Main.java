package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.RoleMain;

/** A process that is an RTSP edge and nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        RoleMain.run(new RtspEdge(), arguments, Lanes.SETTINGS, RtspEdge.SETTINGS);
    }
}
