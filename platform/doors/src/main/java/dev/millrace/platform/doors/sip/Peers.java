package dev.millrace.platform.doors.sip;

import dev.millrace.platform.doors.sip.transport.Cidr;
import dev.millrace.protocols.wire.Malformed;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The peers that need no digest: trunks and neighbouring proxies, known by their address or by the name in their certificate
 * ({@code sip.peers}). Immutable.
 */
final class Peers {
    private final List<Cidr> networks;
    private final Set<String> names;

    private Peers(List<Cidr> networks, Set<String> names) {
        this.networks = List.copyOf(networks);
        this.names = Set.copyOf(names);
    }

    /** Each text is an address, {@code address/bits}, or else a certificate's name. */
    static Peers of(List<String> texts) {
        List<Cidr> networks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String text : texts) {
            try {
                networks.add(Cidr.parse(text));
            } catch (Malformed name) {
                names.add(text.toLowerCase(Locale.ROOT));
            }
        }
        return new Peers(networks, names);
    }

    boolean trusted(InetSocketAddress source, List<String> certificateNames) {
        if (!networks.isEmpty() && source.getAddress() != null && Cidr.any(networks, source.getAddress())) {
            return true;
        }
        if (!names.isEmpty()) {
            for (String name : certificateNames) {
                if (names.contains(name.toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }
}
