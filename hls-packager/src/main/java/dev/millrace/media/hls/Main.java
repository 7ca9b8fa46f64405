package dev.millrace.media.hls;

import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.RoleMain;

/** A process that is an HLS packager and nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        RoleMain.run(new HlsPackager(), arguments, HttpConfig.ALL, Lanes.SETTINGS, PackagerConfig.ALL);
    }
}
