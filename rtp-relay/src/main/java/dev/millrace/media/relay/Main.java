package dev.millrace.media.relay;

import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.RoleMain;

/** A process that is an RTP relay and nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        RoleMain.run(new RelayModule(), arguments, Lanes.SETTINGS);
    }
}
