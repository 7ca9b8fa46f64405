package dev.millrace.standalone;

import dev.millrace.console.ConsoleConfig;
import dev.millrace.console.ConsoleModule;
import dev.millrace.edges.rtsp.RtspEdge;
import dev.millrace.media.hls.HlsPackager;
import dev.millrace.media.hls.PackagerConfig;
import dev.millrace.media.relay.RelayModule;
import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.RuntimeConfig;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.services.location.LocationConfig;
import dev.millrace.services.location.LocationModule;
import dev.millrace.services.proxy.ProxyModule;
import dev.millrace.services.redirect.RedirectConfig;
import dev.millrace.services.redirect.RedirectModule;
import dev.millrace.services.registrar.RegistrarConfig;
import dev.millrace.services.registrar.RegistrarModule;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is in the distribution: every role and every module without one, with their settings. The one list of them. */
final class Distribution {
    private static final List<Setting<?>> SETTINGS = Stream.<List<Setting<?>>>of(
                    RuntimeConfig.ALL,
                    HttpConfig.ALL,
                    Lanes.SETTINGS,
                    LocationConfig.ALL,
                    SipConfig.ALL,
                    RegistrarConfig.ALL,
                    ProxyModule.SETTINGS,
                    RedirectConfig.ALL,
                    RtspEdge.SETTINGS,
                    PackagerConfig.ALL,
                    ConsoleConfig.ALL,
                    StandaloneConfig.ALL)
            .<Setting<?>>flatMap(Collection::stream)
            .toList();

    private Distribution() {}

    /** Every role; the setting {@code roles} decides which of them a node serves. */
    static List<RoleModule> roles() {
        return List.of(
                new LocationModule(),
                new RegistrarModule(),
                new ProxyModule(),
                new RedirectModule(),
                new RelayModule(),
                new RtspEdge(),
                new HlsPackager());
    }

    /** What runs on every node. */
    static List<NodeModule> everywhere() {
        return List.of(new ConsoleModule(), LocationModule.ADMIN, ProxyModule.ADMIN);
    }

    /** Every setting of every module. */
    static List<Setting<?>> settings() {
        return SETTINGS;
    }

    /** The setting of that key. */
    static Optional<Setting<?>> setting(String key) {
        return SETTINGS.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }
}
