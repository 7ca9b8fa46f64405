package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.time.Duration;
import java.util.List;

/**
 * How names are resolved.
 *
 * @param servers DNS servers; empty for those of the system
 * @param timeout of one try
 * @param cache answers remembered, at most
 * @param ipv6 whether IPv6 addresses are asked for
 * @param down for how long a target that failed stands behind the others
 */
public record ResolveConfig(List<HostPort> servers, Duration timeout, int cache, boolean ipv6, Duration down) {
    static final Setting<List<HostPort>> SERVERS = Setting.addresses(
            "sip.dns.servers", List.of(), "DNS servers, addresses with port; default: those of the system");
    static final Setting<Duration> TIMEOUT = Setting.duration(
            "sip.dns.timeout",
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            "How long one try at a DNS server takes; there are up to three");
    static final Setting<Integer> CACHE = Setting.number(
            "sip.dns.cache", 10_000, 100, 1_000_000, "answers", "DNS answers remembered for as long as they tell");
    static final Setting<Boolean> IPV6 =
            Setting.flag("sip.dns.ipv6", true, "Whether IPv6 addresses of SIP servers are used, behind the IPv4 ones");
    static final Setting<Duration> DOWN = Setting.duration(
            "sip.dns.down",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofHours(1),
            "How long a SIP server that failed stands behind the others of its name");

    /** Every setting of this package. */
    public static final List<Setting<?>> ALL = List.of(SERVERS, TIMEOUT, CACHE, IPV6, DOWN);

    public ResolveConfig {
        servers = List.copyOf(servers);
    }

    /** Reads the settings. */
    public static ResolveConfig of(Settings settings) {
        return new ResolveConfig(
                settings.get(SERVERS),
                settings.get(TIMEOUT),
                settings.get(CACHE),
                settings.get(IPV6),
                settings.get(DOWN));
    }
}
