package dev.millrace.services.proxy;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.sip.proxy.ResponseContext.Redirects;
import dev.millrace.services.proxy.core.StaticRoutes;
import dev.millrace.services.proxy.core.StaticRoutes.StaticRoute;
import java.time.Duration;
import java.util.List;

/**
 * How the proxy behaves.
 *
 * @param auth whether requests outside a dialog are challenged
 * @param inbound from whom requests of foreign domains for our users are taken
 * @param redirects what becomes of a 3xx
 * @param routes prefixes and domains that go to configured peers
 * @param probe pause between two OPTIONS to a peer; zero: none
 * @param ring how long the phones of one q ring before those of the next
 * @param timerC RFC 3261 section 16.6 step 11
 * @param forks phones rung for one request, at most
 * @param userCalls calls of one user at once on this node, at most
 * @param longest call without a BYE and without a session timer
 * @param settle age at which an answered call is written to the table of the cluster
 * @param file where the lines of call records go; empty: to the log {@code millrace.calls}
 */
record ProxyConfig(
        boolean auth,
        Inbound inbound,
        Redirects redirects,
        StaticRoutes routes,
        Duration probe,
        Duration ring,
        Duration timerC,
        int forks,
        int userCalls,
        Duration longest,
        Duration settle,
        String file) {
    /** Who may call our users from elsewhere without credentials. */
    enum Inbound {
        /** Everybody, as a mail server takes mail. */
        OPEN,
        /** Configured peers alone. */
        PEERS
    }

    static final Setting<Boolean> AUTH = Setting.flag(
            "proxy.auth",
            true,
            "Whether requests outside a dialog are challenged (407); without, our users reach each other alone");
    static final Setting<Inbound> INBOUND = Setting.word(
            "proxy.inbound",
            Inbound.OPEN,
            "Who may call the users of served domains from foreign ones without credentials");
    static final Setting<Redirects> REDIRECTS = Setting.word(
            "proxy.redirects",
            Redirects.PASS,
            "Whether a callee's 3xx goes back to the caller or is followed here: to our users and to foreign domains");
    static final Setting<List<StaticRoute>> ROUTES = Setting.listOf(
            "proxy.routes",
            StaticRoute::parse,
            List.of(),
            "prefix=peer|peer and domain=peer|peer joined by commas; a peer is host[:port][/udp,tcp,tls]",
            "Dialled prefixes (digits + * #) and foreign domains that go to configured peers, tried in order");
    static final Setting<Duration> PROBE = Setting.duration(
            "proxy.probe",
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofHours(1),
            "Pause between two OPTIONS to a peer of proxy.routes; 0: none are sent");
    static final Setting<Duration> RING = Setting.duration(
            "proxy.ring",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMinutes(3),
            "How long the phones of one q ring before those of the next lower one");
    static final Setting<Duration> TIMER_C = Setting.duration(
            "proxy.timer-c",
            Duration.ofSeconds(185),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            "How long a phone may ring in all (timer C of RFC 3261, there above 3 minutes)");
    static final Setting<Integer> FORKS =
            Setting.number("proxy.forks", 30, 1, 100, "phones", "Phones tried for one request");
    static final Setting<Integer> USER_CALLS = Setting.number(
            "proxy.user-calls", 100, 1, 1_000_000, "calls", "Calls of one user at once on one node; one more gets 403");
    static final Setting<Duration> LONGEST = Setting.duration(
            "calls.longest",
            Duration.ofHours(12),
            Duration.ofSeconds(1),
            Duration.ofHours(240),
            "After so long the record of a call without BYE and without session timer is closed");
    static final Setting<Duration> SETTLE = Setting.duration(
            "calls.settle",
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ofMinutes(1),
            "Age at which an answered call is written to the cluster; shorter ones cost nothing there");
    static final Setting<String> FILE = Setting.text(
            "calls.file", "", "File that gets one line of JSON per ended call; default: the log millrace.calls");

    /** Every setting of the proxy. */
    static final List<Setting<?>> ALL =
            List.of(AUTH, INBOUND, REDIRECTS, ROUTES, PROBE, RING, TIMER_C, FORKS, USER_CALLS, LONGEST, SETTLE, FILE);

    static ProxyConfig of(Settings settings) {
        return new ProxyConfig(
                settings.get(AUTH),
                settings.get(INBOUND),
                settings.get(REDIRECTS),
                new StaticRoutes(settings.get(ROUTES)),
                settings.get(PROBE),
                settings.get(RING),
                settings.get(TIMER_C),
                settings.get(FORKS),
                settings.get(USER_CALLS),
                settings.get(LONGEST),
                settings.get(SETTLE),
                settings.get(FILE));
    }

    /** Branches of one request: a phone may take several, one for each of its flows, and redirections add some. */
    int branches() {
        return 2 * forks + 2;
    }
}
