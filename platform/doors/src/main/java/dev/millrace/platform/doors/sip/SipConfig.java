package dev.millrace.platform.doors.sip;

import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.resolve.ResolveConfig;
import dev.millrace.platform.doors.sip.transport.TransportConfig;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Setting;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of the SIP door, read once.
 *
 * @param transport ports, addresses and limits
 */
public record SipConfig(TransportConfig transport) {
    /** Every setting of the SIP door, of its authentication and of its resolver. */
    public static final List<Setting<?>> ALL = all();

    private static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(TransportConfig.ALL);
        all.addAll(DoorConfig.ALL);
        all.addAll(ResolveConfig.ALL);
        all.addAll(Authenticator.SETTINGS);
        return List.copyOf(all);
    }

    /** Reads the settings of that node. */
    public static SipConfig of(NodeContext node) {
        return new SipConfig(TransportConfig.of(node.settings(), node.config()));
    }
}
