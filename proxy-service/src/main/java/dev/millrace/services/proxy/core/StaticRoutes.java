package dev.millrace.services.proxy.core;

import dev.millrace.protocols.wire.Malformed;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which requests go to which peers by configuration: a route names a prefix of the dialled number or a foreign domain, and the
 * peers to try in order. The longest prefix wins.
 */
public record StaticRoutes(List<StaticRoute> all) {
    private static final String NUMBER = "+*#";

    public StaticRoutes {
        all = List.copyOf(all);
    }

    /**
     * One route.
     *
     * @param match digits and {@code + * #}: a prefix of the user part; anything else: a domain, in lower case
     */
    public record StaticRoute(String match, List<Peer> peers) {
        public StaticRoute {
            peers = List.copyOf(peers);
        }

        /** Reads {@code +49=gw1:5060|gw2:5060/tcp} or {@code example.net=gw3}; {@link Malformed} otherwise. */
        public static StaticRoute parse(String text) {
            int equal = text.indexOf('=');
            if (equal < 1 || equal == text.length() - 1) {
                throw new Malformed("route", "prefix=peer|peer or domain=peer|peer, not " + Malformed.quote(text));
            }
            List<Peer> peers = Arrays.stream(text.substring(equal + 1).split("\\|", -1))
                    .map(String::strip)
                    .map(Peer::parse)
                    .toList();
            return new StaticRoute(text.substring(0, equal).strip().toLowerCase(Locale.ROOT), peers);
        }

        boolean prefix() {
            return match.chars().allMatch(StaticRoutes::ofNumber);
        }

        @Override
        public String toString() {
            return match + "="
                    + String.join("|", peers.stream().map(Peer::toString).toList());
        }
    }

    /** The route for a dialled number or name at a served domain, or of a tel URI. */
    public Optional<StaticRoute> forUser(String user) {
        StaticRoute best = null;
        for (StaticRoute route : all) {
            if (route.prefix()
                    && user.startsWith(route.match())
                    && (best == null || route.match().length() > best.match().length())) {
                best = route;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The route for a foreign domain. */
    public Optional<StaticRoute> forDomain(String host) {
        return all.stream()
                .filter(route -> !route.prefix() && route.match().equalsIgnoreCase(host))
                .findFirst();
    }

    /** Every peer that a route names, once. */
    public List<Peer> peers() {
        return all.stream().flatMap(route -> route.peers().stream()).distinct().toList();
    }

    private static boolean ofNumber(int c) {
        return c >= '0' && c <= '9' || NUMBER.indexOf(c) >= 0;
    }
}
