package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.wire.Malformed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The settings of transactions, domains and overload control, read once.
 *
 * @param domains served beside those of the users, the first is the default one
 * @param redirectDomains of them, those whose calls are answered 302
 * @param peers addresses, blocks and certificate names that need no digest
 * @param transactions on one node, of both sides
 * @param failover how long a hop may stay silent while there is another one
 * @param overload bounds of what is admitted
 */
public record DoorConfig(
        List<String> domains,
        List<String> redirectDomains,
        List<String> peers,
        int transactions,
        Duration failover,
        Overload overload) {
    /**
     * @param delay of an event loop from which on new work is refused
     * @param rate of new requests that the node admits, per second; 0 admits all
     * @param retryAfter at most, what a refused client is told to wait
     */
    public record Overload(Duration delay, int rate, Duration retryAfter) {}

    static final Setting<List<String>> DOMAINS = Setting.listOf(
            "sip.domains",
            DoorConfig::domain,
            List.of(),
            "host names joined by commas",
            "Domains served beside those of the users; the first is the default one");
    static final Setting<List<String>> REDIRECT_DOMAINS = Setting.listOf(
            "sip.redirect-domains",
            DoorConfig::domain,
            List.of(),
            "host names joined by commas",
            "Served domains whose calls are answered 302 instead of being proxied");
    static final Setting<List<String>> PEERS = Setting.list(
            "sip.peers",
            List.of(),
            "Trusted peers: addresses, address/bits or names in client certificates; they need no digest");
    static final Setting<Integer> TRANSACTIONS = Setting.number(
            "sip.transactions",
            200_000,
            100,
            10_000_000,
            "transactions",
            "SIP transactions that a node works on at once; one more is answered 503. As many that are answered are kept for repetitions");
    static final Setting<Duration> FAILOVER = Setting.duration(
            "sip.failover",
            Duration.ofSeconds(4),
            Duration.ofMillis(100),
            Duration.ofSeconds(32),
            "How long a SIP server may stay silent before the next one of its name is tried");
    static final Setting<Duration> OVERLOAD_DELAY = Setting.duration(
            "sip.overload.delay",
            Duration.ofMillis(250),
            Duration.ofMillis(10),
            Duration.ofSeconds(10),
            "Delay of an event loop from which on new calls and registrations are answered 503");
    static final Setting<Integer> ADMISSION_RATE = Setting.number(
            "sip.admission.rate",
            0,
            0,
            1_000_000,
            "requests/s",
            "New SIP requests that the node admits per second, those inside dialogs not counted; 0: all");
    static final Setting<Duration> RETRY_AFTER = Setting.duration(
            "sip.retry-after",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "Longest Retry-After of a 503; each one is chosen at random below it");

    /** Every setting of this part of the door. */
    public static final List<Setting<?>> ALL = List.of(
            DOMAINS, REDIRECT_DOMAINS, PEERS, TRANSACTIONS, FAILOVER, OVERLOAD_DELAY, ADMISSION_RATE, RETRY_AFTER);

    public DoorConfig {
        domains = List.copyOf(domains);
        redirectDomains = List.copyOf(redirectDomains);
        peers = List.copyOf(peers);
    }

    /** Reads the settings. */
    public static DoorConfig of(Settings settings) {
        return new DoorConfig(
                settings.get(DOMAINS),
                settings.get(REDIRECT_DOMAINS),
                settings.get(PEERS),
                settings.get(TRANSACTIONS),
                settings.get(FAILOVER),
                new Overload(settings.get(OVERLOAD_DELAY), settings.get(ADMISSION_RATE), settings.get(RETRY_AFTER)));
    }

    private static String domain(String text) {
        if (text.length() > 253 || !text.matches("[A-Za-z0-9._\\[\\]:-]+")) {
            throw new Malformed("setting", "host names joined by commas");
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
