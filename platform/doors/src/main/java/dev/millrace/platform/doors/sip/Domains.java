package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.doors.sip.transport.Listener;
import dev.millrace.platform.doors.sip.transport.Transports;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.sip.SipUri;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is ours: the domains of the configuration and of the users, and this node's own addresses. In a Request-URI or a Route an
 * address is ours only with its port; in From and To the host alone counts, so that a phone set up with an IP address works. One per
 * node, {@link #of}; may be used from any thread; never waits: what the location service tells of users' domains is known a moment
 * later.
 */
public final class Domains {
    /** How often the users' domains are asked for, milliseconds. */
    private static final long REFRESH_MILLIS = 5_000;

    /** A question about an unknown domain has them asked for at once, but not more often than that. */
    private static final long MISS_NANOS = 1_000_000_000L;

    private static final int SIP_PORT = 5060;
    private static final int SIPS_PORT = 5061;

    /** What is done with a call to a domain. */
    public enum Mode {
        PROXY,
        REDIRECT
    }

    private final NodeContext node;
    private final List<String> configured;
    private final Set<String> redirected;
    private final AtomicLong askedNanos;
    private volatile Set<String> served;
    private volatile String first;
    private volatile @Nullable Transports transports;

    Domains(NodeContext node, DoorConfig config) {
        this.node = node;
        this.configured = config.domains();
        this.redirected = Set.copyOf(config.redirectDomains());
        this.askedNanos = new AtomicLong(node.clock().nanos() - MISS_NANOS);
        this.served = all(List.of());
        this.first = served.isEmpty() ? "" : served.iterator().next();
    }

    /** The domains of that node. */
    public static Domains of(NodeContext node) {
        return SipDoor.of(node).domains();
    }

    private Set<String> all(List<String> users) {
        Set<String> all = new LinkedHashSet<>(configured);
        all.addAll(redirected);
        users.forEach(domain -> all.add(domain.toLowerCase(Locale.ROOT)));
        return all;
    }

    /** Completes when the users' domains are known for the first time, or cannot be. */
    Future<Void> open(Transports open) {
        transports = open;
        node.vertx().setPeriodic(REFRESH_MILLIS, timer -> refresh());
        return refresh();
    }

    private Future<Void> refresh() {
        askedNanos.set(node.clock().nanos());
        return node.bus().ask(Subscribers.DOMAINS, "domains", Nothing.NOTHING).transform(told -> {
            if (told.succeeded()) {
                Set<String> now = all(told.result());
                served = now;
                first = now.isEmpty() ? "" : now.iterator().next();
            }
            return Future.succeededFuture();
        });
    }

    /** Whether a Request-URI or Route leads here: a served domain, or an address of this node or of the front with its port. */
    public boolean ours(SipUri uri) {
        Transports open = transports;
        String host = uri.plainHost();
        if (served.contains(host)) {
            return uri.port() < 0 || open == null || ourPort(open, uri.port());
        }
        if (open != null && open.ours(uri.host(), port(uri))) {
            return true;
        }
        missed(host);
        return false;
    }

    private static boolean ourPort(Transports open, int port) {
        for (Listener listener : open.listeners()) {
            if (listener.bound().getPort() == port
                    || listener.front(listener.bound()).port() == port) {
                return true;
            }
        }
        return false;
    }

    /** RFC 3263 section 4.2: the port that a URI means where it names none. */
    private static int port(SipUri uri) {
        if (uri.port() > 0) {
            return uri.port();
        }
        return uri.secure() || uri.transport().filter("tls"::equals).isPresent() ? SIPS_PORT : SIP_PORT;
    }

    /** The served domain that a host in From or To means: itself, or the default domain for one of our addresses. */
    public Optional<String> served(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (served.contains(name)) {
            return Optional.of(name);
        }
        Transports open = transports;
        if (open != null && open.ours(host)) {
            return Optional.of(defaultDomain());
        }
        missed(name);
        return Optional.empty();
    }

    /** Somebody may just have been added there. */
    private void missed(String host) {
        long asked = askedNanos.get();
        long now = node.clock().nanos();
        if (!host.isEmpty() && now - asked > MISS_NANOS && askedNanos.compareAndSet(asked, now)) {
            refresh();
        }
    }

    /** What is done with calls to that domain. */
    public Mode mode(String domain) {
        String name = domain.toLowerCase(Locale.ROOT);
        return redirected.contains(served.contains(name) ? name : defaultDomain()) ? Mode.REDIRECT : Mode.PROXY;
    }

    /** Whether any domain is redirected. */
    boolean redirects() {
        return !redirected.isEmpty();
    }

    /** The first configured domain, else the users' first, else the host that this node advertises. */
    public String defaultDomain() {
        String known = first;
        return known.isEmpty() ? node.membership().local().info().advertise() : known;
    }

    /** All served domains, the default one first. */
    public List<String> all() {
        return List.copyOf(served);
    }
}
