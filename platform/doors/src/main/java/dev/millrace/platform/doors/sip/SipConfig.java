package dev.millrace.platform.doors.sip;

import dev.millrace.platform.doors.auth.Authenticator;
import dev.millrace.platform.doors.resolve.ResolveConfig;
import dev.millrace.platform.doors.sip.transport.TransportConfig;
import dev.millrace.platform.runtime.Setting;
import java.util.List;
import java.util.stream.Stream;

/** The settings of everything that a SIP door brings along. */
public final class SipConfig {
    /** Every setting of the SIP door, of its authentication and of its resolver. */
    public static final List<Setting<?>> ALL = Stream.of(
                    TransportConfig.ALL, DoorConfig.ALL, ResolveConfig.ALL, Authenticator.SETTINGS)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private SipConfig() {}
}
